/// Dates as HTTP writes them (RFC 9110 §5.6.7): `Sun, 23 Jun 2024 09:20:00 GMT`.
package enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package static func text(_ instant: Timestamp) -> String {
        let civil = CivilTime(instant, offsetSeconds: 0)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let time = [civil.hour, civil.minute, civil.second].map(two).joined(separator: ":")
        let day = "\(two(civil.day)) \(months[civil.month - 1]) \(civil.year)"
        return "\(weekdays[civil.weekday]), \(day) \(time) GMT"
    }

    /// - Returns: `nil` unless the text is in the form above; the old forms are not read.
    package static func parse(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[0].hasSuffix(","),
            let month = months.firstIndex(of: String(words[2])), words[1].utf8.count == 2,
            words[3].utf8.count == 4
        else { return nil }
        let number = month + 1
        let padded = (number < 10 ? "0" : "") + String(number)
        return Timestamp(iso8601: "\(words[3])-\(padded)-\(words[1])T\(words[4])Z")
    }
}
