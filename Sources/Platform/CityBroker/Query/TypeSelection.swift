package import CityKernel

/// Which types an entity is to have (§4.17): `Bus,(Tram;Accessible)`. A comma or bar means "or", a
/// semicolon "and".
package indirect enum TypeSelection: Sendable, Hashable {
    case type(String)
    case any([TypeSelection])
    case all([TypeSelection])

    /// Types in one selection.
    package static let typesMax = 1_000

    package func matches(_ types: [String]) -> Bool {
        switch self {
        case .type(let type): types.contains(type)
        case .any(let parts): parts.contains { $0.matches(types) }
        case .all(let parts): parts.allSatisfy { $0.matches(types) }
        }
    }

    /// A list of types of which every match has at least one.
    package var candidates: [String] {
        switch self {
        case .type(let type): return [type]
        case .any(let parts):
            var seen: Set<String> = []
            return parts.flatMap(\.candidates).filter { seen.insert($0).inserted }
        case .all(let parts):
            return parts.map(\.candidates).min { $0.count < $1.count } ?? []
        }
    }

    /// Whether `candidates` say all of it.
    package var isListOfTypes: Bool {
        switch self {
        case .type: true
        case .any(let parts): parts.allSatisfy(\.isListOfTypes)
        case .all(let parts): parts.count == 1 && parts[0].isListOfTypes
        }
    }

    /// - Throws: `Problem` of kind `badRequestData`.
    package static func parse(
        _ text: String, _ context: LDContext = .core
    ) throws(Problem) -> TypeSelection {
        var parser = TypeSelectionParser(text: Array(text), context: context)
        return try parser.whole()
    }
}

private struct TypeSelectionParser {
    let text: [Character]
    let context: LDContext
    private var index = 0
    private var count = 0
    private static let depthMax = 16
    private static let ends = Set(",|;()")

    init(text: [Character], context: LDContext) {
        self.text = text
        self.context = context
    }

    mutating func whole() throws(Problem) -> TypeSelection {
        let selection = try alternatives(depth: 0)
        guard index == text.count else { throw refusal }
        return selection
    }

    private mutating func alternatives(depth: Int) throws(Problem) -> TypeSelection {
        var parts = [try conjunction(depth: depth)]
        while skip(",") || skip("|") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(depth: Int) throws(Problem) -> TypeSelection {
        var parts = [try term(depth: depth)]
        while skip(";") { parts.append(try term(depth: depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term(depth: Int) throws(Problem) -> TypeSelection {
        if skip("(") {
            guard depth < Self.depthMax else { throw refusal }
            let inner = try alternatives(depth: depth + 1)
            guard skip(")") else { throw refusal }
            return inner
        }
        let start = index
        while index < text.count, !Self.ends.contains(text[index]) { index += 1 }
        let word = String(text[start..<index])
        count += 1
        guard count <= TypeSelection.typesMax, NGSILDName.isValid(word) else { throw refusal }
        return .type(context.name(of: word))
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < text.count, text[index] == character else { return false }
        index += 1
        return true
    }

    private var refusal: Problem {
        .badData(
            "the types cannot be read at character \(index + 1)", at: "type",
            remedy: "Write for example Bus,(Tram;Accessible).")
    }
}
