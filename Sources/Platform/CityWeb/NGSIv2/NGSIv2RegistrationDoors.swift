import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/registrations`: sources that speak NGSIv2, registered beside those of NGSI-LD. As with Orion,
/// a registration is not changed but deleted and made anew.
struct NGSIv2RegistrationDoors: NGSIv2Doors {
    private static let all = "registrations"
    private static let one = "registrations/{id}"

    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, Self.all, .write, list),
            NGSIv2Door(.post, Self.all, .write, create),
            NGSIv2Door(.get, Self.one, .write, retrieve),
            NGSIv2Door(.delete, Self.one, .write, delete),
        ]
    }

    @Sendable private func create(_ request: NGSIv2Request) async throws -> Response {
        let document = try await request.object()
        let id = request.broker.nextNGSIv2ID()
        try await request.broker.register(
            try NGSIv2RegistrationCodec.registration(
                .object(document), id: NGSIv2RegistrationCodec.id(of: id),
                service: request.service, servicePath: request.servicePath))
        return NGSIv2Answer.created(at: "/v2/registrations/\(id)")
    }

    @Sendable private func list(_ request: NGSIv2Request) async throws -> Response {
        let path = request.servicePath.flatMap { $0 == "/#" ? nil : $0 }
        let found = try await request.broker.ngsiv2Registrations(servicePath: path)
        let now = request.broker.now
        return try NGSIv2Page.of(found, request) { NGSIv2RegistrationCodec.json($0, at: now) }
    }

    private func stored(_ request: NGSIv2Request) async throws -> StoredRegistration {
        let id = NGSIv2RegistrationCodec.id(of: try request.pathText("id"))
        guard let stored = try await request.broker.registration(id),
            stored.registration.ngsiv2 != nil
        else { throw RegistrationError.notFound(id) }
        return stored
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        let stored = try await stored(request)
        let json = NGSIv2RegistrationCodec.json(stored, at: request.broker.now)
        return NGSIv2Answer.json(json ?? .null)
    }

    @Sendable private func delete(_ request: NGSIv2Request) async throws -> Response {
        try await request.broker.unregister(try await stored(request).registration.id)
        return NGSIv2Answer.noContent
    }
}

extension NGSIv2Request {
    /// Passes a change of attributes that the city does not hold on to a source of NGSIv2 that does.
    /// - Throws: `refusal` when nobody is registered for it, or none of them takes it.
    func passOn(
        _ attributes: [NamedAttribute], of id: EntityID, _ type: String?,
        after refusal: any ProblemConvertible
    ) async throws {
        let sources = try await broker.registrations().filter { ready in
            guard ready.registration.ngsiv2?.takesUpdates == true,
                let share = ready.share(of: id, types: type.map { [$0] } ?? [])
            else { return false }
            return share.asked(Set(attributes.map(\.name))) != nil
        }
        guard refusal.isUnknownHere, !sources.isEmpty else { throw refusal }
        var entity = Entity(
            id: id, types: [type ?? NGSIv2Codec.typeDefault], attributes: attributes)
        if type == nil,
            let known = sources[0].registration.information[0].selectors.first?.types.first
        {
            entity.types = [known]
        }
        let body = NGSIv2Codec().json(entity, NGSIv2Representation())
        let outcomes = await federation.send(
            sources.map { NGSIv2Source.update($0.registration, body, action: "update") })
        for outcome in outcomes {
            if case .success(let reply) = outcome, reply.isSuccess { return }
        }
        throw refusal
    }
}
