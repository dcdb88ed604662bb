package import CityKernel

/// Acts on changes of certain entities inside the transaction that makes them, whoever writes: what it
/// adds (facts, outbox messages, rows) commits with the change or not at all. Unlike a rule it may
/// have effects, and unlike a subscription it belongs to the program.
package protocol ChangeFollower: Sendable {
    /// Asked for every changed entity; must be quick.
    func follows(_ id: EntityID) -> Bool

    /// After the rules and before subscriptions. What it writes is seen by subscriptions, not by
    /// rules. It may run again when the transaction is retried.
    func follow(
        _ id: EntityID, attributes: Set<String>, in work: BrokerTransaction
    ) throws
}
