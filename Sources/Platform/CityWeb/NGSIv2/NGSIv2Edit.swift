import CityBroker
import CityKernel

/// The updates of NGSIv2 on one entity inside a transaction.
struct NGSIv2Edit {
    let work: BrokerTransaction
    let id: EntityID
    /// The entity must be of this type, else it counts as unknown.
    var type: String?

    func present() throws -> Entity {
        guard let entity = try work.entity(id), type.map(entity.has(type:)) ?? true else {
            throw BrokerError.notFound(id)
        }
        return entity
    }

    private func apply(_ attributes: [NamedAttribute], to entity: Entity) throws {
        try work.apply(
            attributes.map { named in
                // What a reading of Orion changes without saying when is true now, or an earlier
                // time in the same place would keep it out.
                Fact(id, types: entity.types, named.name, named.attribute)
            })
    }

    private static func names(
        _ attributes: [NamedAttribute], _ entity: Entity, known: Bool
    )
        -> [String]
    {
        attributes.map(\.name).filter { name in
            entity.attributes.contains { $0.name == name } == known
        }
    }

    /// Adds attributes, or changes those that are there; with `isStrict` none may be there.
    func append(_ attributes: [NamedAttribute], isStrict: Bool = false) throws {
        let entity = try present()
        let known = Self.names(attributes, entity, known: true)
        if isStrict, !known.isEmpty {
            throw NGSIv2Refusal.unprocessable(
                "one or more of the attributes in the request already exist: "
                    + "[ \(known.joined(separator: ", ")) ]")
        }
        try apply(attributes, to: entity)
    }

    /// Changes attributes that are there.
    func update(_ attributes: [NamedAttribute]) throws {
        let entity = try present()
        let unknown = Self.names(attributes, entity, known: false)
        guard unknown.isEmpty else {
            throw NGSIv2Refusal.unknownAttributes(unknown)
        }
        try apply(attributes, to: entity)
    }

    /// Leaves the entity with these attributes and no others.
    func replace(_ attributes: [NamedAttribute]) throws {
        var entity = try present()
        entity.attributes = attributes
        try work.replace(entity)
    }

    func delete(_ names: [String]) throws {
        for name in names { try work.deleteAttributeInstances(name, of: id) }
    }
}
