import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// A query of entities and whom it is put to (§5.7.2).
struct SourceQuestion: Sendable {
    let federation: Federation
    let hop: SourceHop
    var document: NGSILDRequest.Document?
    /// Sources may hold parts of entities that only together meet the conditions: nobody is told of
    /// them, and what is found is judged here.
    var isSplit: Bool
    var prefersPost: Bool
    private(set) var parts: [Part] = []

    /// What one source is asked.
    struct Part: Sendable {
        var ready: ReadyRegistration
        var match: ReadyRegistration.Match
        var query: RemoteQuery
    }

    init(
        federation: Federation, hop: SourceHop, document: NGSILDRequest.Document? = nil,
        isSplit: Bool, prefersPost: Bool
    ) {
        self.federation = federation
        self.hop = hop
        self.document = document
        self.isSplit = isSplit
        self.prefersPost = prefersPost
    }

    /// Adds those of `registrations` that may have an answer.
    mutating func ask(
        _ query: RemoteQuery, among registrations: [ReadyRegistration], csf: String? = nil
    ) throws {
        var wanted = RegistrationQuery()
        if let csf { wanted.filter = try QueryParser.parse(csf, hop.context) }
        var last: [Part] = []
        for selector in query.selectors {
            wanted.scope = query.scope(of: selector)
            let matcher = try RegistrationMatcher(wanted)
            for ready in registrations where ready.registration.takesQueries {
                guard let match = try matcher.match(ready) else { continue }
                let part = Part(
                    ready: ready, match: match, query: query.narrowed(selector, to: match))
                if ready.registration.mode == .auxiliary {
                    last.append(part)
                } else {
                    parts.append(part)
                }
            }
        }
        parts += last
    }

    // MARK: - The answers

    func find(_ query: EntityQuery, limit: Int) async throws -> FoundEntities {
        let own = try await local(
            isSplit ? query.withoutConditions : query, limit: limit)
        var found = FoundEntities()
        for entity in own {
            if let held = Self.held(entity, parts) { found.add(held, of: nil) }
        }
        let replies = await replies(limit: limit, &found.warnings)
        for (part, entities) in zip(parts, replies) {
            let registration = part.ready.registration
            // A source of NGSIv2 was told of no condition.
            let meeting =
                registration.ngsiv2 == nil || isSplit
                ? entities : try federation.meeting(query, entities)
            for entity in meeting { found.add(entity, of: registration) }
        }
        if isSplit { try found.keep { try federation.meeting(query, $0) } }
        return found
    }

    /// What each source finds, the first `limit` of it: all are asked at once, and those whose page
    /// was full are asked for the next.
    private func replies(
        limit: Int, _ warnings: inout SourceWarnings
    ) async -> [[Entity]] {
        var replies = [[Entity]](repeating: [], count: parts.count)
        var unread = Array(parts.indices)
        while !unread.isEmpty {
            let asked = unread.map { index in
                (index, size: min(limit - replies[index].count, EntityQuery.limitMax))
            }
            let outcomes = await federation.send(
                asked.map { index, size in
                    forwarded(
                        parts[index], limit: size, offset: replies[index].count)
                })
            unread = []
            for ((index, size), outcome) in zip(asked, outcomes) {
                let registration = parts[index].ready.registration
                let codec = SourceCodec(
                    hop.words(for: registration), hop.request.library)
                let page = outcome.read(registration, &warnings) {
                    bytes throws(SourceFailure) -> [Entity] in
                    try codec.entities(bytes, of: registration)
                }
                replies[index] += page ?? []
                if page?.count == size, replies[index].count < limit { unread.append(index) }
            }
        }
        return replies
    }

    /// What the city itself finds, the first `limit` of it.
    private func local(_ query: EntityQuery, limit: Int) async throws -> [Entity] {
        var query = query
        var entities: [Entity] = []
        query.limit = min(limit, EntityQuery.limitMax)
        query.offset = 0
        while entities.count < limit {
            let page = try await federation.broker.entities(query).entities
            entities += page
            guard page.count == query.limit else { break }
            query.offset += page.count
        }
        return entities
    }

    private func forwarded(
        _ part: Part, limit: Int, offset: Int
    ) -> SourceRequest {
        let registration = part.ready.registration
        let query = isSplit ? part.query.withoutConditions : part.query
        let takesPost = registration.operations.contains(.queryBatch)
        let takesGet = registration.operations.contains(.queryEntity)
        return takesPost && (prefersPost || !takesGet)
            ? query.post(registration, limit: limit, offset: offset, hop)
            : query.get(registration, limit: limit, offset: offset, hop)
    }

    /// What of the city's own entity no other owns.
    private static func held(_ entity: Entity, _ parts: [Part]) -> Entity? {
        var copy = entity
        for part in parts {
            let mode = part.ready.registration.mode
            guard mode == .exclusive || mode == .redirect,
                let share = part.ready.share(of: entity.id, types: entity.types)
            else { continue }
            switch share {
            case .everything: return nil
            case .attributes(let names): copy.attributes.removeAll { names.contains($0.name) }
            }
        }
        return copy
    }
}

/// What was found, the parts of each entity put together.
struct FoundEntities {
    var warnings = SourceWarnings()
    private var known: [EntityID: EntityMerge] = [:]
    /// The city as `EntityMap.city`, sources by the ids of their registrations.
    private(set) var holders: [EntityID: [String]] = [:]

    /// - Parameter registration: `nil` for the city itself.
    mutating func add(_ entity: Entity, of registration: Registration?) {
        if registration?.mode == .auxiliary {
            known[entity.id, default: EntityMerge()].fill(from: entity)
        } else {
            known[entity.id, default: EntityMerge()].add(entity)
        }
        let holder = registration?.id ?? EntityMap.city
        if holders[entity.id]?.contains(holder) != true {
            holders[entity.id, default: []].append(holder)
        }
    }

    /// In order of id.
    var entities: [Entity] {
        known.values.compactMap(\.entity).sorted { $0.id < $1.id }
    }

    mutating func keep(_ chosen: ([Entity]) throws -> [Entity]) rethrows {
        let ids = Set(try chosen(entities).map(\.id))
        known = known.filter { ids.contains($0.key) }
        holders = holders.filter { ids.contains($0.key) }
    }
}

extension Registration {
    fileprivate var takesQueries: Bool {
        operations.contains(.queryEntity) || operations.contains(.queryBatch)
    }
}

extension EntityQuery {
    fileprivate var withoutConditions: EntityQuery {
        var copy = self
        copy.filter = nil
        copy.geo = nil
        copy.scopes = nil
        copy.attributes = []
        return copy
    }
}
