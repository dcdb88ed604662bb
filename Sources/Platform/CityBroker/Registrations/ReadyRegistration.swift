package import CityKernel

/// A registration made ready: its patterns compiled.
package struct ReadyRegistration: Sendable {
    package let stored: StoredRegistration
    private let patterns: [String: TextPattern]

    package var registration: Registration { stored.registration }

    init(_ stored: StoredRegistration) throws(Problem) {
        self.stored = stored
        var patterns: [String: TextPattern] = [:]
        for part in stored.registration.information {
            for selector in part.selectors {
                if let text = selector.idPattern { patterns[text] = try TextPattern(text) }
            }
        }
        self.patterns = patterns
    }
}

// MARK: - One entity

extension ReadyRegistration {
    /// What of one entity a source holds.
    package enum Share: Sendable, Hashable {
        case everything
        case attributes(Set<String>)
    }

    /// - Parameter types: empty when they are not known; then only ids decide.
    /// - Returns: `nil` when the source knows nothing of the entity.
    package func share(of id: EntityID, types: [String]) -> Share? {
        var names: Set<String> = []
        var isMatched = false
        for part in registration.information where holds(id, types, part) {
            if part.attributes.isEmpty { return .everything }
            isMatched = true
            names.formUnion(part.attributes)
        }
        return isMatched ? .attributes(names) : nil
    }

    private func holds(
        _ id: EntityID, _ types: [String], _ part: Registration.Information
    ) -> Bool {
        part.selectors.isEmpty
            || part.selectors.contains { selector in
                (selector.types.isEmpty || types.isEmpty
                    || selector.types.contains(where: types.contains))
                    && (selector.id.map { $0 == id } ?? true)
                    && (selector.idPattern.map { patterns[$0]?.matches(id.text) ?? false } ?? true)
            }
    }
}

// MARK: - Many entities

/// Which entities somebody asks for, as far as it decides who may hold them.
package struct RegistrationScope: Sendable {
    /// Every type that the question names, in whatever way it combines them.
    package var types: [String] = []
    package var ids: [EntityID] = []
    package var idPattern: String?
    package var attributes: Set<String> = []

    package init() {}
}

extension ReadyRegistration {
    /// What a source has to say to a question.
    package struct Match: Sendable, Hashable {
        /// Positions in `information`.
        package var information: [Int] = []
        /// The selectors that matched, without those that say nothing.
        package var selectors: [Registration.Selector] = []
        package var share = Share.attributes([])
    }

    /// - Returns: `nil` when the source knows nothing of what is asked.
    package func match(_ scope: RegistrationScope) throws(Problem) -> Match? {
        var match = Match()
        let pattern: TextPattern? =
            if let text = scope.idPattern { try TextPattern(text) } else { nil }
        var isOpen = false
        for (index, part) in registration.information.enumerated() {
            let found = part.selectors.filter { meets($0, scope, pattern) }
            guard part.selectors.isEmpty || !found.isEmpty else { continue }
            let names = part.attributes
            if !names.isEmpty, !scope.attributes.isEmpty, names.isDisjoint(with: scope.attributes) {
                continue
            }
            match.information.append(index)
            if part.selectors.isEmpty { isOpen = true }
            match.selectors += found
            match.share = names.isEmpty ? .everything : match.share.joined(names)
        }
        if isOpen { match.selectors = [] }
        return match.information.isEmpty ? nil : match
    }

    /// Whether two patterns can meet is not decided: it is assumed.
    private func meets(
        _ selector: Registration.Selector, _ scope: RegistrationScope, _ pattern: TextPattern?
    ) -> Bool {
        guard
            selector.types.isEmpty || scope.types.isEmpty
                || selector.types.contains(where: scope.types.contains)
        else { return false }
        if let id = selector.id {
            return (scope.ids.isEmpty || scope.ids.contains(id))
                && (pattern?.matches(id.text) ?? true)
        }
        if let text = selector.idPattern, !scope.ids.isEmpty {
            return scope.ids.contains { patterns[text]?.matches($0.text) ?? false }
        }
        return true
    }
}

extension ReadyRegistration.Share {
    fileprivate func joined(_ names: Set<String>) -> Self {
        switch self {
        case .everything: .everything
        case .attributes(let known): .attributes(known.union(names))
        }
    }
}
