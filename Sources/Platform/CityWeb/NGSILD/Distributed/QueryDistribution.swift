import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// A query answered by all who may hold what is asked for (§5.7.2).
///
/// The parts of one entity are merged; pages are cut from the whole, in order of id. Of each source
/// at most `entitiesPerSourceMax` entities take part, asked for in pages.
struct QueryDistribution: Sendable {
    /// Entities of one source in one query.
    static let entitiesPerSourceMax = 10_000

    let federation: Federation
    let door: NGSILDDoor

    /// What one source is asked.
    private struct Part {
        var ready: ReadyRegistration
        var match: ReadyRegistration.Match
        var query: RemoteQuery
    }

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let isPost = door.method == .post
        let request = isPost ? try await request.buffered() : request
        let use = try EntityMapUse(request)
        let question = try await question(request, registrations)
        if question.parts.isEmpty, use == .none { return try await door.answer(request, source) }
        let view = try QueryView(request, question.document)
        guard question.parts.isEmpty || view.query.order.isEmpty else {
            throw Problem.badRequest(
                "a query that several brokers answer has no order", at: "orderBy",
                remedy: "Add local=true to order what this city holds.")
        }
        let limit = use == .none ? view.limit : Self.entitiesPerSourceMax
        let found = try await find(question, view.query, limit: limit)
        return try await use.answer(found, view, federation.broker)
    }

    /// Who holds what a query finds: the city, registrations, or several.
    func holders(
        _ request: NGSILDRequest, _ registrations: [ReadyRegistration]
    ) async throws -> [EntityID: [String]] {
        try await found(request, registrations, limit: EntityMap.entitiesMax).holders
    }

    /// What a query finds of the city and of sources, not cut into pages.
    /// - Parameter limit: entities of each of them.
    func found(
        _ request: NGSILDRequest, _ registrations: [ReadyRegistration], limit: Int
    ) async throws -> FoundEntities {
        let question = try await question(request, registrations)
        let view = try QueryView(request, question.document)
        return try await find(question, view.query, limit: limit)
    }

    // MARK: - The question

    /// What is asked, of whom.
    private struct Question {
        var hop: SourceHop
        var document: NGSILDRequest.Document?
        var isSplit: Bool
        var parts: [Part]
    }

    private func question(
        _ request: NGSILDRequest, _ registrations: [ReadyRegistration]
    ) async throws -> Question {
        let document = door.method == .post ? try await request.document() : nil
        let context = try document?.context ?? request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        var question = Question(
            hop: hop, document: document,
            isSplit: request.filled("splitEntities") == "true"
                || request.options.contains("splitEntities"),
            parts: [])
        guard !registrations.isEmpty, !hop.isLoop else { return question }
        let query =
            try document.map { try RemoteQuery($0.json, context) }
            ?? RemoteQuery(request, context)
        let filter = document?.json["csf"]?.string ?? request.filled("csf")
        question.parts = try parts(
            query, among: registrations.excluding(hop.passedBy), csf: filter, context)
        return question
    }

    private func parts(
        _ query: RemoteQuery, among registrations: [ReadyRegistration], csf: String?,
        _ context: LDContext
    ) throws -> [Part] {
        var wanted = RegistrationQuery()
        if let csf { wanted.filter = try QueryParser.parse(csf, context) }
        var parts: [Part] = []
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
        return parts + last
    }

    // MARK: - The answers

    private func find(
        _ question: Question, _ query: EntityQuery, limit: Int
    ) async throws -> FoundEntities {
        let own = try await local(
            question.isSplit ? query.withoutConditions : query, limit: limit)
        var found = FoundEntities()
        for entity in own {
            if let held = Self.held(entity, question.parts) { found.add(held, of: nil) }
        }
        let replies = await ask(question, limit: limit, &found.warnings)
        for (part, entities) in zip(question.parts, replies) {
            for entity in entities { found.add(entity, of: part.ready.registration) }
        }
        if question.isSplit { try found.keep { try federation.meeting(query, $0) } }
        return found
    }

    /// What each source finds, the first `limit` of it: all are asked at once, and those whose page
    /// was full are asked for the next.
    private func ask(
        _ question: Question, limit: Int, _ warnings: inout SourceWarnings
    ) async -> [[Entity]] {
        var replies = [[Entity]](repeating: [], count: question.parts.count)
        var unread = Array(question.parts.indices)
        while !unread.isEmpty {
            let asked = unread.map { index in
                (index, size: min(limit - replies[index].count, EntityQuery.limitMax))
            }
            let outcomes = await federation.send(
                asked.map { index, size in
                    forwarded(
                        question.parts[index], isSplit: question.isSplit, limit: size,
                        offset: replies[index].count, question.hop)
                })
            unread = []
            for ((index, size), outcome) in zip(asked, outcomes) {
                let registration = question.parts[index].ready.registration
                let codec = SourceCodec(
                    question.hop.words(for: registration), question.hop.request.library)
                let page = outcome.read(registration, &warnings) {
                    bytes throws(SourceFailure) -> [Entity] in
                    try codec.entities(bytes)
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
        _ part: Part, isSplit: Bool, limit: Int, offset: Int, _ hop: SourceHop
    ) -> SourceRequest {
        let registration = part.ready.registration
        let query = isSplit ? part.query.withoutConditions : part.query
        let prefersPost = door.method == .post
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
