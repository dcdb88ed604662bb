import CityKernel
import CityStore

/// Rows of `broker_history_run`: tellings of one series that follow each other, packed. The runs of a
/// series do not overlap: what lies between older ones stands in rows of its own.
enum RunStore {
    /// Runs that one statement of a walk reads.
    private static let pageSize = 32

    struct Run {
        var first: Int64
        var last: Int64
        var count: Int
        var pack: TellingPack

        fileprivate init(_ row: any Row) {
            first = row.integer(0)
            last = row.integer(1)
            count = row.int(2)
            pack = TellingPack(stored: row.blob(3))
        }
    }

    static func insert(
        _ key: AttributeKey, _ tellings: ArraySlice<HistoryStore.Instance>,
        in transaction: any Transaction
    ) throws {
        guard let first = tellings.first, let last = tellings.last else { return }
        try transaction.executeLater(
            """
            INSERT INTO broker_history_run (entity, name, dataset, first, last, count, readings)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            key.values + [
                .integer(first.at), .integer(last.at), SQLValue(tellings.count),
                .blob(try TellingPack(Array(tellings)).bytes),
            ])
    }

    /// The last instant of the run that begins latest, of those that begin up to `limit`.
    static func end(
        _ key: AttributeKey, upTo limit: Int64 = .max, in connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            """
            SELECT last FROM broker_history_run
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND first <= $4
            ORDER BY first DESC LIMIT 1
            """, key.values + [.integer(limit)]
        ) { $0.integer(0) }
    }

    /// Whether a run may hold instants within the span.
    static func overlaps(
        _ key: AttributeKey, _ span: ClosedRange<Int64>, in connection: any Connection
    ) throws -> Bool {
        let end = try end(key, upTo: span.upperBound, in: connection)
        return end.map { $0 >= span.lowerBound } ?? false
    }

    /// The next runs that reach into the interval, in the order of the walk.
    static func page(
        _ key: AttributeKey, _ direction: HistoryStore.Direction, in interval: ClosedRange<Int64>,
        limit: Int, through connection: any Connection
    ) throws -> [Run] {
        let order =
            switch direction {
            case .forward: "ASC"
            case .backward: "DESC"
            }
        return try connection.query(
            """
            SELECT first, last, count, readings FROM broker_history_run
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND first <= $5 AND last >= $4
                AND first >= COALESCE((
                    SELECT r.first FROM broker_history_run r
                    WHERE r.entity = $1 AND r.name = $2 AND r.dataset = $3 AND r.first <= $4
                    ORDER BY r.first DESC LIMIT 1), $4)
            ORDER BY first \(order) LIMIT $6
            """,
            key.values + [
                .integer(interval.lowerBound), .integer(interval.upperBound),
                SQLValue(min(limit, pageSize)),
            ], Run.init)
    }

    static func delete(
        _ key: AttributeKey, first: Int64, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            DELETE FROM broker_history_run
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND first = $4
            """, key.values + [.integer(first)])
    }

    static func delete(_ key: AttributeKey, in connection: any Connection) throws {
        try connection.execute(
            "DELETE FROM broker_history_run WHERE entity = $1 AND name = $2 AND dataset = $3",
            key.values)
    }

    /// Deletes whole runs that end before `limit`, the oldest first.
    /// - Returns: how many readings they held, and whether some are left.
    static func delete(
        _ key: AttributeKey, before limit: Int64, countMax: Int, in connection: any Connection
    ) throws -> (readings: Int, isLast: Bool) {
        let runs = try connection.query(
            """
            SELECT first, count, last FROM broker_history_run
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND first < $4
            ORDER BY first LIMIT $5
            """, key.values + [.integer(limit), SQLValue(countMax)]
        ) { (first: $0.integer(0), count: $0.int(1), last: $0.integer(2)) }
        let old = runs.filter { $0.last < limit }
        if let end = old.last?.first {
            try connection.execute(
                """
                DELETE FROM broker_history_run
                WHERE entity = $1 AND name = $2 AND dataset = $3 AND first <= $4
                """, key.values + [.integer(end)])
        }
        return (old.reduce(0) { $0 + $1.count }, runs.count < countMax)
    }

    /// The next series of an entity that has runs.
    static func nextSeries(
        after last: AttributeKey, in connection: any Connection
    ) throws -> AttributeKey? {
        try connection.first(
            """
            SELECT name, dataset FROM broker_history_run
            WHERE entity = $1 AND (name, dataset) > ($2, $3)
            ORDER BY name, dataset LIMIT 1
            """, last.values
        ) { AttributeKey(entity: last.entity, name: $0.integer(0), dataset: $0.integer(1)) }
    }
}
