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

/// Reads JSON in one pass by recursive descent; the text is never copied but into its strings.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    private var start = 0
    private var depth = 0

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

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// An error at `place`, or at the next byte.
    func error(_ reason: JSONError.Reason, at place: Int? = nil) -> JSONError {
        let seen = bytes[start..<min(place ?? index, bytes.count)]
        let line = seen.count { $0 == UInt8(ascii: "\n") } + 1
        let column = seen.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return JSONError(reason: reason, line: line, column: column)
    }

    /// The next byte, which must be there.
    func peek() throws(JSONError) -> UInt8 {
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[index]
    }

    private mutating func skipByteOrderMark() {
        guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        start = 3
        index = 3
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), 48...57: return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw error(.unexpectedCharacter)
        }
    }

    private mutating func literal(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[offset] else { throw error(.unexpectedCharacter) }
            index += 1
        }
        return value
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var values: [JSONValue] = []
        if try closes(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value())
            if try ends(with: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        var object = JSONObject()
        var seen: Set<String> = []
        if try closes(UInt8(ascii: "}")) { return .object(object) }
        object.reserveCapacity(4)
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedCharacter) }
            let place = index
            let key = try string()
            if Self.isRepeated(key, in: object, seen: &seen) {
                throw error(.duplicateKey, at: place)
            }
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw error(.unexpectedCharacter) }
            index += 1
            object.append(key, try value())
            if try ends(with: UInt8(ascii: "}")) { return .object(object) }
        }
    }

    /// Small objects are searched, large ones hashed.
    private static func isRepeated(
        _ key: String, in object: JSONObject, seen: inout Set<String>
    ) -> Bool {
        if object.count < JSONObject.searchedMax {
            return object.members.contains { $0.key == key }
        }
        if seen.isEmpty { seen = Set(object.keys) }
        return !seen.insert(key).inserted
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        if depth > JSONValue.depthMax { throw error(.tooDeep) }
        index += 1
    }

    private mutating func leave() {
        index += 1
        depth -= 1
    }

    /// Whether the array or object closes at once.
    private mutating func closes(_ close: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard try peek() == close else { return false }
        leave()
        return true
    }

    /// Whether the array or object closes after a value; otherwise a comma is taken.
    private mutating func ends(with close: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        let byte = try peek()
        if byte == UInt8(ascii: ",") {
            index += 1
            return false
        }
        guard byte == close else { throw error(.unexpectedCharacter) }
        leave()
        return true
    }
}
