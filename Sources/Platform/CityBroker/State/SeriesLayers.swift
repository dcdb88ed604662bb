import CityKernel
import CityStore

/// All tellings of one series in order of time: those beside its state, those in rows of their own
/// and those in runs, merged while they are read page by page.
struct SeriesLayers {
    /// Rows that one statement reads.
    private static let pageSize = 2_000
    /// Readings that a run holds about, to guess how many runs are worth reading at once.
    private static let runLength = 32

    /// Which of two tellings with the very same times counts.
    private enum Rank: Int { case run, tail, row, state }

    private let key: AttributeKey
    private let direction: HistoryStore.Direction
    private let connection: any Connection
    private var recent: Layer
    private var rows: Layer
    private var runs: Layer
    /// What of the interval is still to be read.
    private var rowsLeft: (from: HistoryStore.Place, to: HistoryStore.Place)?
    private var runsLeft: ClosedRange<Int64>?
    private var rowsPage: Int
    private var runsPage: Int

    /// Tellings that were read and not yet handed over, in the order of the walk.
    private struct Layer {
        var tellings: [HistoryStore.Instance] = []
        var ranks: [Rank] = []
        var position = 0

        typealias Mark = (at: Int64, toldAt: Int64, rank: Int)

        var isEmpty: Bool { position == tellings.count }

        /// Where the next one lies in the order of all.
        var mark: Mark? {
            guard !isEmpty else { return nil }
            let rank = ranks.count == 1 ? ranks[0] : ranks[position]
            return (tellings[position].at, tellings[position].toldAt, rank.rawValue)
        }

        mutating func take() -> HistoryStore.Instance? {
            guard !isEmpty else { return nil }
            defer { position += 1 }
            return tellings[position]
        }

        mutating func fill(_ tellings: [HistoryStore.Instance], _ rank: Rank) {
            self.tellings = tellings
            ranks = [rank]
            position = 0
        }
    }

    init(
        _ key: AttributeKey, _ direction: HistoryStore.Direction,
        in interval: ClosedRange<Int64>, expecting: Int = .max, settledOnly: Bool = false,
        connection: any Connection
    ) {
        self.key = key
        self.direction = direction
        self.connection = connection
        recent = Layer()
        rows = Layer()
        runs = Layer()
        // The first page is small when little is asked, the rest are full.
        rowsPage = min(max(expecting, 1), Self.pageSize)
        runsPage = max(1, min(expecting, Self.pageSize) / Self.runLength)
        rowsLeft = (
            HistoryStore.Place(at: interval.lowerBound, toldAt: .min),
            HistoryStore.Place(at: interval.upperBound, toldAt: .max)
        )
        runsLeft = interval
        recentInterval = settledOnly ? nil : interval
    }

    private var recentInterval: ClosedRange<Int64>?

    /// - Returns: `nil` when there are no more.
    mutating func next() throws -> HistoryStore.Instance? {
        if let interval = recentInterval {
            recentInterval = nil
            try fillRecent(interval)
        }
        if rows.isEmpty, rowsLeft != nil { try fillRows() }
        if runs.isEmpty, runsLeft != nil { try fillRuns() }
        let marks = (recent: recent.mark, rows: rows.mark, runs: runs.mark)
        if isFirst(marks.recent, marks.rows), isFirst(marks.recent, marks.runs) {
            return recent.take()
        }
        return isFirst(marks.rows, marks.runs) ? rows.take() : runs.take()
    }

    /// Whether the walk meets the one before the other, which may not be there.
    private func isFirst(_ one: Layer.Mark?, _ other: Layer.Mark?) -> Bool {
        guard let one else { return false }
        guard let other else { return true }
        return direction == .forward ? one < other : one > other
    }

    private mutating func fillRecent(_ interval: ClosedRange<Int64>) throws {
        guard let held = try AttributeStore.findHeld(key, in: connection) else { return }
        var found = try held.tail.tellings().map { ($0, Rank.tail) }
        found.append((held.telling, .state))
        found.removeAll { !interval.contains($0.0.at) }
        let isForward = direction == .forward
        found.sort { left, right in
            let first = (left.0.at, left.0.toldAt, left.1.rawValue)
            let second = (right.0.at, right.0.toldAt, right.1.rawValue)
            return isForward ? first < second : first > second
        }
        recent.tellings = found.map(\.0)
        recent.ranks = found.map(\.1)
    }

    private mutating func fillRows() throws {
        guard let left = rowsLeft else { return }
        let page = try HistoryStore.page(
            key, direction, from: left.from, to: left.to, limit: rowsPage, connection)
        if let last = page.last, page.count == rowsPage {
            switch direction {
            case .forward: rowsLeft?.from = last.place
            case .backward: rowsLeft?.to = last.place
            }
        } else {
            rowsLeft = nil
        }
        rowsPage = Self.pageSize
        rows.fill(page, .row)
    }

    private mutating func fillRuns() throws {
        while let left = runsLeft, runs.isEmpty {
            let page = try RunStore.page(
                key, direction, in: left, limit: runsPage, through: connection)
            runsLeft = Self.rest(of: left, after: page, direction)
            runsPage = .max
            var found: [HistoryStore.Instance] = []
            for run in page {
                let tellings = try run.pack.tellings()
                found += direction == .forward ? tellings : tellings.reversed()
            }
            // The outer ones reach over the interval's ends.
            let whole = left
            if let first = found.first, let last = found.last,
                !(whole.contains(first.at) && whole.contains(last.at))
            {
                found.removeAll { !whole.contains($0.at) }
            }
            runs.fill(found, .run)
        }
    }

    /// - Returns: `nil` when no run can follow.
    private static func rest(
        of interval: ClosedRange<Int64>, after page: [RunStore.Run],
        _ direction: HistoryStore.Direction
    ) -> ClosedRange<Int64>? {
        guard let edge = page.last else { return nil }
        switch direction {
        case .forward:
            guard edge.last < interval.upperBound else { return nil }
            return edge.last + 1...interval.upperBound
        case .backward:
            guard edge.first > interval.lowerBound else { return nil }
            return interval.lowerBound...edge.first - 1
        }
    }
}
