import CityKernel
import CityStore

/// Sums of one series over periods: from roll-ups where these say exactly what the readings say,
/// from the readings otherwise.
struct SeriesAggregator {
    let key: AttributeKey
    let query: TemporalQuery
    let aggregation: TemporalAggregation
    let connection: any Connection
    /// The times that count; scopes may leave gaps between them.
    let spans: [ClosedRange<Int64>]

    func periods() throws -> [AggregatedPeriod] {
        if let rolledUp = try rolledUp() { return rolledUp }
        return try read()
    }

    // MARK: - From roll-ups

    /// - Returns: `nil` where roll-ups cannot say it exactly.
    private func rolledUp() throws -> [AggregatedPeriod]? {
        guard query.property == .observedAt, query.lastN == nil, spans.count == 1,
            query.relation != nil || query.namesProperty,
            !aggregation.methods.contains(.distinctCount), let interval = spans.first
        else { return nil }
        guard let extent = try extent(in: interval) else { return [] }
        var walk = RollUpWalk(
            grid: PeriodGrid(anchor: anchor(extent), extent: extent, query, aggregation.period),
            tallies: TallyList(aggregation), settledBefore: try settledEnd())
        let isExact = try add(whole(extent, within: interval), .day, &walk)
        return isExact ? walk.tallies.finished() : nil
    }

    private struct RollUpWalk {
        var grid: PeriodGrid
        var tallies: TallyList
        /// From here on some readings are in no roll-up yet.
        let settledBefore: Int64

        mutating func add(_ rollUp: RollUp, at instant: Int64) throws {
            try tallies.add(rollUp, in: grid.period(of: instant))
        }
    }

    /// Readings that stand beside the state are in no roll-up. One from before the readings that are
    /// kept waits for the next passage of retention.
    private func settledEnd() throws -> Int64 {
        guard let held = try AttributeStore.findHeld(key, in: connection) else { return .max }
        let since = try RollUpStore.keptSince(key, in: connection) ?? .min
        let tellings = try held.tail.tellings() + [held.telling]
        return tellings.lazy.filter { $0.columns.observedAt != nil && $0.at >= since }
            .map(\.at).min() ?? .max
    }

    /// The days that hold the readings, as far as they are asked about: whole buckets need no
    /// reading.
    private func whole(
        _ extent: ClosedRange<Int64>, within interval: ClosedRange<Int64>
    ) -> Range<Int64> {
        let day = RollUpLevel.day
        let start = max(day.start(of: extent.lowerBound), interval.lowerBound)
        let end = day.start(of: extent.upperBound).addingReportingOverflow(day.microseconds)
        let last = end.overflow ? Int64.max : end.partialValue
        return start..<min(last, interval.upperBound == .max ? .max : interval.upperBound + 1)
    }

    /// Adds a range by the buckets of one level that lie within it and within one period each, and
    /// what is left of it by the next finer one.
    private func add(
        _ range: Range<Int64>, _ level: RollUpLevel?, _ walk: inout RollUpWalk
    ) throws -> Bool {
        guard !range.isEmpty else { return true }
        guard let level else { return try addReadings(range, &walk) }
        let finer = RollUpLevel(rawValue: level.rawValue - 1)
        guard walk.grid.isMadeOf(level) else { return try add(range, finer, &walk) }
        let first =
            level.isStart(range.lowerBound)
            ? range.lowerBound : level.start(of: range.lowerBound) + level.microseconds
        let last = level.start(of: min(range.upperBound, walk.settledBefore))
        guard first < last else { return try add(range, finer, &walk) }
        guard try add(range.lowerBound..<first, finer, &walk) else { return false }
        if level == .minute {
            guard try addMinutes(first..<last, &walk) else { return false }
        } else {
            for row in try RollUpStore.list(key, level, in: first..<last, through: connection) {
                guard row.rollUp.others == 0 else { return false }
                try walk.add(row.rollUp, at: row.at)
            }
        }
        return try add(last..<range.upperBound, finer, &walk)
    }

    /// Minutes are kept for dense hours only; the others are read.
    private func addMinutes(
        _ range: Range<Int64>, _ walk: inout RollUpWalk
    ) throws -> Bool {
        let hour = RollUpLevel.hour
        let hours = try RollUpStore.list(
            key, .hour, in: hour.start(of: range.lowerBound)..<range.upperBound,
            through: connection)
        for row in hours {
            guard row.rollUp.others == 0 else { return false }
            let part =
                max(
                    row.at, range.lowerBound)..<min(
                    row.at + hour.microseconds, range.upperBound)
            if row.hasMinutes {
                for minute in try RollUpStore.list(key, .minute, in: part, through: connection) {
                    try walk.add(minute.rollUp, at: minute.at)
                }
            } else {
                guard try addReadings(part, &walk) else { return false }
            }
        }
        return true
    }

    private func addReadings(
        _ range: Range<Int64>, _ walk: inout RollUpWalk
    ) throws -> Bool {
        // Readings that retention has deleted live on in roll-ups only.
        if let since = try RollUpStore.keptSince(key, in: connection), range.lowerBound < since {
            return false
        }
        var isExact = true
        try HistoryStore.walkReadings(
            key, in: range.lowerBound...(range.upperBound - 1), through: connection
        ) { reading in
            guard !reading.isDeletion, isExact else { return }
            guard let number = reading.number else {
                isExact = false
                return
            }
            try walk.add(RollUp(number), at: reading.at)
        }
        return isExact
    }

    // MARK: - From readings

    private func read() throws -> [AggregatedPeriod] {
        let reader = SeriesReader(key: key, query: query, connection: connection, spans: spans)
        var tallies = TallyList(aggregation)
        guard let extent = try reader.extent() else { return [] }
        var grid = PeriodGrid(anchor: anchor(extent), extent: extent, query, aggregation.period)
        try reader.visitInOrder { instance, time in
            guard !instance.isDeletion else { return }
            try tallies.add(
                try instance.attribute(datasetID: nil).value, in: grid.period(of: time))
        }
        return tallies.finished()
    }

    /// From the first to the last observed reading within the interval.
    private func extent(in interval: ClosedRange<Int64>) throws -> ClosedRange<Int64>? {
        guard let first = try edge(.forward, interval), let last = try edge(.backward, interval)
        else { return nil }
        return first...max(first, last)
    }

    private func edge(
        _ direction: HistoryStore.Direction, _ interval: ClosedRange<Int64>
    ) throws -> Int64? {
        var found: Int64?
        try HistoryStore.walk(key, direction, in: interval, expecting: 1, through: connection) {
            guard !$0.isDeletion, $0.columns.observedAt != nil else { return true }
            found = $0.at
            return false
        }
        let hour = try RollUpStore.edge(key, direction, in: interval, through: connection)
        // Where the readings are deleted, the roll-ups still say how far the series reaches.
        guard let since = try RollUpStore.keptSince(key, in: connection), let hour,
            hour < since
        else { return found }
        return direction == .forward ? max(hour, interval.lowerBound) : found ?? hour
    }

    /// Where the first period begins: at the instant that was asked from, else at the first reading.
    private func anchor(_ extent: ClosedRange<Int64>) -> Int64 {
        switch query.relation {
        case .after(let start), .between(let start, _): start.microseconds
        case .before, nil: extent.lowerBound
        }
    }
}
