extension Timestamp {
    /// Reads ISO 8601: `2024-06-23T00:20`, seconds and fraction optional, zone `Z` or `±hh:mm`. A
    /// date alone is its first moment in the zone that the caller names.
    ///
    /// - Parameter offsetSeconds: the zone of a text that names none; `nil` refuses such a text.
    /// - Returns: `nil` when the text is not a valid date and time (`T24:00` is not).
    package init?(iso8601 text: some StringProtocol, offsetSeconds: Int? = nil) {
        // A native string, as nearly all are, is read where it lies.
        let read = text.utf8.withContiguousStorageIfAvailable {
            Self.read($0, offsetSeconds: offsetSeconds)
        }
        let civil =
            read
            ?? Array(text.utf8).withUnsafeBufferPointer {
                Self.read($0, offsetSeconds: offsetSeconds)
            }
        guard let civil else { return nil }
        self = civil.timestamp
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, offsetSeconds: Int?
    ) -> CivilTime? {
        var reader = DigitReader(bytes: bytes)
        guard var civil = reader.date() else { return nil }
        if reader.skip("T") || reader.skip(" ") || reader.skip("t") {
            guard reader.time(into: &civil) else { return nil }
            if let zone = reader.zone() {
                guard reader.isAtEnd else { return nil }
                civil.offsetSeconds = zone
                return civil
            }
        }
        guard reader.isAtEnd, let offsetSeconds else { return nil }
        civil.offsetSeconds = offsetSeconds
        return civil
    }

    /// UTC text such as `2024-06-22T15:20:00Z`; a fraction appears only when it is not zero.
    package var iso8601: String { text(offsetSeconds: 0) }

    /// Text at Japan Standard Time such as `2024-06-23T00:20:00+09:00`.
    package var iso8601Japan: String { text(offsetSeconds: CivilTime.japanOffsetSeconds) }

    // A day inside the ends of years 0000 and 9999, for every offset stays within them.
    private static let writableMin = CivilTime(year: 0, month: 1, day: 2, offsetSeconds: 0)
        .timestamp
    private static let writableMax =
        CivilTime(
            year: 9_999, month: 12, day: 30, hour: 23, minute: 59, second: 59, offsetSeconds: 0
        )
        .timestamp

    private func text(offsetSeconds: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        appendISO8601(to: &bytes, offsetSeconds: offsetSeconds)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the ISO 8601 text without an intermediate string; hot paths write many times a page.
    /// The text has four digits for the year: an instant outside 0000–9999 is written as the nearest
    /// one inside.
    package func appendISO8601(to bytes: inout [UInt8], offsetSeconds: Int = 0) {
        let civil = CivilTime(
            min(max(self, Self.writableMin), Self.writableMax), offsetSeconds: offsetSeconds)
        func append(_ value: Int, digits: Int) {
            var divisor = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(48 + value / divisor % 10))
                divisor /= 10
            }
        }
        append(civil.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        append(civil.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        append(civil.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        append(civil.hour, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(civil.minute, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(civil.second, digits: 2)
        if civil.microsecond != 0 {
            bytes.append(UInt8(ascii: "."))
            let isWholeMilliseconds = civil.microsecond % 1_000 == 0
            append(
                isWholeMilliseconds ? civil.microsecond / 1_000 : civil.microsecond,
                digits: isWholeMilliseconds ? 3 : 6)
        }
        guard offsetSeconds != 0 else {
            bytes.append(UInt8(ascii: "Z"))
            return
        }
        bytes.append(UInt8(ascii: offsetSeconds < 0 ? "-" : "+"))
        append(abs(offsetSeconds) / 3_600, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(abs(offsetSeconds) / 60 % 60, digits: 2)
    }
}

/// Reads fixed-width numbers from text without allocating.
private struct DigitReader {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    /// `2024-06-23`, a day that the calendar has.
    mutating func date() -> CivilTime? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2), (1...12).contains(month),
            (1...CivilTime.daysInMonth(year: year, month: month)).contains(day)
        else { return nil }
        return CivilTime(year: year, month: month, day: day, offsetSeconds: 0)
    }

    /// `00:20`, `00:20:05` or `00:20:05.250`. A leap second is shown as :59.
    mutating func time(into civil: inout CivilTime) -> Bool {
        guard let hour = number(digits: 2), hour < 24, skip(":"),
            let minute = number(digits: 2), minute < 60
        else { return false }
        civil.hour = hour
        civil.minute = minute
        guard skip(":") else { return true }
        guard let second = number(digits: 2), second <= 60 else { return false }
        civil.second = min(second, 59)
        guard skip(".") || skip(",") else { return true }
        guard let microsecond = fraction() else { return false }
        civil.microsecond = microsecond
        return true
    }

    /// Seconds east of UTC of `Z`, `+09:00`, `+0900` or `+09`; `nil` and unmoved for anything else.
    mutating func zone() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let start = index
        if let zone = offset() { return zone }
        index = start
        return nil
    }

    private mutating func offset() -> Int? {
        guard let sign = skip("+") ? 1 : skip("-") ? -1 : nil,
            let hours = number(digits: 2), hours < 24
        else { return nil }
        if isAtEnd { return sign * hours * 3_600 }
        _ = skip(":")
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        guard index + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + digits] {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        index += digits
        return value
    }

    /// Digits after the point as microseconds; digits past the sixth are dropped.
    private mutating func fraction() -> Int? {
        let start = index
        var value = 0
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
            if index - start < 6 { value = value * 10 + Int(bytes[index] - 48) }
            index += 1
        }
        let count = index - start
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }
}
