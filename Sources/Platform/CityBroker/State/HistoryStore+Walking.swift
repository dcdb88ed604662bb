import CityKernel
import CityStore

extension HistoryStore {
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
        expecting: Int = .max, through connection: any Connection,
        _ visit: (Instance) throws -> Bool
    ) throws {
        var layers = SeriesLayers(
            key, direction, in: interval, expecting: expecting, connection: connection)
        var held: Instance?
        while let next = try layers.next() {
            if let known = held, known.at == next.at {
                // Forward, what comes later was told later.
                if direction == .forward { held = next }
                continue
            }
            if let held, direction == .forward { guard try visit(held) else { return } }
            held = next
            if direction == .backward { guard try visit(next) else { return } }
        }
        if let held, direction == .forward { _ = try visit(held) }
    }

    /// Numbers of one series with their times, for sums.
    struct Reading {
        var at: Int64
        /// `nil` for what is no number, or no value at all.
        var number: Double?
        var isDeletion: Bool
    }

    /// Observed readings within `interval`, oldest first, one an instant.
    /// - Parameter settledOnly: without those that stand beside the state and are in no roll-up yet.
    static func walkReadings(
        _ key: AttributeKey, in interval: ClosedRange<Int64>, settledOnly: Bool = false,
        through connection: any Connection, _ visit: (Reading) throws -> Void
    ) throws {
        var layers = SeriesLayers(
            key, .forward, in: interval, settledOnly: settledOnly, connection: connection)
        var held: Reading?
        while let next = try layers.next() {
            guard next.columns.observedAt != nil else { continue }
            if let held, held.at != next.at { try visit(held) }
            held = Reading(next)
        }
        if let held { try visit(held) }
    }
}

extension HistoryStore.Reading {
    init(_ instance: HistoryStore.Instance) {
        at = instance.at
        number = instance.columns.numberOfProperty
        isDeletion = instance.isDeletion
    }
}
