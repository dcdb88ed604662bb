/// Why a text is not acceptable JSON, and where.
package struct JSONError: Error, Sendable, Hashable {
    package enum Reason: String, Sendable {
        case unexpectedEnd = "the text ends too early"
        case unexpectedCharacter = "this character is not expected here"
        case invalidNumber = "this is not a JSON number"
        case invalidString = "a string has a raw control character or a bad escape"
        case invalidUTF8 = "the bytes are not UTF-8"
        case duplicateKey = "a key appears twice in one object"
        case tooDeep = "arrays and objects are nested too deeply"
        case trailingText = "text follows the JSON value"
    }

    package var reason: Reason
    /// Both count from 1; the column counts bytes.
    package var line: Int
    package var column: Int
}

extension JSONValue {
    /// How deeply arrays and objects may nest.
    package static let depthMax = 64

    /// Parses one JSON value (RFC 8259) that fills `bytes`. Duplicate keys are refused.
    ///
    /// Our own parser because no library at hand gives positions, a depth limit, refused duplicate
    /// keys, ordered objects and exact integers together.
    /// - Throws: `JSONError`.
    package init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        let result: Result<JSONValue, JSONError>? = bytes.withContiguousStorageIfAvailable {
            JSONParser.parse($0)
        }
        self = try (result ?? Array(bytes).withUnsafeBufferPointer { JSONParser.parse($0) }).get()
    }

    package init(parsing text: String) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { JSONParser.parse($0) }.get()
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    var depth = 0

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes: bytes)
        do throws(JSONError) {
            parser.skipByteOrderMark()
            let value = try parser.value()
            parser.skipSpace()
            if parser.index < bytes.count { throw parser.error(.trailingText) }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    func error(_ reason: JSONError.Reason) -> JSONError {
        let seen = bytes[..<min(index, bytes.count)]
        let line = seen.count { $0 == 0x0A } + 1
        let column = seen.reversed().prefix { $0 != 0x0A }.count + 1
        return JSONError(reason: reason, line: line, column: column)
    }

    mutating func skipByteOrderMark() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), 48...57: return try number()
        default: throw error(.unexpectedCharacter)
        }
    }

    mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count else { throw error(.unexpectedEnd) }
        for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] {
            throw error(.unexpectedCharacter)
        }
        index += count
        return value
    }

    mutating func enter() throws(JSONError) {
        depth += 1
        if depth > JSONValue.depthMax { throw error(.tooDeep) }
        index += 1
    }

    mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var values: [JSONValue] = []
        if try closes(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value())
            if try ends(with: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var object = JSONObject()
        var seen: Set<String> = []
        if try closes(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipSpace()
            guard index < bytes.count else { throw error(.unexpectedEnd) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw error(.unexpectedCharacter) }
            let key = try string()
            try refuseRepeated(key, in: object, seen: &seen)
            skipSpace()
            guard index < bytes.count else { throw error(.unexpectedEnd) }
            guard bytes[index] == UInt8(ascii: ":") else { throw error(.unexpectedCharacter) }
            index += 1
            object.append(key, try value())
            if try ends(with: UInt8(ascii: "}")) { return .object(object) }
        }
    }

    /// Small objects are searched, large ones hashed: a hostile object must not cost n².
    func refuseRepeated(
        _ key: String, in object: JSONObject, seen: inout Set<String>
    ) throws(JSONError) {
        let smallMax = 12
        if object.count < smallMax {
            if object[key] != nil { throw error(.duplicateKey) }
            return
        }
        if seen.isEmpty { seen = Set(object.keys) }
        if !seen.insert(key).inserted { throw error(.duplicateKey) }
    }

    mutating func closes(_ close: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        guard bytes[index] == close else { return false }
        index += 1
        depth -= 1
        return true
    }

    mutating func ends(with close: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        if bytes[index] == UInt8(ascii: ",") {
            index += 1
            return false
        }
        guard bytes[index] == close else { throw error(.unexpectedCharacter) }
        index += 1
        depth -= 1
        return true
    }

    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                defer { index += 1 }
                return try text(bytes[start..<index])
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            if byte < 0x20 { throw error(.invalidString) }
            index += 1
        }
        throw error(.unexpectedEnd)
    }

    func text(_ slice: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw error(.invalidUTF8) }
        return text
    }

    mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var buffer = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: buffer, as: UTF8.self) else {
                    throw error(.invalidUTF8)
                }
                return text
            case UInt8(ascii: "\\"): try appendEscape(to: &buffer)
            case 0..<0x20: throw error(.invalidString)
            default: buffer.append(byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    mutating func appendEscape(to buffer: inout [UInt8]) throws(JSONError) {
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "u"): buffer.append(contentsOf: try unicodeEscape().utf8)
        default: throw error(.invalidString)
        }
    }

    mutating func unicodeEscape() throws(JSONError) -> String {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return String(Character(scalar)) }
        guard (0xD800..<0xDC00).contains(high), index + 1 < bytes.count,
            bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { throw error(.invalidString) }
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error(.invalidString) }
        return String(Character(scalar))
    }

    mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw error(.unexpectedEnd) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[index]
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

    mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = digits()
        if whole == 0 { throw error(.invalidNumber) }
        if whole > 1, bytes[index - whole] == UInt8(ascii: "0") { throw error(.invalidNumber) }
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            if digits() == 0 { throw error(.invalidNumber) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count,
                bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
            {
                index += 1
            }
            if digits() == 0 { throw error(.invalidNumber) }
        }
        if isInteger, index - start <= 18 { return .integer(shortInteger(bytes[start..<index])) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error(.invalidNumber) }
        return .number(value)
    }

    mutating func digits() -> Int {
        let start = index
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 { index += 1 }
        return index - start
    }

    func shortInteger(_ slice: Slice<UnsafeBufferPointer<UInt8>>) -> Int64 {
        var value: Int64 = 0
        var isNegative = false
        for byte in slice {
            if byte == UInt8(ascii: "-") {
                isNegative = true
            } else {
                value = value * 10 + Int64(byte - 48)
            }
        }
        return isNegative ? -value : value
    }
}
