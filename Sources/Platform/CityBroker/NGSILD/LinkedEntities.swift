package import CityKernel

/// Entities at the other end of relationships, to be shown with the entity that names them (§4.5.23).
package struct LinkedEntities: Sendable {
    /// How many relationships away an entity may be shown.
    package static let levelMax = 10
    /// Linked entities in one answer.
    package static let countMax = 10_000

    /// How they are shown.
    package enum Join: String, Sendable, Hashable {
        /// Inside the relationship.
        case inline
        /// Beside the entity, in one list.
        case flat
    }

    package var join: Join
    package var level: Int
    /// Those that the asker has already.
    package var known: Set<EntityID>
    package var entities: [EntityID: Entity] = [:]
    /// Those that were found, in the order in which they were met, and what is shown of each.
    package var order: [Step] = []

    /// One entity on the way.
    package struct Step: Sendable {
        package var id: EntityID
        package var projection: Projection
    }

    package init(_ join: Join, level: Int = 1, known: Set<EntityID> = []) {
        self.join = join
        self.level = level
        self.known = known
    }
}

extension Attribute {
    /// What a relationship points at.
    package var targets: [EntityID] {
        guard kind == .relationship || kind == .listRelationship else { return [] }
        return (value.array ?? [value]).compactMap { $0.string.flatMap(EntityID.init) }
    }
}

extension Broker {
    /// Loads what `entities` link to, level by level, in as many reads as there are levels.
    /// - Throws: `Problem` when there are too many.
    package func link(
        _ entities: [Entity], _ projection: Projection, _ linked: LinkedEntities
    ) async throws -> LinkedEntities {
        var linked = linked
        // What is shown of an entity depends on the way to it.
        var front = entities.map { (entity: $0, projection: projection) }
        var met = linked.known.union(entities.map(\.id))
        for _ in 0..<linked.level {
            var next: [(id: EntityID, projection: Projection)] = []
            for (entity, projection) in front {
                for named in entity.attributes where projection.shows(named.name) {
                    for id in named.attribute.targets where met.insert(id).inserted {
                        next.append((id, projection.inside(named.name)))
                    }
                }
            }
            guard !next.isEmpty else { break }
            guard linked.entities.count + next.count <= LinkedEntities.countMax else {
                throw Problem(
                    .tooManyResults, title: "Too many entities are linked",
                    detail: "One answer joins at most \(LinkedEntities.countMax) entities.",
                    remedy: "Ask for fewer entities or a lower joinLevel.")
            }
            let ids = next.map(\.id)
            let found = try await read { reader in try ids.map { try reader.entity($0) } }
            front = []
            for (entity, step) in zip(found, next) {
                guard let entity else { continue }
                linked.entities[entity.id] = entity
                linked.order.append(.init(id: entity.id, projection: step.projection))
                front.append((entity, step.projection))
            }
        }
        return linked
    }
}
