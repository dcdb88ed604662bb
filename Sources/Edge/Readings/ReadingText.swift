package import CityKernel

/// How times and levels are written in tables and messages.
package enum ReadingText {
    /// Marks by which gauges say that they have no value.
    package static let missingMarks: Set<String> = ["*", "---"]

    /// Without spaces, no-break spaces (U+00A0) and ideographic spaces (U+3000) at its ends.
    package static func trim(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar == " " || scalar == "\t" || scalar == "\u{A0}" || scalar == "\u{3000}"
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last,
            isSpace(first) || isSpace(last)
        else { return text }
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let end = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    /// A date and a time of day in ISO 8601, Japan's time unless it names a zone. `T24:00` is the
    /// next day's midnight, as gauges write it.
    /// - Returns: `nil` when the text is anything else, a date alone included.
    package static func time(_ text: String) -> Timestamp? {
        let zone = CivilTime.japanOffsetSeconds
        guard text.utf8.count >= 16 else { return nil }
        if let midnight = midnightAtEndOfDay(text) {
            return Timestamp(iso8601: midnight, offsetSeconds: zone).map { $0 + .days(1) }
        }
        return Timestamp(iso8601: text, offsetSeconds: zone)
    }

    private static func midnightAtEndOfDay(_ text: String) -> String? {
        for ending in ["T24:00", "T24:00:00"] where text.hasSuffix(ending) {
            return String(text.dropLast(ending.count)) + "T00:00"
        }
        return nil
    }

    /// Metres as centimetres, exactly: an optional minus, ASCII digits, and at most two decimals.
    /// - Throws: `ReadingRefusal` when the text is not such a number, or is too large for a level.
    package static func centimetres(metres text: String) throws(ReadingRefusal) -> Int {
        var value = 0
        var wholeDigits = 0
        var decimals: Int?
        var isNegative = false
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: ".") where wholeDigits > 0 && decimals == nil: decimals = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let seen = decimals { decimals = seen + 1 } else { wholeDigits += 1 }
                // Larger than any water; keeps the sum from overflowing.
                if value < 1_000_000_000_000 { value = value * 10 + Int(byte - 48) }
            default: throw .levelNotANumber
            }
        }
        guard wholeDigits > 0, decimals != 0, (decimals ?? 1) <= 2 else { throw .levelNotANumber }
        if decimals == nil { value *= 100 }
        if decimals == 1 { value *= 10 }
        return isNegative ? -value : value
    }
}
