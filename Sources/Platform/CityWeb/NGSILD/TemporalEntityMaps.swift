import CityBroker
import CityKernel
import Hummingbird

/// Entity maps of queries of the past (§5.7.3.4, §5.7.4.4): who was found stays who is shown.
struct TemporalEntityMaps {
    let broker: Broker
    private let use: EntityMapUse

    init(_ request: NGSILDRequest, _ broker: Broker) throws(Problem) {
        self.broker = broker
        use = try EntityMapUse(request)
    }

    /// Limits `query` to the map that the request names. One that is no more is made anew.
    /// - Returns: the map to name, and whether it is a new one.
    func map(
        _ query: inout EntityQuery, _ temporal: TemporalQuery
    ) async throws -> (map: EntityMap, isNew: Bool)? {
        switch use {
        case .none: return nil
        case .made(let lifetime): return (try await make(query, temporal, lifetime), true)
        case .used(let id):
            do {
                let map = try await broker.entityMap(id)
                // No entity has the name of a map: an empty one finds nobody.
                query.ids = map.holders.keys.sorted() + [EntityID(map.id)].compactMap(\.self)
                query.idPattern = nil
                return (map, false)
            } catch EntityMapError.notFound {
                return (try await make(query, temporal, nil), true)
            }
        }
    }

    /// A map of one entity, if one is asked for.
    func map(of id: EntityID) async throws -> EntityMap? {
        switch use {
        case .none: return nil
        case .made(let lifetime):
            return try await broker.keepEntityMap([id: [EntityMap.city]], lifetime: lifetime)
        case .used(let id): return try await broker.entityMap(id)
        }
    }

    private func make(
        _ query: EntityQuery, _ temporal: TemporalQuery, _ lifetime: Duration?
    ) async throws -> EntityMap {
        var all = query
        all.limit = EntityQuery.limitMax
        all.offset = 0
        all.wantsCount = false
        // Only who is there is asked, not what is told of them.
        var least = temporal
        least.aggregation = nil
        least.lastN = 1
        var holders: [EntityID: [String]] = [:]
        while holders.count <= EntityMap.entitiesMax {
            let page = try await broker.temporal(all, least)
            for found in page.entities { holders[found.entity.id] = [EntityMap.city] }
            guard page.hasMore else { break }
            all.offset += EntityQuery.limitMax
        }
        return try await broker.keepEntityMap(holders, lifetime: lifetime)
    }
}
