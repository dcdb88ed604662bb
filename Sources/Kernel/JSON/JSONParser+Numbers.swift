extension JSONParser {
    /// Reads a number from its sign or first digit. Integers that fit 64 bits stay integers.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        let isNegative = skip(UInt8(ascii: "-"))
        var digits: UInt64 = 0
        let wholeStart = index
        let whole = readDigits(into: &digits)
        guard whole > 0, whole == 1 || bytes[wholeStart] != UInt8(ascii: "0") else {
            throw error(.invalidNumber, at: start)
        }
        let hasFraction = skip(UInt8(ascii: "."))
        let fraction = hasFraction ? readDigits(into: &digits) : 0
        if hasFraction && fraction == 0 { throw error(.invalidNumber, at: start) }
        let exponent = try readExponent(of: start)
        // Nineteen digits fit into 64 bits whatever they are; beyond, `digits` has wrapped.
        let isExact = whole + fraction <= 19
        if !hasFraction, exponent == nil, isExact,
            let value = Self.integer(digits, isNegative: isNegative)
        {
            return .integer(value)
        }
        if isExact, let value = Self.double(digits, exponent: (exponent ?? 0) - fraction) {
            return .number(isNegative ? -value : value)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text) else { throw error(.invalidNumber, at: start) }
        guard value.isFinite else { throw error(.numberTooLarge, at: start) }
        return .number(value)
    }

    private static func integer(_ digits: UInt64, isNegative: Bool) -> Int64? {
        if !isNegative { return Int64(exactly: digits) }
        return digits <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- digits) : nil
    }

    /// `digits` × 10^`exponent` when both are exact doubles, so that one operation rounds correctly
    /// (Clinger's fast path); `nil` for the rest, which the general algorithm reads.
    private static func double(_ digits: UInt64, exponent: Int) -> Double? {
        guard digits <= 1 << 53, (-22...22).contains(exponent) else { return nil }
        let scale = powersOfTen[Int(exponent.magnitude)]
        return exponent < 0 ? Double(digits) / scale : Double(digits) * scale
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    private mutating func readExponent(of start: Int) throws(JSONError) -> Int? {
        guard skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) else { return nil }
        let isNegative = skip(UInt8(ascii: "-"))
        if !isNegative { _ = skip(UInt8(ascii: "+")) }
        var digits: UInt64 = 0
        let count = readDigits(into: &digits)
        if count == 0 { throw error(.invalidNumber, at: start) }
        // Any exponent of five digits or more is as good as another: the general algorithm reads it.
        let magnitude = count <= 4 ? Int(digits) : 10_000
        return isNegative ? -magnitude : magnitude
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// - Returns: how many digits were read. `value` wraps around when they are too many.
    private mutating func readDigits(into value: inout UInt64) -> Int {
        let start = index
        while index < bytes.count {
            let digit = bytes[index] &- 48
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            index += 1
        }
        return index - start
    }
}
