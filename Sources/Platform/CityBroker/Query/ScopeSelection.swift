package import CityKernel

/// Which scopes an entity is to lie in (§4.19): `/Kumamoto/+/Kuma;/Flood/#`. A comma or bar means
/// "or", a semicolon "and"; `+` is any one level, `#` all levels from there.
package indirect enum ScopeSelection: Sendable, Hashable {
    case scope([String])
    case any([ScopeSelection])
    case all([ScopeSelection])

    /// Scopes in one selection.
    package static let scopesMax = 100

    package func matches(_ scopes: [String]) -> Bool {
        switch self {
        case .scope(let levels): scopes.contains { Self.matches($0, levels) }
        case .any(let parts): parts.contains { $0.matches(scopes) }
        case .all(let parts): parts.allSatisfy { $0.matches(scopes) }
        }
    }

    private static func matches(_ scope: String, _ wanted: [String]) -> Bool {
        var levels = scope.split(separator: "/")[...]
        for level in wanted {
            if level == "#" { return true }
            guard let next = levels.popFirst(), level == "+" || level == next else { return false }
        }
        return levels.isEmpty
    }

    /// - Throws: `Problem` of kind `badRequestData`.
    package static func parse(_ text: String) throws(Problem) -> ScopeSelection {
        var parser = ScopeSelectionParser(text: Array(text))
        return try parser.whole()
    }
}

private struct ScopeSelectionParser {
    let text: [Character]
    private var index = 0
    private var count = 0
    private static let depthMax = 16
    private static let ends = Set(",|;()")

    init(text: [Character]) { self.text = text }

    mutating func whole() throws(Problem) -> ScopeSelection {
        let selection = try alternatives(depth: 0)
        guard index == text.count else { throw refusal }
        return selection
    }

    private mutating func alternatives(depth: Int) throws(Problem) -> ScopeSelection {
        var parts = [try conjunction(depth: depth)]
        while skip(",") || skip("|") { parts.append(try conjunction(depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(depth: Int) throws(Problem) -> ScopeSelection {
        var parts = [try term(depth: depth)]
        while skip(";") { parts.append(try term(depth: depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term(depth: Int) throws(Problem) -> ScopeSelection {
        if skip("(") {
            guard depth < Self.depthMax else { throw refusal }
            let inner = try alternatives(depth: depth + 1)
            guard skip(")") else { throw refusal }
            return inner
        }
        let start = index
        while index < text.count, !Self.ends.contains(text[index]) { index += 1 }
        count += 1
        guard count <= ScopeSelection.scopesMax,
            let levels = Self.levels(String(text[start..<index]))
        else { throw refusal }
        return .scope(levels)
    }

    private static func levels(_ text: String) -> [String]? {
        let levels = (text.hasPrefix("/") ? text.dropFirst() : text[...])
            .split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isValid = levels.enumerated().allSatisfy { position, level in
            level == "+" || level == "#" && position == levels.count - 1
                || NGSILDName.isScope(level)
        }
        return isValid ? levels : nil
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < text.count, text[index] == character else { return false }
        index += 1
        return true
    }

    private var refusal: Problem {
        .badData(
            "the scopes cannot be read at character \(index + 1)", at: "scopeQ",
            remedy: "Write for example /Kumamoto/+/Kuma or /Flood/#.")
    }
}
