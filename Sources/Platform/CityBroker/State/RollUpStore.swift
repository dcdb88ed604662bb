import CityKernel
import CityStore

/// Rows of `broker_rollup`: what the readings of an hour and a day come to, and of a minute where an
/// hour has so many readings that its minutes are worth their rows.
enum RollUpStore {
    /// Readings of an hour from which on its minutes are kept too. Below, the readings themselves
    /// are read as quickly.
    static let minutesFrom = 120

    struct Row {
        var at: Int64
        var rollUp: RollUp
        /// Whether an hour's minutes are kept.
        var hasMinutes: Bool

        init(_ row: any CityStore.Row) {
            at = row.integer(0)
            rollUp = RollUp(
                count: row.int(1), others: row.int(2), sum: row.real(3), deviation: row.real(4),
                low: row.optionalReal(5), high: row.optionalReal(6))
            hasMinutes = row.bool(7)
        }
    }

    /// Buckets that begin within `range`, in order of time.
    static func list(
        _ key: AttributeKey, _ level: RollUpLevel, in range: Range<Int64>,
        through connection: any Connection
    ) throws -> [Row] {
        try connection.query(
            """
            SELECT at, count, others, sum, deviation, low, high, has_minutes FROM broker_rollup
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND level = $4
                AND at >= $5 AND at < $6
            ORDER BY at
            """,
            key.values + [
                .integer(level.rawValue), .integer(range.lowerBound), .integer(range.upperBound),
            ]
        ) { Row($0) }
    }

    /// The first or last hour that has readings, of those that begin within `interval` or hold its
    /// start.
    static func edge(
        _ key: AttributeKey, _ direction: HistoryStore.Direction, in interval: ClosedRange<Int64>,
        through connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            """
            SELECT at FROM broker_rollup
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND level = 2
                AND at BETWEEN $4 AND $5
            ORDER BY at \(direction == .forward ? "ASC" : "DESC") LIMIT 1
            """,
            key.values + [
                .integer(RollUpLevel.hour.start(of: interval.lowerBound)),
                .integer(interval.upperBound),
            ]
        ) { $0.integer(0) }
    }

    /// An hour after readings were added to it.
    struct HourState {
        var count: Int
        var hasMinutes: Bool
        /// Whether some instant among the readings was told more than once: then the sums, which took
        /// each telling, are wrong.
        var hasRepeats: Bool
        /// Whether some of the readings stand in rows of their own, where runs may repeat them.
        var hasRows: Bool
    }

    /// Adds readings of the instants `span` to what their hour has.
    static func addToHour(
        _ key: AttributeKey, hour: Int64, _ rollUp: RollUp, span: ClosedRange<Int64>,
        in connection: any Connection
    ) throws -> HourState {
        let written = try connection.first(
            """
            INSERT INTO broker_rollup AS r (entity, name, dataset, level, at, count, others, sum,
                deviation, low, high, has_minutes)
            VALUES ($1, $2, $3, 2, $4, $5, $6, $7, $8, $9, $10, 0)
            \(merging)
            RETURNING count, has_minutes, (
                SELECT CASE WHEN COUNT(*) = 0 THEN 0
                    WHEN COUNT(*) - COUNT(DISTINCT h.at) + COUNT(h.modified_at) = 0 THEN 1
                    ELSE 2 END
                FROM broker_history h
                WHERE h.entity = $1 AND h.name = $2 AND h.dataset = $3
                    AND h.at BETWEEN $11 AND $12)
            """,
            key.values + [.integer(hour)] + rollUp.values
                + [.integer(span.lowerBound), .integer(span.upperBound)]
        ) {
            HourState(
                count: $0.int(0), hasMinutes: $0.bool(1), hasRepeats: $0.int(2) == 2,
                hasRows: $0.int(2) > 0)
        }
        guard let written else {
            throw StoreError.failed(sql: "INSERT INTO broker_rollup", message: "returned no hour")
        }
        return written
    }

    /// Adds to a bucket that nobody asks about.
    static func add(
        _ key: AttributeKey, _ level: RollUpLevel, at: Int64, _ rollUp: RollUp,
        in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_rollup AS r (entity, name, dataset, level, at, count, others, sum,
                deviation, low, high, has_minutes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)
            \(merging)
            """,
            key.values + [.integer(level.rawValue), .integer(at)] + rollUp.values)
    }

    private static let merging = """
        ON CONFLICT (entity, name, dataset, level, at) DO UPDATE SET
            deviation = r.deviation + excluded.deviation
                + CASE WHEN r.count = 0 OR excluded.count = 0 THEN 0.0
                ELSE (r.sum / r.count - excluded.sum / excluded.count)
                    * (r.sum / r.count - excluded.sum / excluded.count)
                    * r.count * excluded.count / (r.count + excluded.count) END,
            count = r.count + excluded.count,
            others = r.others + excluded.others,
            sum = r.sum + excluded.sum,
            low = CASE WHEN r.low IS NULL OR excluded.low < r.low
                THEN excluded.low ELSE r.low END,
            high = CASE WHEN r.high IS NULL OR excluded.high > r.high
                THEN excluded.high ELSE r.high END
        """

    /// The bucket becomes exactly this; an empty one is deleted.
    static func set(
        _ key: AttributeKey, _ level: RollUpLevel, at: Int64, _ rollUp: RollUp,
        hasMinutes: Bool = false, in connection: any Connection
    ) throws {
        guard !rollUp.isEmpty else {
            try delete(key, level, in: at..<at + 1, from: connection)
            return
        }
        try connection.execute(
            """
            INSERT INTO broker_rollup (entity, name, dataset, level, at, count, others, sum,
                deviation, low, high, has_minutes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (entity, name, dataset, level, at) DO UPDATE SET
                count = excluded.count, others = excluded.others, sum = excluded.sum,
                deviation = excluded.deviation, low = excluded.low, high = excluded.high,
                has_minutes = excluded.has_minutes
            """,
            key.values + [.integer(level.rawValue), .integer(at)] + rollUp.values
                + [SQLValue(hasMinutes)])
    }

    static func delete(
        _ key: AttributeKey, _ level: RollUpLevel, in range: Range<Int64>,
        from connection: any Connection
    ) throws {
        try connection.execute(
            """
            DELETE FROM broker_rollup
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND level = $4
                AND at >= $5 AND at < $6
            """,
            key.values + [
                .integer(level.rawValue), .integer(range.lowerBound), .integer(range.upperBound),
            ])
    }

    static func deleteMinutes(
        _ key: AttributeKey, before limit: Int64, from connection: any Connection
    ) throws {
        try delete(key, .minute, in: .min..<limit, from: connection)
        try connection.execute(
            """
            UPDATE broker_rollup SET has_minutes = 0
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND level = 2 AND at < $4
                AND has_minutes = 1
            """, key.values + [.integer(limit)])
    }

    static func delete(_ key: AttributeKey, in connection: any Connection) throws {
        for table in ["broker_rollup", "broker_series"] {
            try connection.execute(
                "DELETE FROM \(table) WHERE entity = $1 AND name = $2 AND dataset = $3",
                key.values)
        }
    }
}

// MARK: - How far back the readings go

extension RollUpStore {
    /// Readings before this were deleted by retention; their roll-ups stay as they are.
    static func keptSince(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            "SELECT kept_since FROM broker_series WHERE entity = $1 AND name = $2 AND dataset = $3",
            key.values
        ) { $0.integer(0) }
    }

    static func setKeptSince(
        _ key: AttributeKey, _ at: Int64, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_series (entity, name, dataset, kept_since) VALUES ($1, $2, $3, $4)
            ON CONFLICT (entity, name, dataset) DO UPDATE SET kept_since = excluded.kept_since
            """, key.values + [.integer(at)])
    }
}

extension RollUp {
    fileprivate var values: [SQLValue] {
        [
            SQLValue(count), SQLValue(others), .real(sum), .real(deviation), SQLValue(low),
            SQLValue(high),
        ]
    }
}
