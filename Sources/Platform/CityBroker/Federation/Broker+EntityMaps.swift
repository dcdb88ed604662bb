package import CityKernel
import CityStore

extension Broker {
    /// Keeps a new map under an id of its own.
    /// - Parameter lifetime: as wished; the city bounds it.
    /// - Throws: `EntityMapError`.
    package func keepEntityMap(
        _ holders: [EntityID: [String]], lifetime: Duration?
    ) async throws -> EntityMap {
        guard holders.count <= EntityMap.entitiesMax else { throw EntityMapError.tooManyEntities }
        let life = min(lifetime ?? EntityMap.lifetimeDefault, EntityMap.lifetimeMax)
        let map = EntityMap(
            id: "urn:ngsi-ld:EntityMap:" + nextToken(), expiresAt: now + life, holders: holders)
        try await store.write { try EntityMapStore.insert(map, in: $0) }
        return map
    }

    /// - Throws: `EntityMapError.notFound`, also when it has expired.
    package func entityMap(_ id: String) async throws -> EntityMap {
        let now = now
        guard let map = try await store.read({ try EntityMapStore.find(id, at: now, in: $0) })
        else { throw EntityMapError.notFound(id) }
        return map
    }

    /// - Returns: the map as it is now.
    /// - Throws: `EntityMapError.notFound`.
    @discardableResult
    package func changeEntityMap(
        _ id: String, _ body: @escaping @Sendable (inout EntityMap) -> Void
    ) async throws -> EntityMap {
        try await store.write { transaction in
            guard
                var map = try EntityMapStore.find(id, at: transaction.now, in: transaction)
            else { throw EntityMapError.notFound(id) }
            body(&map)
            map.expiresAt = min(map.expiresAt, transaction.now + EntityMap.lifetimeMax)
            try EntityMapStore.update(map, in: transaction)
            return map
        }
    }

    /// - Throws: `EntityMapError.notFound`.
    package func deleteEntityMap(_ id: String) async throws {
        try await store.write { transaction in
            guard try EntityMapStore.find(id, at: transaction.now, in: transaction) != nil else {
                throw EntityMapError.notFound(id)
            }
            try EntityMapStore.delete(id, in: transaction)
        }
    }
}
