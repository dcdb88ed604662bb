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
        let found = try await question.find(view.query, limit: limit)
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
        return try await question.find(view.query, limit: limit)
    }

    private func question(
        _ request: NGSILDRequest, _ registrations: [ReadyRegistration]
    ) async throws -> SourceQuestion {
        let document = door.method == .post ? try await request.document() : nil
        let context = try document?.context ?? request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        var question = SourceQuestion(
            federation: federation, hop: hop, document: document,
            isSplit: request.filled("splitEntities") == "true"
                || request.options.contains("splitEntities"),
            prefersPost: door.method == .post)
        guard !registrations.isEmpty, !hop.isLoop else { return question }
        let query =
            try document.map { try RemoteQuery($0.json, context) }
            ?? RemoteQuery(request, context)
        let filter = document?.json["csf"]?.string ?? request.filled("csf")
        try question.ask(query, among: registrations.excluding(hop.passedBy), csf: filter)
        return question
    }
}
