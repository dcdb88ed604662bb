import CityKernel

/// Consecutive periods from an anchor on, and which of them an instant lies in.
struct PeriodGrid {
    private let anchor: Int64
    private let end: Int64
    private let period: CalendarPeriod
    /// The period found last; instants come in order, so that the next is near.
    private var index: Int64 = 0
    private var current: Range<Int64>

    init(
        anchor: Int64, extent: ClosedRange<Int64>, _ query: TemporalQuery, _ period: CalendarPeriod
    ) {
        self.anchor = anchor
        self.period = period
        switch query.relation {
        case .before(let end), .between(_, let end): self.end = end.microseconds
        case .after, nil: end = extent.upperBound
        }
        // The whole of a time that has no end is shown as ending with the last reading.
        let whole = anchor..<max(end, anchor)
        current = period.isZero ? whole : anchor..<period.moved(anchor, times: 1)
        if !period.isZero, period.months == 0 { skip(to: extent.lowerBound) }
    }

    private mutating func skip(to at: Int64) {
        guard at >= current.upperBound else { return }
        index = (at - anchor) / period.microseconds
        current = period.moved(anchor, times: index)..<period.moved(anchor, times: index + 1)
    }

    /// - Precondition: instants come in order.
    mutating func period(of at: Int64) -> Range<Int64> {
        guard !period.isZero, at >= current.upperBound else { return current }
        if period.months == 0 {
            skip(to: at)
        } else {
            while at >= current.upperBound, current.upperBound < .max {
                index += 1
                current =
                    period.moved(anchor, times: index)..<period.moved(anchor, times: index + 1)
            }
        }
        return current
    }

    /// Whether every period begins and ends where a bucket of `level` does.
    func isMadeOf(_ level: RollUpLevel) -> Bool {
        if period.isZero { return true }
        return level.isStart(anchor) && period.microseconds % level.microseconds == 0
    }
}
