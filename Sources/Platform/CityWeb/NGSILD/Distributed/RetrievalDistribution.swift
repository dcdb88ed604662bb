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
        let asked = Set(try request.list("attrs").map(context.name))
        let plan = ReadingPlan(
            [.retrieveEntity, .queryEntity, .queryBatch], of: id, types: types, attributes: asked,
            among: registrations.excluding(hop.passedBy))
        let use = try EntityMapUse(request)
        let map = try await use.named(federation.broker)
        let parts =
            hop.isLoop
            ? []
            : plan.parts.filter { map?.holders[id]?.contains($0.registration.id) ?? true }
        guard !parts.isEmpty || use != .none else {
            return try await door.answer(request, source)
        }
        // A request that the city would refuse is sent to nobody.
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        try answer.checkGeometryProperty(request)
        let form = try EntityForm(SelectionInput(request, context), request, context)
        var warnings = SourceWarnings()
        let outcomes = await federation.send(parts.map { forwarded(id, $0, hop) })
        let own = local.flatMap(plan.held)
        var merge = EntityMerge(own)
        var holders = own == nil ? [] : [EntityMap.city]
        for (part, outcome) in zip(parts, outcomes) {
            let codec = SourceCodec(hop.words(for: part.registration), request.library)
            let found = outcome.read(part.registration, &warnings) {
                bytes throws(SourceFailure) -> [Entity] in
                try codec.entities(bytes)
            }
            guard let found = found?.first(where: { $0.id == id }) else { continue }
            holders.append(part.registration.id)
            if part.registration.mode == .auxiliary {
                merge.fill(from: found)
            } else {
                merge.add(found)
            }
        }
        guard let entity = merge.entity else {
            return warnings.added(to: BrokerError.notFound(id).problem.jsonResponse)
        }
        let document = try await form.document(of: entity, answer, federation.broker)
        var response = answer.document(document)
        if use != .none {
            let kept = try await use.map(map, of: id, holders, federation.broker)
            response = response.naming(kept)
        }
        return warnings.added(to: response)
    }

    /// Whoever does not retrieve by id may be asked for the same by a query.
    private func forwarded(
        _ id: EntityID, _ part: WritePlan.Part, _ hop: SourceHop
    ) -> SourceRequest {
        let registration = part.registration
        guard registration.operations.contains(.retrieveEntity) else {
            let query = RemoteQuery(id, part, hop.context)
            return registration.operations.contains(.queryEntity)
                ? query.get(registration, limit: 1, hop)
                : query.post(registration, limit: 1, hop)
        }
        let words = hop.words(for: registration)
        var query: [String] = []
        if let names = part.attributes {
            query.append(
                "attrs=" + names.map(words.term).sorted().joined(separator: ",").urlEscaped)
        }
        query.append("options=sysAttrs")
        if registration.management.isLocalOnly { query.append("local=true") }
        let target =
            "\(NGSILDPath.root)/entities/\(id.text.urlEscaped)?" + query.joined(separator: "&")
        return hop.dressed(registration, .get, target)
    }
}

extension RemoteQuery {
    /// One entity of the types that the source has registered.
    fileprivate init(_ id: EntityID, _ part: WritePlan.Part, _ context: LDContext) {
        let types = part.registration.information.flatMap(\.selectors).flatMap(\.types)
        let terms = Set(types).map(context.term).sorted()
        self.init(
            selectors: [
                Selector(type: terms.isEmpty ? nil : terms.joined(separator: ","), ids: [id])
            ],
            attributes: part.attributes?.sorted() ?? [], context: context)
    }
}
