import CityBroker
import CityKernel
import CityStore
import HTTPTypes
import Hummingbird

/// A change of one entity by all who hold it (§5.6.1 to §5.6.6, §5.6.17 to §5.6.19).
///
/// The city goes first: what it refuses as malformed is sent to nobody.
struct EntityChangeDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor
    let operation: RegistrationOperation

    /// What is changed, as far as it decides who is concerned.
    private struct Change {
        var id: EntityID
        /// Empty when nobody said.
        var types: [String]
        /// `nil` for the entity as a whole.
        var attributes: Set<String>?
        var document: NGSILDRequest.Document?
        var context: LDContext
        /// The body is one attribute, not an entity.
        var isAttribute = false
    }

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let request = operation.hasBody ? try await request.buffered() : request
        let change = try await change(request)
        let hop = SourceHop(
            request: request, context: change.context, alias: try await federation.ownAlias())
        let plan = WritePlan(
            operation, of: change.id, types: change.types, attributes: change.attributes,
            among: registrations.excluding(hop.passedBy))
        guard plan.concernsSources else { return try await door.answer(request, source) }
        if hop.isLoop {
            guard plan.local != nil else { throw Problem.loop }
            return try await local(change, plan, request, source)
        }
        var parts = plan.refusals.map { PartialOutcome.refusal($0.registration) }
        var own: Response?
        if plan.local != nil {
            do {
                let response = try await local(change, plan, request, source)
                own = response
                parts.append(PartialOutcome(registrationID: nil, status: response.status.code))
            } catch let error as any ProblemConvertible
                where !(error is StoreError) && !error.problem.isMalformed
            {
                parts.append(.city(error))
            }
        }
        let requests = plan.parts.map { forwarded(change, $0, hop) }
        let outcomes = await federation.send(requests)
        parts += zip(plan.parts, outcomes).map { .source($0.registration, $1) }
        return CombinedOutcome(entityID: change.id.text, parts: parts).answer {
            own ?? whole(change)
        }
    }

    private func whole(_ change: Change) -> Response {
        operation == .createEntity
            ? NGSILDAnswer.created(at: NGSILDPath.entity(change.id)) : NGSILDAnswer.noContent
    }

    // MARK: - What is changed

    private func change(_ request: NGSILDRequest) async throws -> Change {
        if operation == .createEntity { return try await creation(request) }
        let id = try request.entityID()
        let types = try await types(of: id, request)
        if operation == .deleteEntity {
            return Change(id: id, types: types, context: try request.linkedContext())
        }
        if let name = request.path.get("name") {
            let document = operation.hasBody ? try await request.document() : nil
            let context = try document?.context ?? request.linkedContext()
            let attribute = context.name(of: name.percentDecoded ?? String(name))
            return Change(
                id: id, types: types, attributes: [attribute], document: document,
                context: context, isAttribute: true)
        }
        let document = try await request.document()
        let fragment = try NGSILDCodec(document.context).fragment(document.json)
        return Change(
            id: id, types: fragment.types.isEmpty ? types : fragment.types,
            attributes: fragment.names, document: document, context: document.context)
    }

    private func creation(_ request: NGSILDRequest) async throws -> Change {
        let document = try await request.document()
        let entity = try NGSILDCodec(document.context).entity(document.json)
        return Change(
            id: entity.id, types: entity.types, attributes: Set(entity.attributes.map(\.name)),
            document: document, context: document.context)
    }

    /// The request's word, else what the city knows.
    private func types(of id: EntityID, _ request: NGSILDRequest) async throws -> [String] {
        if let text = request.filled("type") {
            return RegistrationScope.types(text, try request.linkedContext())
        }
        return try await federation.broker.entity(id)?.types ?? []
    }

    // MARK: - Who does what

    private func local(
        _ change: Change, _ plan: WritePlan, _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        guard case .attributes(let names)? = plan.local, !change.isAttribute,
            let document = change.document
        else { return try await door.answer(request, source) }
        let reduced = document.reduced(to: names, keepsContext: true)
        return try await door.answer(request.with(body: reduced.bytes), source)
    }

    private func forwarded(
        _ change: Change, _ part: WritePlan.Part, _ hop: SourceHop
    ) -> SourceRequest {
        let registration = part.registration
        var body: JSONValue?
        if let document = change.document {
            let names = change.isAttribute ? nil : part.attributes
            body = document.reduced(to: names, keepsContext: false)
        }
        var target = "\(NGSILDPath.root)/entities"
        if operation != .createEntity { target += "/" + change.id.text.urlEscaped }
        if change.isAttribute, let name = change.attributes?.first {
            target += "/attrs/" + hop.words(for: registration).term(for: name).urlEscaped
        } else if operation == .appendAttrs || operation == .updateEntity {
            target += "/attrs/"
        }
        var query = hop.request.query(without: ["local"])
        if registration.management.isLocalOnly { query.append("local=true") }
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        return hop.dressed(registration, operation.method, target, body: body)
    }
}

extension RegistrationOperation {
    fileprivate var hasBody: Bool { self != .deleteEntity && self != .deleteAttrs }

    fileprivate var method: SourceRequest.Method {
        switch self {
        case .createEntity, .appendAttrs: .post
        case .replaceEntity, .replaceAttrs: .put
        case .deleteEntity, .deleteAttrs: .delete
        default: .patch
        }
    }
}

extension NGSILDCodec.Fragment {
    /// Every attribute that the fragment sets or deletes.
    var names: Set<String> { Set(attributes.map(\.name)).union(deletions.map(\.name)) }
}

extension NGSILDRequest.Document {
    /// - Parameters:
    ///   - names: attributes that stay; `nil` for all.
    ///   - keepsContext: whether `@context` stays in the body.
    func reduced(to names: Set<String>?, keepsContext: Bool) -> JSONValue {
        guard let object = json.object else { return json }
        let heads: Set<String> = ["id", "@id", "type", "@type", "scope"]
        var kept = JSONObject()
        for (key, value) in object {
            let isKept =
                key == "@context"
                ? keepsContext
                : heads.contains(key) || names?.contains(context.name(of: key)) ?? true
            if isKept { kept.append(key, value) }
        }
        return .object(kept)
    }
}

extension Problem {
    /// Nobody can do anything with the request.
    var isMalformed: Bool {
        switch kind {
        case .badRequestData, .invalidRequest, .notSupported, .unsupportedMediaType,
            .notAcceptable, .tooLarge, .forbidden, .unauthenticated, .contextUnavailable:
            true
        default: false
        }
    }
}

extension [ReadyRegistration] {
    /// Without sources that a request has been at already.
    func excluding(_ passedBy: Set<String>) -> [ReadyRegistration] {
        if passedBy.isEmpty { return self }
        return filter { ready in
            let alias = ready.registration.document["contextSourceAlias"]?.string
            return !(alias.map(passedBy.contains) ?? false)
        }
    }
}
