package import CityKernel

/// A pure decision that derives facts from facts inside the transaction that brought them.
///
/// Rules run in the order of what they read and write; a circle is refused at the start. A rule that
/// throws loses only its own results: the raw facts stay, the failure is recorded and counted.
package protocol Rule: Sendable {
    /// Unique; recorded as the source of what the rule writes.
    var name: String { get }
    /// Entity types whose changes run the rule.
    var reads: Set<String> { get }
    /// Entity types that only this rule writes.
    var writes: Set<String> { get }
    /// Whether the passing of time alone may change the result (staleness, dusk).
    var followsTime: Bool { get }

    /// - Returns: facts about entities of the types in `writes`; a fact equal to the present state
    ///   is dropped by the broker.
    func evaluate(_ trigger: RuleTrigger, in context: any RuleContext) throws -> [Fact]
}

/// Why a rule runs.
package enum RuleTrigger: Sendable, Hashable {
    /// These entities, all of types that the rule reads, have changed in this transaction.
    case changed([EntityID])
    /// Time has passed.
    case tick
}

/// What a rule may look at: the state and history as the transaction sees them.
package protocol RuleContext {
    /// The transaction's time; in a replay, the replayed time.
    var now: Timestamp { get }
    func entity(_ id: EntityID) throws -> Entity?
    /// In order of id, at most `RuleLimits.entitiesMax`.
    func entities(ofType type: String) throws -> [Entity]
    /// Values observed in `interval`, oldest first, at most `RuleLimits.historyMax` of the newest.
    func history(
        of id: EntityID, _ attribute: String, in interval: ClosedRange<Timestamp>
    ) throws -> [Attribute]
}

/// What one evaluation may read and write; beyond it the evaluation fails.
package enum RuleLimits {
    package static let entitiesMax = 10_000
    package static let historyMax = 2_000
    /// Facts that one evaluation may return.
    package static let factsMax = 10_000
}
