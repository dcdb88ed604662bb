package import CityKernel

/// Who told the present value of an attribute, and when.
package struct AttributeWriter: Sendable, Hashable {
    package var attribute: String
    /// The `source` of the facts: `staff:…`, `key:…`, `gauge`, a rule's name.
    package var source: String
    package var toldAt: Timestamp
}

extension Broker {
    /// Of the default instances that the history has, in the order of `attributes`.
    package func listWriters(
        of id: EntityID, _ attributes: [String]
    ) async throws -> [AttributeWriter] {
        try await read { reader in
            guard let record = try EntityStore.find(id, in: reader.connection) else { return [] }
            return try attributes.compactMap { attribute in
                guard let name = try reader.names.find(attribute),
                    let newest = try HistoryStore.findNewestWriter(
                        AttributeKey(entity: record.key, name: name, dataset: NameStore.none),
                        in: reader.connection)
                else { return nil }
                return AttributeWriter(
                    attribute: attribute, source: try reader.names.name(of: newest.source),
                    toldAt: Timestamp(microseconds: newest.toldAt))
            }
        }
    }
}
