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
        var parser = SelectionParser(
            text, wordsMax: typesMax, what: "types", at: "type",
            remedy: "Write for example Bus,(Tram;Accessible)."
        ) { NGSILDName.isValid($0) ? TypeSelection.type(context.name(of: $0)) : nil }
        return try parser.whole()
    }
}

extension TypeSelection: CombinedSelection {}
