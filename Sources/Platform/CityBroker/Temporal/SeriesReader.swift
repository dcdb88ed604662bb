import CityKernel
import CityStore

/// Reads what a query asks of one series.
struct SeriesReader {
    let key: AttributeKey
    let query: TemporalQuery
    let connection: any Connection
    /// The times of values that count, in order.
    let spans: [ClosedRange<Int64>]

    /// Visits instances in order of the asked time, the newest first when only those are asked,
    /// until `visit` returns `false`.
    func visitAll(_ visit: (HistoryStore.Instance, Int64) throws -> Bool) throws {
        switch query.property {
        case .observedAt: try forEachByTime(visit)
        case .createdAt, .modifiedAt, .deletedAt: try forEachByTelling(visit)
        }
    }

    /// All instances, the oldest first whatever is asked.
    func visitInOrder(_ visit: (HistoryStore.Instance, Int64) throws -> Void) throws {
        guard query.isNewestFirst else {
            return try visitAll { instance, time in
                try visit(instance, time)
                return true
            }
        }
        var found: [(HistoryStore.Instance, Int64)] = []
        try visitAll { instance, time in
            found.append((instance, time))
            return true
        }
        for (instance, time) in found.reversed() { try visit(instance, time) }
    }

    /// Whether there is any.
    func isEmpty() throws -> Bool {
        var isEmpty = true
        try visitAll { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }

    /// From the first to the last value that counts.
    func extent() throws -> ClosedRange<Int64>? {
        var extent: ClosedRange<Int64>?
        try visitAll { instance, time in
            guard !instance.isDeletion else { return true }
            extent =
                extent.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
            return true
        }
        return extent
    }

    /// How history lies on the disk.
    private func forEachByTime(_ visit: (HistoryStore.Instance, Int64) throws -> Bool) throws {
        let needsTime = query.relation != nil || query.namesProperty
        var left = query.lastN ?? .max
        for span in query.isNewestFirst ? spans.reversed() : spans {
            var isDone = false
            try HistoryStore.walk(
                key, query.isNewestFirst ? .backward : .forward, in: span,
                expecting: min(left, query.instancesMax), through: connection
            ) { instance in
                if needsTime, instance.columns.observedAt == nil { return true }
                left -= 1
                isDone = try !visit(instance, instance.at) || left == 0
                return !isDone
            }
            if isDone { return }
        }
    }

    /// Every instance is looked at: nothing is in the order of its telling.
    private func forEachByTelling(_ visit: (HistoryStore.Instance, Int64) throws -> Bool) throws {
        var found: [(instance: HistoryStore.Instance, time: Int64)] = []
        var scanned = 0
        for span in spans {
            try HistoryStore.walk(key, .forward, in: span, through: connection) { instance in
                scanned += 1
                guard scanned <= TemporalQuery.scannedMax else { throw Self.tooMuch }
                guard let time = instance.time(query.property), query.interval.contains(time) else {
                    return true
                }
                found.append((instance, time))
                return true
            }
        }
        let isNewestFirst = query.isNewestFirst
        found.sort { isNewestFirst ? $0.time > $1.time : $0.time < $1.time }
        for (instance, time) in found.prefix(query.lastN ?? .max) {
            guard try visit(instance, time) else { return }
        }
    }

    static var tooMuch: Problem {
        Problem(
            .tooComplexQuery, title: "There is too much history to look through",
            detail: "At most \(TemporalQuery.scannedMax) values of one attribute are looked at.",
            remedy: "Narrow the time by observedAt, which is how history is kept in order.")
    }
}
