import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// One entity as all who hold it know it (§5.7.1).
struct RetrievalDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        var types: [String] = []
        if let text = request.filled("type") { types = RegistrationScope.types(text, context) }
        let local = try await federation.broker.entity(id)
        if types.isEmpty { types = local?.types ?? [] }
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let use = try EntityMapUse(request)
        let map = try await use.named(federation.broker)
        let retrieval = SourceRetrieval(
            federation: federation, hop: hop, id: id, types: types,
            attributes: Set(try request.list("attrs").map(context.name)),
            among: registrations, holders: map?.holders[id])
        guard retrieval.asksSomebody || use != .none else {
            return try await door.answer(request, source)
        }
        // A request that the city would refuse is sent to nobody.
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        try answer.checkGeometryProperty(request)
        let form = try EntityForm(SelectionInput(request, context), request, context)
        let found = await retrieval.entity(besides: local)
        let warnings = found.warnings
        guard let entity = found.entity else {
            return warnings.added(to: BrokerError.notFound(id).problem.jsonResponse)
        }
        let document = try await form.document(of: entity, answer, federation.broker)
        var response = answer.document(document)
        if use != .none {
            let kept = try await use.map(map, of: id, found.holders, federation.broker)
            response = response.naming(kept)
        }
        return warnings.added(to: response)
    }
}
