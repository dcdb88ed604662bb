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
        var parser = SelectionParser(
            text, wordsMax: scopesMax, what: "scopes", at: "scopeQ",
            remedy: "Write for example /Kumamoto/+/Kuma or /Flood/#."
        ) { levels($0).map(ScopeSelection.scope) }
        return try parser.whole()
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
}

extension ScopeSelection: CombinedSelection {}
