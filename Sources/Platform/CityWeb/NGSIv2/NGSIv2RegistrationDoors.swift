import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/registrations`: sources that speak NGSIv2, registered beside those of NGSI-LD. As with Orion,
/// a registration is not changed but deleted and made anew.
struct NGSIv2RegistrationDoors: NGSIv2DocumentDoors {
    static let all = "registrations"

    func add(_ document: JSONValue, id: String, _ request: NGSIv2Request) async throws {
        try await request.broker.register(
            try NGSIv2RegistrationCodec.registration(
                document, id: NGSIv2RegistrationCodec.id(of: id), service: request.service,
                servicePath: request.servicePath))
    }

    func list(
        under servicePath: String?, in broker: Broker
    ) async throws -> [StoredRegistration] {
        try await broker.ngsiv2Registrations(servicePath: servicePath)
    }

    func find(_ id: String, in broker: Broker) async throws -> StoredRegistration {
        let id = NGSIv2RegistrationCodec.id(of: id)
        guard let stored = try await broker.registration(id), stored.registration.ngsiv2 != nil
        else { throw RegistrationError.notFound(id) }
        return stored
    }

    func json(_ stored: StoredRegistration, at now: Timestamp) -> JSONValue? {
        NGSIv2RegistrationCodec.json(stored, at: now)
    }

    func remove(_ stored: StoredRegistration, from broker: Broker) async throws {
        try await broker.unregister(stored.registration.id)
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
