package import CityKernel

/// The broker's verbs inside one open transaction; never outlives `Broker.write`.
package final class BrokerTransaction {
    /// Facts in one transaction.
    package static let factsMax = 100_000
}

extension BrokerTransaction {
    /// - Throws: `BrokerError`.
    package func apply(_ facts: [Fact]) throws {}

    /// - Throws: `BrokerError.alreadyExists`.
    package func create(_ entity: Entity) throws {}

    /// - Throws: `BrokerError.notFound`.
    package func replace(_ entity: Entity) throws {}

    /// - Throws: `BrokerError.notFound`.
    package func delete(_ id: EntityID) throws {}

    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    package func deleteAttribute(
        _ name: String, datasetID: String? = nil, of id: EntityID
    ) throws {}

    /// The state as this transaction sees it.
    package func entity(_ id: EntityID) throws -> Entity? { nil }
}
