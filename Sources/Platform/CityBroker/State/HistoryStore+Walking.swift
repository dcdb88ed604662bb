import CityKernel
import CityStore

extension HistoryStore {
    /// Rows that one statement of a walk reads.
    private static let pageSize = 2_000

    enum Direction { case forward, backward }

    /// The newest `limit` values of one series within `interval`, newest first, one an instant.
    static func listNewest(
        _ key: AttributeKey, in interval: ClosedRange<Int64>, limit: Int,
        through connection: any Connection
    ) throws -> [Instance] {
        var instances: [Instance] = []
        guard limit > 0 else { return [] }
        try walk(key, .backward, in: interval, expecting: limit, through: connection) { instance in
            if !instance.isDeletion { instances.append(instance) }
            return instances.count < limit
        }
        return instances
    }

    /// Visits one series within `interval` in order of time, one an instant, until `visit` returns
    /// `false`. What was told last of an instant counts.
    /// - Parameter expecting: about how many will be visited.
    static func walk(
        _ key: AttributeKey, _ direction: Direction, in interval: ClosedRange<Int64>,
        expecting: Int = pageSize, through connection: any Connection,
        _ visit: (Instance) throws -> Bool
    ) throws {
        var low = interval.lowerBound
        var high = interval.upperBound
        // The first page is small when little is asked, the rest are full.
        var size = min(max(expecting, 1), pageSize)
        while low <= high {
            let rows = try page(key, direction, in: low...high, limit: size, connection)
            var rest = rows[...]
            while let first = rest.first {
                let group = rest.prefix { $0.at == first.at }
                rest = rest.dropFirst(group.count)
                let isCut = rest.isEmpty && rows.count == size
                guard let last = direction == .forward ? group.last : group.first else { break }
                let told =
                    isCut && direction == .forward
                    ? try toldLast(key, at: last.at, connection) ?? last : last
                guard try visit(told) else { return }
            }
            guard rows.count == size, let edge = rows.last?.at else { return }
            switch direction {
            case .forward:
                if edge == .max { return }
                low = edge + 1
            case .backward:
                if edge == .min { return }
                high = edge - 1
            }
            size = pageSize
        }
    }

    private static func toldLast(
        _ key: AttributeKey, at: Int64, _ connection: any Connection
    ) throws -> Instance? {
        try page(key, .backward, in: at...at, limit: 1, connection).first
    }

    private static func page(
        _ key: AttributeKey, _ direction: Direction, in interval: ClosedRange<Int64>, limit: Int,
        _ connection: any Connection
    ) throws -> [Instance] {
        let order =
            switch direction {
            case .forward: "at, told_at"
            case .backward: "at DESC, told_at DESC"
            }
        return try connection.query(
            """
            SELECT \(list) FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at BETWEEN $4 AND $5
            ORDER BY \(order) LIMIT $6
            """,
            key.values + [
                .integer(interval.lowerBound), .integer(interval.upperBound), SQLValue(limit),
            ]
        ) { Instance($0) }
    }

    /// Numbers of one series with their times, for sums: nothing else of a row is read.
    struct Reading {
        var at: Int64
        /// `nil` for what is no number, or no value at all.
        var number: Double?
        var isDeletion: Bool
    }

    /// Observed readings within `interval`, oldest first, one an instant.
    static func walkReadings(
        _ key: AttributeKey, in interval: ClosedRange<Int64>, through connection: any Connection,
        _ visit: (Reading) throws -> Void
    ) throws {
        var low = interval.lowerBound
        while low <= interval.upperBound {
            var held: Reading?
            var count = 0
            try connection.forEach(
                """
                SELECT at, number, kind FROM broker_history
                WHERE entity = $1 AND name = $2 AND dataset = $3 AND at BETWEEN $4 AND $5
                    AND is_observed = 1
                ORDER BY at, told_at LIMIT \(readingsPage)
                """,
                key.values + [.integer(low), .integer(interval.upperBound)]
            ) { row in
                count += 1
                let kind = row.integer(2)
                let isNumber = kind == Attribute.Kind.property.rawValue
                let reading = Reading(
                    at: row.integer(0), number: isNumber ? row.optionalReal(1) : nil,
                    isDeletion: kind <= deletionKind)
                if let held, held.at != reading.at { try visit(held) }
                held = reading
                return true
            }
            guard let last = held else { return }
            // A full page may have cut the tellings of its last instant.
            guard count == readingsPage else { return try visit(last) }
            let isWholePage = last.at == low
            if isWholePage, let told = try toldLast(key, at: last.at, connection) {
                try visit(
                    Reading(
                        at: last.at, number: told.columns.number, isDeletion: told.isDeletion))
            }
            if isWholePage, last.at == .max { return }
            low = isWholePage ? last.at + 1 : last.at
        }
    }

    private static let readingsPage = 10_000
}
