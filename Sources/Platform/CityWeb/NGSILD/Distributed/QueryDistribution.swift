import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// A query answered by all who may hold what is asked for (§5.7.2).
///
/// The parts of one entity are merged; pages are cut from the whole, in order of id. Of each source
/// at most `EntityQuery.limitMax` entities take part.
struct QueryDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    /// One question to one source.
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
        let document = isPost ? try await request.document() : nil
        let context = try document?.context ?? request.linkedContext()
        let query =
            try document.map { try RemoteQuery($0.json, context) }
            ?? RemoteQuery(request, context)
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let filter = document?.json["csf"]?.string ?? request.filled("csf")
        let parts = try parts(
            query, among: registrations.excluding(hop.passedBy), csf: filter, context)
        if parts.isEmpty || hop.isLoop { return try await door.answer(request, source) }
        return try await answer(request, document, query, parts, hop)
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

    private func answer(
        _ request: NGSILDRequest, _ document: NGSILDRequest.Document?, _ query: RemoteQuery,
        _ parts: [Part], _ hop: SourceHop
    ) async throws -> Response {
        var view = try QueryView(request, document, hop.context)
        guard view.query.order.isEmpty else {
            throw Problem.badRequest(
                "a query that several brokers answer has no order", at: "orderBy",
                remedy: "Add local=true to order what this city holds.")
        }
        let isSplit = request.filled("splitEntities") == "true"
        let whole = view.query
        if isSplit { view.query = view.query.withoutConditions }
        view.query.limit = view.limit
        view.query.offset = 0
        let page = try await federation.broker.entities(view.query)
        let requests = parts.map { part in
            forwarded(part, isSplit: isSplit, limit: view.limit, hop)
        }
        let outcomes = await federation.send(requests)
        var warnings = SourceWarnings()
        var merge = EntitiesMerge()
        for entity in page.entities {
            if let held = Self.held(entity, parts) { merge.add(held, isAuxiliary: false) }
        }
        for (part, outcome) in zip(parts, outcomes) {
            let registration = part.ready.registration
            let codec = SourceCodec(hop.words(for: registration), request.library)
            let found = outcome.read(registration, &warnings) {
                bytes throws(SourceFailure) -> [Entity] in
                try codec.entities(bytes)
            }
            for entity in found ?? [] {
                merge.add(entity, isAuxiliary: registration.mode == .auxiliary)
            }
        }
        var entities = merge.entities
        if isSplit { entities = try federation.meeting(whole, entities) }
        return warnings.added(to: try await view.answer(entities, federation.broker))
    }

    private func forwarded(
        _ part: Part, isSplit: Bool, limit: Int, _ hop: SourceHop
    ) -> SourceRequest {
        let registration = part.ready.registration
        let query = isSplit ? part.query.withoutConditions : part.query
        let prefersPost = door.method == .post
        let takesPost = registration.operations.contains(.queryBatch)
        let takesGet = registration.operations.contains(.queryEntity)
        return takesPost && (prefersPost || !takesGet)
            ? query.post(registration, limit: limit, hop)
            : query.get(registration, limit: limit, hop)
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

/// The parts of many entities, each put together.
private struct EntitiesMerge {
    private var known: [EntityID: EntityMerge] = [:]

    mutating func add(_ entity: Entity, isAuxiliary: Bool) {
        if isAuxiliary {
            known[entity.id, default: EntityMerge()].fill(from: entity)
        } else {
            known[entity.id, default: EntityMerge()].add(entity)
        }
    }

    /// In order of id.
    var entities: [Entity] {
        known.values.compactMap(\.entity).sorted { $0.id < $1.id }
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
