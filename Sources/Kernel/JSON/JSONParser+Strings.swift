extension JSONParser {
    /// Reads a string from its opening quote.
    mutating func string() throws(JSONError) -> String {
        let opening = index
        index += 1
        let isASCII = skipPlainText()
        switch try peek() {
        case UInt8(ascii: "\""):
            let text = UnsafeBufferPointer(rebasing: bytes[opening + 1..<index])
            index += 1
            if isASCII { return String(decoding: text, as: UTF8.self) }
            return try validated(text, from: opening)
        case UInt8(ascii: "\\"): return try escapedString(from: opening)
        default: throw error(.invalidString)
        }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    /// - Returns: whether every byte passed was ASCII.
    private mutating func skipPlainText() -> Bool {
        var seen: UInt64 = 0
        while index + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(bytes.baseAddress! + index)
                    .loadUnaligned(as: UInt64.self))
            let special = Self.specialBytes(word)
            guard special == 0 else {
                let count = special.trailingZeroBitCount / 8
                index += count
                seen |= word & ((1 << (UInt64(count) * 8)) - 1)
                return seen & Self.highBits == 0
            }
            seen |= word
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            seen |= UInt64(byte)
            index += 1
        }
        return seen & Self.highBits == 0
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The high bit of each byte that is a quote, a backslash or a control character. Bits above
    /// the lowest one may be false (a borrow runs upward), so only the lowest is used.
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- (ones &* 0x20)) & ~word
        return (((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | controls)
            & highBits
    }

    private func validated(
        _ text: some Sequence<UInt8>, from opening: Int
    ) throws(JSONError) -> String {
        guard let text = String(validating: text, as: UTF8.self) else {
            throw error(.invalidUTF8, at: opening)
        }
        return text
    }

    // MARK: Escapes

    private mutating func escapedString(from opening: Int) throws(JSONError) -> String {
        var text = Array(bytes[opening + 1..<index])
        while true {
            switch try peek() {
            case UInt8(ascii: "\""):
                index += 1
                return try validated(text, from: opening)
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case 0..<0x20: throw error(.invalidString)
            default:
                let start = index
                _ = skipPlainText()
                text.append(contentsOf: bytes[start..<index])
            }
        }
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
        let place = index
        index += 1
        let byte = try peek()
        index += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape(from: place)
            text.append(contentsOf: String(scalar).utf8)
        default: throw error(.invalidString, at: place)
        }
    }

    /// One `\uXXXX`, or two that make a surrogate pair; a lone surrogate is no character.
    private mutating func unicodeEscape(from place: Int) throws(JSONError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), index + 1 < bytes.count,
            bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { throw error(.invalidString, at: place) }
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error(.invalidString, at: place) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70: digit = byte - 55
            case 97...102: digit = byte - 87
            default: throw error(.invalidString)
            }
            value = value << 4 + UInt32(digit)
            index += 1
        }
        return value
    }
}
