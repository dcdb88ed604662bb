import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// Lets registered sources take part in the city's own doors (§4.3.6): a door of entities becomes a
/// door of all who hold them. With `local=true`, or while nobody is registered, the city's own door
/// answers alone.
struct Distribution: Sendable {
    let federation: Federation

    var broker: Broker { federation.broker }

    /// - Returns: the door itself when its operation is never distributed.
    func over(_ door: NGSILDDoor) -> NGSILDDoor {
        guard let answer = answer(door) else { return door }
        return NGSILDDoor(door.method, door.path, door.access) { request, source in
            let registrations = try await registrations(for: request)
            if registrations.isEmpty, !EntityMapUse.isAsked(of: request) {
                return try await door.answer(request, source)
            }
            return try await answer(request, source, registrations)
        }
    }

    /// Nobody else takes part in what is limited to the city.
    func registrations(for request: NGSILDRequest) async throws -> [ReadyRegistration] {
        request.filled("local") == "true" ? [] : try await broker.registrations()
    }

    typealias Answer =
        @Sendable (NGSILDRequest, String, [ReadyRegistration]) async throws -> Response

    private func answer(_ door: NGSILDDoor) -> Answer? {
        if let operation = Self.changes["\(door.method) \(door.path)"] {
            return EntityChangeDistribution(
                federation: federation, door: door, operation: operation
            ).answer
        }
        if let operation = Self.batches["\(door.method) \(door.path)"] {
            return BatchDistribution(
                federation: federation, door: door, operation: operation
            ).answer
        }
        return switch "\(door.method) \(door.path)" {
        case "GET entities/{id}":
            RetrievalDistribution(federation: federation, door: door).answer
        case "GET entities", "POST entityOperations/query":
            QueryDistribution(federation: federation, door: door).answer
        case "DELETE entities": PurgeDistribution(federation: federation, door: door).answer
        case "GET types", "GET attributes", "GET types/{name}", "GET attributes/{name}":
            DiscoveryDistribution(federation: federation, door: door).answer
        case "GET temporal/entities", "GET temporal/entities/{id}",
            "POST temporal/entityOperations/query":
            TemporalDistribution(federation: federation, door: door).answer
        default: nil
        }
    }

    private static let changes: [String: RegistrationOperation] = [
        "POST entities": .createEntity, "PUT entities/{id}": .replaceEntity,
        "PATCH entities/{id}": .mergeEntity, "DELETE entities/{id}": .deleteEntity,
        "POST entities/{id}/attrs": .appendAttrs, "PATCH entities/{id}/attrs": .updateEntity,
        "PATCH entities/{id}/attrs/{name}": .updateAttrs,
        "PUT entities/{id}/attrs/{name}": .replaceAttrs,
        "DELETE entities/{id}/attrs/{name}": .deleteAttrs,
    ]

    private static let batches: [String: RegistrationOperation] = [
        "POST entityOperations/create": .createBatch,
        "POST entityOperations/upsert": .upsertBatch,
        "POST entityOperations/update": .updateBatch,
        "POST entityOperations/merge": .mergeBatch,
        "POST entityOperations/delete": .deleteBatch,
    ]
}
