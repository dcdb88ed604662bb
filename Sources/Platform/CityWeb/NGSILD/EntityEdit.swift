import CityBroker
import CityKernel

/// The updates of NGSI-LD on one entity inside a transaction.
struct EntityEdit {
    let work: BrokerTransaction
    let id: EntityID

    init(_ work: BrokerTransaction, _ id: EntityID) {
        self.work = work
        self.id = id
    }

    /// What an update did to each attribute (§5.2.18).
    struct Result: Sendable {
        var updated: [String] = []
        var notUpdated: [(name: String, reason: String)] = []
    }

    private func present() throws -> Entity {
        guard let entity = try work.entity(id) else { throw BrokerError.notFound(id) }
        return entity
    }

    private func apply(_ attributes: [NamedAttribute], to entity: Entity) throws {
        try work.apply(
            attributes.map { Fact(id, types: entity.types, $0.name, $0.attribute) })
    }

    private func addTypesAndScopes(of fragment: NGSILDCodec.Fragment) throws {
        if !fragment.types.isEmpty { try work.addTypes(fragment.types, to: id) }
        if let scopes = fragment.scopes { try work.setScopes(scopes, of: id) }
    }

    private func delete(_ deletions: [NGSILDCodec.Fragment.Deletion]) throws {
        for deletion in deletions {
            try work.deleteAttribute(deletion.name, datasetID: deletion.datasetID, of: id)
        }
    }

    /// Adds attributes; replaces those it has unless `overwrites` is false (§5.6.3).
    func append(_ fragment: NGSILDCodec.Fragment, overwrites: Bool) throws -> Result {
        let entity = try present()
        try addTypesAndScopes(of: fragment)
        var result = Result()
        var accepted: [NamedAttribute] = []
        for named in fragment.attributes {
            if !overwrites, entity.has(named) {
                result.notUpdated.append((named.name, "the attribute exists already"))
            } else {
                accepted.append(named)
                result.updated.append(named.name)
            }
        }
        try apply(accepted, to: entity)
        try delete(fragment.deletions)
        return result
    }

    /// Replaces attributes that the entity has; others are not touched (§5.6.2).
    func update(_ fragment: NGSILDCodec.Fragment) throws -> Result {
        let entity = try present()
        try addTypesAndScopes(of: fragment)
        var result = Result()
        var accepted: [NamedAttribute] = []
        for named in fragment.attributes {
            if entity.attributes.contains(where: { $0.name == named.name }) {
                accepted.append(named)
                result.updated.append(named.name)
            } else {
                result.notUpdated.append((named.name, "the entity has no such attribute"))
            }
        }
        try apply(accepted, to: entity)
        try delete(fragment.deletions)
        return result
    }

    /// Merges attributes member by member; unknown ones are added (§5.6.17).
    func merge(_ fragment: NGSILDCodec.Fragment) throws {
        let entity = try present()
        try addTypesAndScopes(of: fragment)
        let merged = fragment.attributes.map { named in
            NamedAttribute(
                named.name,
                entity.instance(named)?.merged(with: named.attribute) ?? named.attribute)
        }
        try apply(merged, to: entity)
        for deletion in fragment.deletions where entity.has(deletion) {
            try work.deleteAttribute(deletion.name, datasetID: deletion.datasetID, of: id)
        }
    }

    /// Changes the named members of one attribute (§5.6.4).
    func patch(_ name: String, with fragment: Attribute) throws {
        let entity = try present()
        let named = NamedAttribute(name, fragment)
        guard let known = entity.instance(named) else {
            throw BrokerError.attributeNotFound(id, name)
        }
        try apply([NamedAttribute(name, known.merged(with: fragment))], to: entity)
    }

    /// Replaces one attribute (§5.6.19).
    func replace(_ name: String, with attribute: Attribute) throws {
        let entity = try present()
        let named = NamedAttribute(name, attribute)
        guard entity.has(named) else { throw BrokerError.attributeNotFound(id, name) }
        try apply([named], to: entity)
    }
}

extension Entity {
    fileprivate func instance(_ named: NamedAttribute) -> Attribute? {
        attributes.first {
            $0.name == named.name && $0.attribute.datasetID == named.attribute.datasetID
        }?.attribute
    }

    fileprivate func has(_ named: NamedAttribute) -> Bool { instance(named) != nil }

    fileprivate func has(_ deletion: NGSILDCodec.Fragment.Deletion) -> Bool {
        attributes.contains {
            $0.name == deletion.name && $0.attribute.datasetID == deletion.datasetID
        }
    }
}
