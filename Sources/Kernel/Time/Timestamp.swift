/// An instant in microseconds since 1970-01-01T00:00:00Z, the unit of every stored time.
///
/// Text is ISO 8601. A text without a zone is refused unless the caller names the zone it is in.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { self.microseconds = seconds.clampedProduct(1_000_000) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    // Spans come from configuration, devices and other cities: a number too large stops at the end
    // of time instead of stopping the city.

    package static func + (instant: Timestamp, span: Duration) -> Timestamp {
        Timestamp(microseconds: instant.microseconds.clampedSum(span.microseconds))
    }

    package static func - (instant: Timestamp, span: Duration) -> Timestamp {
        Timestamp(microseconds: instant.microseconds.clampedDifference(span.microseconds))
    }

    /// The span from `other` to this instant; negative when `other` is later.
    package func since(_ other: Timestamp) -> Duration {
        .microseconds(microseconds.clampedDifference(other.microseconds))
    }
}

extension Duration {
    /// Whole microseconds, truncated toward zero; a span beyond 292,000 years counts as that long.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.clampedProduct(1_000_000).clampedSum(attoseconds / 1_000_000_000_000)
    }

    package var inSeconds: Double { Double(microseconds) / 1_000_000 }
    package var inMinutes: Double { inSeconds / 60 }

    package static func minutes(_ count: Int) -> Duration { .seconds(count.clampedProduct(60)) }
    package static func hours(_ count: Int) -> Duration { .seconds(count.clampedProduct(3_600)) }
    package static func days(_ count: Int) -> Duration { .seconds(count.clampedProduct(86_400)) }
}

// MARK: - Calendar

/// A civil date and time at a fixed offset from UTC (Japan has no summer time).
package struct CivilTime: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var microsecond: Int
    package var offsetSeconds: Int

    /// Offset of Japan Standard Time, +09:00.
    package static let japanOffsetSeconds = 9 * 3_600

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        microsecond: Int = 0, offsetSeconds: Int = CivilTime.japanOffsetSeconds
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
        self.offsetSeconds = offsetSeconds
    }

    package init(_ instant: Timestamp, offsetSeconds: Int = CivilTime.japanOffsetSeconds) {
        let local = instant.microseconds.clampedSum(Int64(offsetSeconds) * 1_000_000)
        let days = local.dividedDown(by: 86_400_000_000)
        var rest = local - days * 86_400_000_000
        let (year, month, day) = Self.civil(fromDays: days)
        let hour = rest / 3_600_000_000
        rest -= hour * 3_600_000_000
        let minute = rest / 60_000_000
        rest -= minute * 60_000_000
        self.init(
            year: year, month: month, day: day, hour: Int(hour), minute: Int(minute),
            second: Int(rest / 1_000_000), microsecond: Int(rest % 1_000_000),
            offsetSeconds: offsetSeconds)
    }

    /// The instant; the fields must be within their ranges.
    package var timestamp: Timestamp {
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + Int64(hour * 3_600 + minute * 60 + second - offsetSeconds)
        return Timestamp(microseconds: seconds * 1_000_000 + Int64(microsecond))
    }

    /// 0 is Sunday.
    package var weekday: Int {
        let days = Self.days(year: year, month: month, day: day)
        return Int((days + 4) - (days + 4).dividedDown(by: 7) * 7)
    }

    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant's `days_from_civil`).
    package static func days(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = shifted.dividedDown(by: 400)
        let yearOfEra = shifted - era * 400
        let monthFromMarch = Int64((month + 9) % 12)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = shifted.dividedDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month), Int(day))
    }
}

extension FixedWidthInteger {
    fileprivate func clampedSum(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func clampedDifference(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    fileprivate func clampedProduct(_ other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

extension Int64 {
    /// Division rounding toward negative infinity.
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
