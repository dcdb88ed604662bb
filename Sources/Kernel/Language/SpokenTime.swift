/// Times as people read them, at Japan Standard Time. Machines read `Timestamp.iso8601`.
extension Timestamp {
    /// The time of day without a leading zero, 24 hours, the same in every language: `3:50`.
    package var spokenClock: String {
        let civil = CivilTime(self)
        return "\(civil.hour):\(civil.minute < 10 ? "0" : "")\(civil.minute)"
    }

    /// The day: 「7月4日(土)」, 「7月4日(土曜日)」 in plain Japanese, `Sat 4 July` in English.
    ///
    /// - Parameter withYear: for records and print, where the reader cannot see which year is meant.
    package func spokenDate(in language: Language, withYear: Bool = false) -> String {
        let civil = CivilTime(self)
        switch language {
        case .japanese:
            let year = withYear ? "\(civil.year)年" : ""
            return "\(year)\(civil.month)月\(civil.day)日(\(DayName.short[civil.weekday]))"
        case .easyJapanese:
            let year = withYear ? "\(civil.year)年" : ""
            return "\(year)\(civil.month)月\(civil.day)日(\(DayName.short[civil.weekday])曜日)"
        case .english:
            let year = withYear ? " \(civil.year)" : ""
            let month = MonthName.english[civil.month - 1]
            return "\(DayName.english[civil.weekday]) \(civil.day) \(month)\(year)"
        }
    }

    /// The shortest unmistakable time for a reader at `now`: `3:50` today, 「7月4日(土) 3:50」 on
    /// another day, with the year in another year.
    package func spoken(in language: Language, at now: Timestamp) -> String {
        let civil = CivilTime(self)
        let today = CivilTime(now)
        if (civil.year, civil.month, civil.day) == (today.year, today.month, today.day) {
            return spokenClock
        }
        let date = spokenDate(in: language, withYear: civil.year != today.year)
        return "\(date) \(spokenClock)"
    }

    /// The age for a reader at `now`: 「2分前」, `2 min ago`, 「2ふん まえ」.
    ///
    /// Below one minute it says 「たった今」. An instant of the future is said as such (「2分後」): a
    /// wrong clock at a sensor must not make its value look fresh.
    package func spokenAge(in language: Language, at now: Timestamp) -> String {
        let age = now.since(self)
        let isFuture = age < .zero
        let span = isFuture ? .zero - age : age
        guard span >= .minutes(1) else {
            return switch language {
            case .japanese: "たった今"
            case .easyJapanese: "いま"
            case .english: "just now"
            }
        }
        let words = span.spoken(in: language)
        return switch language {
        case .japanese: words + (isFuture ? "後" : "前")
        case .easyJapanese: words + (isFuture ? " あと" : " まえ")
        case .english: isFuture ? "in \(words)" : "\(words) ago"
        }
    }
}

extension Duration {
    /// The length in whole minutes, hours and minutes, or days from 24 hours on, rounded down:
    /// 「1時間20分」, `1 h 20 min`, 「1じかん 20ぷん」. The sign is not said.
    package func spoken(in language: Language) -> String {
        let total = Int(microseconds.magnitude / 60_000_000)
        let (hours, minutes) = total.quotientAndRemainder(dividingBy: 60)
        if hours >= 24 { return CountedTime.days(hours / 24, in: language) }
        if hours == 0 { return CountedTime.minutes(minutes, in: language) }
        let said = CountedTime.hours(hours, in: language)
        if minutes == 0 { return said }
        let space = language == .japanese ? "" : " "
        return said + space + CountedTime.minutes(minutes, in: language)
    }
}

/// Numbers with their counters. Plain Japanese is written as it is said, since readers who learn the
/// language know the kana before the counters' many readings.
private enum CountedTime {
    static func minutes(_ count: Int, in language: Language) -> String {
        switch language {
        case .japanese: "\(count)分"
        case .easyJapanese: "\(count)\([2, 5, 7, 9].contains(count % 10) ? "ふん" : "ぷん")"
        case .english: "\(count) min"
        }
    }

    static func hours(_ count: Int, in language: Language) -> String {
        switch language {
        case .japanese: "\(count)時間"
        case .easyJapanese: "\(count)じかん"
        case .english: "\(count) h"
        }
    }

    static func days(_ count: Int, in language: Language) -> String {
        switch language {
        case .japanese: "\(count)日"
        case .easyJapanese: easyDays(count)
        case .english: count == 1 ? "1 day" : "\(count) days"
        }
    }

    private static let kunDays = [
        2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
        9: "ここのか", 10: "とおか", 20: "はつか",
    ]

    private static func easyDays(_ count: Int) -> String {
        if let word = kunDays[count] { return word }
        return count % 10 == 4 ? "\(count)か" : "\(count)にち"
    }
}

private enum DayName {
    static let short = ["日", "月", "火", "水", "木", "金", "土"]
    static let english = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
}

private enum MonthName {
    static let english = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}

// MARK: - Metres

/// Lengths kept in whole centimetres, said in metres.
package enum Metres {
    /// `3.46` for 346, `-0.05` for -5: always two digits after the point, no unit.
    package static func text(centimetres: Int) -> String {
        let (whole, part) = centimetres.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(centimetres < 0 ? "-" : "")\(whole).\(part < 10 ? "0" : "")\(part)"
    }
}
