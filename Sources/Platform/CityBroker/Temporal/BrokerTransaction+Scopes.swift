import CityKernel
import CityStore

extension BrokerTransaction {
    /// The series of the history that keeps an entity's scopes; no attribute can have this name.
    static let scopeName = "scope"

    /// Brings the scopes to `scopes` and keeps in the history that they changed (§4.5.6).
    func updateScopes(_ scopes: [String], of record: EntityRecord) throws {
        let present = try EntityStore.scopes(of: record.key, in: transaction)
        guard scopes != present else { return }
        try EntityStore.update(record.key, scopes: scopes, at: now, in: transaction)
        try tell(scopes: scopes, of: record.key)
    }

    func deleteScopes(of id: EntityID, _ record: EntityRecord) throws {
        guard try !EntityStore.scopes(of: record.key, in: transaction).isEmpty else {
            throw BrokerError.attributeNotFound(id, Self.scopeName)
        }
        try updateScopes([], of: record)
    }

    /// - Parameter observedAt: since when they hold, where that was said; now otherwise.
    func tell(scopes: [String], of entity: Int64, observedAt: Timestamp? = nil) throws {
        let key = AttributeKey(
            entity: entity, name: try names.intern(Self.scopeName), dataset: NameStore.none)
        guard !scopes.isEmpty else {
            return try HistoryStore.appendDeletion(
                key, kind: Attribute.Kind.property.rawValue,
                observedAt: observedAt?.microseconds, source: try sourceID(), at: now,
                in: transaction)
        }
        let attribute = Attribute.property(
            .array(scopes.map(JSONValue.string)), observedAt: observedAt ?? now)
        try HistoryStore.append(
            key, AttributeColumns(attribute), source: try sourceID(), at: now, in: transaction)
    }

    /// The scopes told as the evolution of an entity; the newest of them all holds.
    func tell(_ scopes: [Evolution.Scopes], of record: EntityRecord) throws {
        guard !scopes.isEmpty else { return }
        for told in scopes {
            try tell(scopes: told.names, of: record.key, observedAt: told.observedAt)
        }
        let key = AttributeKey(
            entity: record.key, name: try names.intern(Self.scopeName), dataset: NameStore.none)
        var newest: [String] = []
        try HistoryStore.walk(
            key, .backward, in: .min ... .max, expecting: 1, through: transaction
        ) { instance in
            newest = try instance.isDeletion ? [] : instance.scopes
            return false
        }
        try EntityStore.update(record.key, scopes: newest, at: now, in: transaction)
    }
}

extension HistoryStore.Instance {
    /// The value of the series of scopes.
    var scopes: [String] {
        get throws {
            let value = try columns.attribute(datasetID: nil).value
            return (value.array ?? [value]).compactMap(\.string)
        }
    }
}
