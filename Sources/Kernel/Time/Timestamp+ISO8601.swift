extension Timestamp {
    /// Reads ISO 8601: `2024-06-23T00:20`, seconds and fraction optional, zone `Z` or `±hh:mm`.
    ///
    /// - Parameter offsetSeconds: the zone of a text that names none; `nil` refuses such a text.
    /// - Returns: `nil` when the text is not a valid date and time (`T24:00` is not).
    package init?(iso8601 text: some StringProtocol, offsetSeconds: Int? = nil) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2),
            (1...12).contains(month),
            (1...CivilTime.daysInMonth(year: year, month: month)).contains(day)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day, offsetSeconds: 0)
        if reader.skip("T") || reader.skip(" ") || reader.skip("t") {
            guard let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
                let minute = reader.number(digits: 2), minute < 60
            else { return nil }
            civil.hour = hour
            civil.minute = minute
            if reader.skip(":") {
                guard let second = reader.number(digits: 2), second < 61 else { return nil }
                civil.second = min(second, 59)  // a leap second is shown as :59
                if reader.skip(".") || reader.skip(",") {
                    guard let fraction = reader.fraction() else { return nil }
                    civil.microsecond = fraction
                }
            }
        }
        if reader.skip("Z") || reader.skip("z") {
            civil.offsetSeconds = 0
        } else if let sign = reader.sign() {
            guard let hours = reader.number(digits: 2), hours < 24 else { return nil }
            _ = reader.skip(":")
            let minutes = reader.number(digits: 2) ?? 0
            guard minutes < 60 else { return nil }
            civil.offsetSeconds = sign * (hours * 3_600 + minutes * 60)
        } else if let offsetSeconds {
            civil.offsetSeconds = offsetSeconds
        } else {
            return nil
        }
        guard reader.isAtEnd else { return nil }
        self = civil.timestamp
    }

    /// UTC text such as `2024-06-22T15:20:00Z`; a fraction appears only when it is not zero.
    package var iso8601: String { text(offsetSeconds: 0) }

    /// Text at Japan Standard Time such as `2024-06-23T00:20:00+09:00`.
    package var iso8601Japan: String { text(offsetSeconds: CivilTime.japanOffsetSeconds) }

    private func text(offsetSeconds: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        appendISO8601(to: &bytes, offsetSeconds: offsetSeconds)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the ISO 8601 text without an intermediate string; hot paths write many times a page.
    package func appendISO8601(to bytes: inout [UInt8], offsetSeconds: Int = 0) {
        let civil = CivilTime(self, offsetSeconds: offsetSeconds)
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
private struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func sign() -> Int? {
        if skip("+") { return 1 }
        return skip("-") ? -1 : nil
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        var copy = rest
        for _ in 0..<digits {
            guard let byte = copy.popFirst(), byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        rest = copy
        return value
    }

    /// Digits after the point as microseconds; digits past the sixth are dropped.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while let byte = rest.first, byte >= 48, byte <= 57 {
            if count < 6 { value = value * 10 + Int(byte - 48) }
            count += 1
            rest = rest.dropFirst()
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }
}
