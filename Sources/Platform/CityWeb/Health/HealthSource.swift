package import CityKernel

/// What one part of the city says about itself. Public: no personal data, no secret, no words of an
/// engine.
package struct HealthFinding: Sendable, Hashable {
    package enum State: String, Sendable, Comparable {
        case ok, warning, failing

        package static func < (left: State, right: State) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
    }

    /// For machines: `store`, `disk`, `outbox`.
    package var name: String
    package var label: LocalizedText
    package var state: State
    /// What is so: 「最後の書き込み 3:50」.
    package var words: LocalizedText
    package var value: JSONValue

    package init(
        _ name: String, label: LocalizedText, state: State, words: LocalizedText,
        value: JSONValue = .null
    ) {
        self.name = name
        self.label = label
        self.state = state
        self.words = words
        self.value = value
    }
}

/// A part of the city that can say how it is.
package protocol HealthSource: Sendable {
    /// Answers at once, from what it knows; it never waits for a machine outside.
    func healthFindings() async -> [HealthFinding]
}
