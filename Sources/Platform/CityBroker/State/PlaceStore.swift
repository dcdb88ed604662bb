import CityKernel
import CityPlaces
import CityStore

/// Rows of `broker_place`: in which cells the GeoProperties of entities lie. A candidate found here
/// is always tested exactly afterwards, so that a row too many costs time but no truth.
///
/// Points are one cell and found by one range of the tree. Areas are few in a city; those that begin
/// before the searched range are walked.
enum PlaceStore {
    /// - Parameter isNew: the attribute had no place before.
    static func set(
        _ key: AttributeKey, _ geometry: Geometry, isNew: Bool, in transaction: any Transaction
    ) throws {
        if !isNew { try delete(key, in: transaction) }
        guard let box = GeoBox(around: geometry.points) else { return }
        let range = Cell.range(enclosing: box)
        try transaction.executeLater(
            """
            INSERT INTO broker_place (name, is_area, low, high, entity, dataset)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .integer(key.name), SQLValue(range.lowerBound < range.upperBound),
                .integer(range.lowerBound), .integer(range.upperBound), .integer(key.entity),
                .integer(key.dataset),
            ])
    }

    static func delete(_ key: AttributeKey, in transaction: any Transaction) throws {
        try transaction.executeLater(
            "DELETE FROM broker_place WHERE entity = $1 AND name = $2 AND dataset = $3",
            key.values)
    }

    /// Keys of entities whose `name` may touch the cover; all of them when there is none.
    static func candidates(
        _ name: Int64, in cover: CellCover?, through connection: any Connection
    ) throws -> Set<Int64> {
        var keys: Set<Int64> = []
        func collect(
            _ sql: String, _ arguments: [SQLValue], where mayMatch: (any Row) -> Bool
        ) throws {
            try connection.forEach(sql, [.integer(name)] + arguments) { row in
                if mayMatch(row) { keys.insert(row.integer(0)) }
                return true
            }
        }
        guard let cover else {
            try collect("SELECT DISTINCT entity FROM broker_place WHERE name = $1", []) { _ in
                true
            }
            return keys
        }
        for range in cover.ranges {
            try collect(
                """
                SELECT entity, low FROM broker_place
                WHERE name = $1 AND is_area = 0 AND low BETWEEN $2 AND $3
                """, [.integer(range.lowerBound), .integer(range.upperBound)]
            ) { cover.mayHold($0.integer(1)) }
        }
        guard let first = cover.ranges.first, let last = cover.ranges.last else { return keys }
        try collect(
            """
            SELECT entity, low, high FROM broker_place
            WHERE name = $1 AND is_area = 1 AND high >= $2 AND low <= $3
            """, [.integer(first.lowerBound), .integer(last.upperBound)]
        ) { row in
            let (low, high) = (row.integer(1), row.integer(2))
            return cover.ranges.contains { $0.lowerBound <= high && $0.upperBound >= low }
        }
        return keys
    }
}
