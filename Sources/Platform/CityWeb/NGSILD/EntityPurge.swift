import CityBroker
import CityKernel

/// What a purge takes from each entity (§5.6.21): all of it, or some of its attributes.
struct EntityPurge: Sendable {
    private let dropped: Set<String>
    private let kept: Set<String>

    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        let codec = NGSILDCodec(context)
        var names: [String: Set<String>] = [:]
        for parameter in ["drop", "keep"] {
            var set: Set<String> = []
            for term in try request.list(parameter) {
                set.insert(try codec.name(term, at: parameter))
            }
            names[parameter] = set
        }
        dropped = names["drop"] ?? []
        kept = names["keep"] ?? []
        guard dropped.isEmpty || kept.isEmpty else {
            throw .badRequest("drop and keep do not stand together", at: "drop")
        }
    }

    private var keepsEntities: Bool { !dropped.isEmpty || !kept.isEmpty }

    /// Page by page, so that no transaction is long. Entities that stay are left behind by the
    /// offset; those whose change ends the match are why the page is then taken again.
    func run(over query: EntityQuery, _ broker: Broker, _ source: String) async throws {
        var query = query
        query.limit = EntityQuery.limitMax
        var done: Set<EntityID> = []
        while true {
            let ids = try await broker.entities(query).entities.map(\.id)
            let fresh = keepsEntities ? ids.filter { done.insert($0).inserted } : ids
            try await broker.write(source: source) { work in
                for id in fresh { try self.run(on: id, work) }
            }
            if ids.isEmpty || !keepsEntities && ids.count < query.limit { return }
            if fresh.isEmpty { query.offset += ids.count }
        }
    }

    private func run(on id: EntityID, _ work: BrokerTransaction) throws {
        // Somebody else may have deleted it since it was found.
        guard let present = try work.entity(id) else { return }
        guard keepsEntities else { return try work.delete(id) }
        for name in Set(present.attributes.map(\.name)).sorted()
        where kept.isEmpty ? dropped.contains(name) : !kept.contains(name) {
            try work.deleteAttributeInstances(name, of: id)
        }
        if dropped.contains("scope"), !present.scopes.isEmpty {
            try work.setScopes([], of: id)
        }
    }
}
