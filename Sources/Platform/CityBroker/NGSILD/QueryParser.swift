package import CityKernel

/// Reads the `q` language of NGSI-LD (§4.9): `temperature>=20;(status=="open"|status=="full")`.
package struct QueryParser {
    /// The longest `q`, in bytes.
    package static let bytesMax = 4_096
    /// Conditions in one `q`.
    package static let termsMax = 100
    private static let depthMax = 16

    private let bytes: [UInt8]
    private var index = 0
    private var terms = 0
    private let context: LDContext
    /// Attributes whose values are terms of the context.
    private let expanded: Set<String>

    /// - Parameter expanded: `expandValues`, as names inside the city.
    /// - Throws: `Problem` of kind `badRequestData` that says at which character it stopped.
    package static func parse(
        _ text: String, _ context: LDContext = .core, expanding expanded: Set<String> = []
    ) throws(Problem) -> QueryExpression {
        guard text.utf8.count <= bytesMax else {
            throw Problem(
                .tooComplexQuery, title: "The query is too long",
                detail: "q has at most \(bytesMax) bytes.")
        }
        var parser = QueryParser(bytes: Array(text.utf8), context: context, expanded: expanded)
        let expression = try parser.alternatives(depth: 0)
        if parser.index < parser.bytes.count { throw parser.refusal("this is not expected here") }
        return expression
    }

    /// A path alone, as in `orderBy`.
    package static func path(
        _ text: String, _ context: LDContext = .core
    ) throws(Problem) -> AttributePath {
        var parser = QueryParser(bytes: Array(text.utf8), context: context, expanded: [])
        let path = try parser.path(depth: 0)
        if parser.index < parser.bytes.count { throw parser.refusal("this is not expected here") }
        return path
    }

    private init(bytes: [UInt8], context: LDContext, expanded: Set<String>) {
        self.bytes = bytes
        self.context = context
        self.expanded = expanded
    }

    // MARK: - Grammar

    private mutating func alternatives(depth: Int) throws(Problem) -> QueryExpression {
        guard depth < Self.depthMax else { throw refusal("brackets are nested too deeply") }
        var parts = [try conjunction(depth: depth)]
        while skip("|") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(depth: Int) throws(Problem) -> QueryExpression {
        var parts = [try term(depth: depth)]
        while skip(";") { parts.append(try term(depth: depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term(depth: Int) throws(Problem) -> QueryExpression {
        if skip("(") {
            let inner = try alternatives(depth: depth + 1)
            guard skip(")") else { throw refusal("a bracket is not closed") }
            return inner
        }
        terms += 1
        guard terms <= Self.termsMax else {
            throw Problem(
                .tooComplexQuery, title: "The query has too many conditions",
                detail: "q has at most \(Self.termsMax) conditions.")
        }
        if peek == UInt8(ascii: "!") {
            index += 1
            return .missing(try path(depth: 0))
        }
        let path = try path(depth: 0)
        guard let comparison = comparison() else { return .exists(path) }
        let isExpanded = expanded.contains(path.attribute)
        switch comparison {
        case .matches, .notMatches:
            return .compare(path, comparison, [.value(.string(try pattern()))])
        case .equal, .notEqual:
            return .compare(path, comparison, try values(isExpanded: isExpanded))
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            let value = try value()
            // "true" and "false" have no order.
            if value.bool != nil { throw refusal("a value with an order is needed") }
            return .compare(path, comparison, [.value(value)])
        }
    }

    private static let endsOfPath = Set("=!<>~;|()[]{},\"".utf8)

    private mutating func path(depth: Int) throws(Problem) -> AttributePath {
        guard depth < Self.depthMax else { throw refusal("links are nested too deeply") }
        let start = index
        let written = take { Self.endsOfPath.contains($0) }
        guard !written.isEmpty else { throw refusal("the name of an attribute is needed") }
        guard let names = names(written) else {
            index = start
            throw refusal("\"\(written.prefix(80))\" is not the name of an attribute")
        }
        var path = AttributePath(
            context.name(of: names[0]), subAttributes: names.dropFirst().map(context.name))
        while skip("[") {
            let inner = take { $0 == UInt8(ascii: "]") }
            let members = inner.split(separator: ".", omittingEmptySubsequences: false)
            guard skip("]"), !members.contains("") else { throw refusal("a ] is needed") }
            path.members += members.map(String.init)
        }
        guard skip("{") else { return path }
        path.linked = [try linkedPath(depth: depth)]
        guard skip("}") else { throw refusal("a } is needed") }
        return path
    }

    /// `name`, or `Building,Tower:name` for entities of these types only.
    private mutating func linkedPath(
        depth: Int
    ) throws(Problem) -> AttributePath.LinkedPath {
        let start = index
        let written = take { Self.endsOfPath.contains($0) && $0 != UInt8(ascii: ",") }
        // A colon after a scheme belongs to an IRI; the last other one ends the types.
        guard let colon = written.lastIndex(of: ":"), !written[colon...].hasPrefix("://"),
            !written.contains("://")
        else {
            index = start
            return .init(types: [], path: try path(depth: depth + 1))
        }
        let types = written[..<colon].split(separator: ",", omittingEmptySubsequences: false)
        guard types.allSatisfy({ NGSILDName.isValid(String($0)) }) else {
            index = start
            throw refusal("a type is needed")
        }
        index = start + written[...colon].utf8.count
        return .init(
            types: types.map { context.name(of: String($0)) }, path: try path(depth: depth + 1))
    }

    /// An IRI holds dots of its own and is one name.
    private func names(_ written: String) -> [String]? {
        if written.contains("://") { return EntityID.isURI(written) ? [written] : nil }
        let names = written.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        return names.allSatisfy(NGSILDName.isValid) ? names : nil
    }

    private mutating func comparison() -> Comparison? {
        let longestFirst: [Comparison] = [
            .notMatches, .equal, .notEqual, .greaterOrEqual, .lessOrEqual, .matches, .greater,
            .less,
        ]
        return longestFirst.first { skip($0.rawValue) }
    }

    private mutating func values(isExpanded: Bool) throws(Problem) -> [QueryValue] {
        var values: [QueryValue] = []
        repeat {
            var low = try value()
            if isExpanded, let term = low.string {
                low = .string(LDContext.iri(ofName: context.name(of: term)))
            }
            if skip("..") {
                values.append(.range(low, try value()))
            } else {
                values.append(.value(low))
            }
        } while skip(",")
        return values
    }

    private mutating func value() throws(Problem) -> JSONValue {
        if peek == UInt8(ascii: "\"") { return .string(try quoted()) }
        let start = index
        while index < bytes.count, !Set(",;|()\"".utf8).contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: "."), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: ".")
            {
                break
            }
            index += 1
        }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case let word where word.utf8.first.map(Self.startsOfComparison.contains) ?? true:
            index = start
            throw refusal("a value is needed")
        case "true": return true
        case "false": return false
        default: return Self.number(word) ?? .string(word)
        }
    }

    private static let startsOfComparison = Set("=!<>~".utf8)

    private static func number(_ word: String) -> JSONValue? {
        guard let first = word.utf8.first,
            first == 0x2D || first == 0x2B || (48...57).contains(first)
        else { return nil }
        if let value = Int64(word) { return .integer(value) }
        return Double(word).flatMap { $0.isFinite ? .number($0) : nil }
    }

    private mutating func quoted() throws(Problem) -> String {
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            let isEscape =
                byte == UInt8(ascii: "\\") && index < bytes.count
                && (bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\"))
            if isEscape {
                text.append(bytes[index])
                index += 1
            } else {
                text.append(byte)
            }
        }
        throw refusal("a quotation mark is not closed")
    }

    /// A pattern without quotation marks ends where the condition ends; its own brackets count.
    private mutating func pattern() throws(Problem) -> String {
        if peek == UInt8(ascii: "\"") {
            let start = index
            _ = try quoted()
            // Backslashes belong to the pattern, so that it is taken as written.
            return String(decoding: bytes[(start + 1)..<(index - 1)], as: UTF8.self)
        }
        let start = index
        var depth = 0
        scan: while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                if depth == 0 { break scan }
                depth -= 1
            case UInt8(ascii: ";") where depth == 0, UInt8(ascii: "|") where depth == 0: break scan
            default: break
            }
            index += 1
        }
        index = min(index, bytes.count)
        guard index > start else { throw refusal("a pattern is needed") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    // MARK: - Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ word: String) -> Bool {
        guard bytes[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }

    private mutating func take(until isEnd: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func refusal(_ reason: String) -> Problem {
        Problem(
            .badRequestData, title: "The query cannot be read",
            detail: "q, character \(index + 1): \(reason).",
            remedy: "Write for example temperature>=20;status==\"open\".",
            places: [.init(place: "q, character \(index + 1)", message: reason)])
    }
}
