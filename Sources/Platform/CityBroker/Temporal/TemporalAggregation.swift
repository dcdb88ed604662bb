package import CityKernel

/// Which sums over which periods (§4.5.19).
package struct TemporalAggregation: Sendable, Hashable {
    /// Periods of one series in an answer.
    package static let periodsMax = 50_000

    package enum Method: String, Sendable, Hashable, CaseIterable {
        case totalCount, distinctCount, sum, avg, min, max, stddev, sumsq
    }

    package var methods: [Method]
    /// Zero is the whole time that is asked about.
    package var period: CalendarPeriod

    package init(methods: [Method], period: CalendarPeriod = .zero) {
        self.methods = methods
        self.period = period
    }
}

/// What the readings of one period come to.
package struct AggregatedPeriod: Sendable, Hashable {
    package var start: Timestamp
    /// Not part of it.
    package var end: Timestamp
    /// Methods that mean nothing for these values are absent.
    package var results: [TemporalAggregation.Method: JSONValue]
}

/// A duration of ISO 8601 (`P1Y2M3DT4H5M6S`, `P2W`): months and years are those of the calendar of
/// Japan, all other units are fixed.
package struct CalendarPeriod: Sendable, Hashable {
    private static let numberMax: Int64 = 1_000_000

    package private(set) var months: Int64
    package private(set) var microseconds: Int64

    package static let zero = CalendarPeriod(months: 0, microseconds: 0)

    private init(months: Int64, microseconds: Int64) {
        self.months = months
        self.microseconds = microseconds
    }

    package static func days(_ count: Int64) -> CalendarPeriod {
        CalendarPeriod(months: 0, microseconds: count * 86_400_000_000)
    }

    package var isZero: Bool { months == 0 && microseconds == 0 }

    /// Units in the order in which they must stand; fixed ones in microseconds.
    private static let dateUnits: [(letter: UInt8, months: Int64, microseconds: Int64)] = [
        (UInt8(ascii: "Y"), 12, 0), (UInt8(ascii: "M"), 1, 0),
        (UInt8(ascii: "W"), 0, 604_800_000_000), (UInt8(ascii: "D"), 0, 86_400_000_000),
    ]
    private static let timeUnits: [(letter: UInt8, months: Int64, microseconds: Int64)] = [
        (UInt8(ascii: "H"), 0, 3_600_000_000), (UInt8(ascii: "M"), 0, 60_000_000),
        (UInt8(ascii: "S"), 0, 1_000_000),
    ]

    /// - Returns: `nil` for a text that is no duration, or a number beyond a million.
    package init?(iso8601 text: String) {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return nil }
        self = .zero
        var units = Self.dateUnits[...]
        var isTime = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "T") {
                rest = rest.dropFirst()
                guard !isTime, !rest.isEmpty else { return nil }
                isTime = true
                units = Self.timeUnits[...]
                continue
            }
            let digits = rest.prefix { (48...57).contains($0) }
            rest = rest.dropFirst(digits.count)
            guard let number = Int64(String(decoding: digits, as: UTF8.self)),
                number <= Self.numberMax, let letter = rest.popFirst(),
                let index = units.firstIndex(where: { $0.letter == letter })
            else { return nil }
            months += number * units[index].months
            microseconds += number * units[index].microseconds
            units = units[(index + 1)...]
        }
    }

    /// `start` and so many periods. Months are added to the date in Japan, and the last day of a
    /// shorter month stands for a day that it lacks.
    func moved(_ start: Int64, times: Int64) -> Int64 {
        var moved = start
        if months != 0 {
            var civil = CivilTime(Timestamp(microseconds: start))
            let total = Int64(civil.year) * 12 + Int64(civil.month - 1) + months * times
            civil.year = Int(total.quotientAndRemainder(dividingBy: 12).quotient)
            civil.month = Int(total % 12) + 1
            civil.day = min(
                civil.day, CivilTime.daysInMonth(year: civil.year, month: civil.month))
            moved = civil.timestamp.microseconds
        }
        let (span, isTooLong) = microseconds.multipliedReportingOverflow(by: times)
        let (sum, isBeyond) = moved.addingReportingOverflow(span)
        return isTooLong || isBeyond ? .max : sum
    }
}
