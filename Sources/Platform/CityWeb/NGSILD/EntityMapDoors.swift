import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/entityMaps` and `/temporal/entityMaps` (§6.32, §6.34, §6.35).
struct EntityMapDoors: NGSILDDoors {
    let federation: Federation

    private var broker: Broker { federation.broker }

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.get, "entityMaps", .read, create),
            NGSILDDoor(.get, "temporal/entityMaps", .read, createTemporal),
            NGSILDDoor(.get, "entityMaps/{id}", .read, retrieve),
            NGSILDDoor(.patch, "entityMaps/{id}", .read, update),
            NGSILDDoor(.delete, "entityMaps/{id}", .read, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        guard let door = EntityDoors(broker: broker).doors.first(where: \.isQuery) else {
            preconditionFailure("entities can be queried")
        }
        let lifetime = try request.entityMapLifetime()
        let registrations = try await Distribution(federation: federation)
            .registrations(for: request)
        let holders = try await QueryDistribution(federation: federation, door: door)
            .holders(request, registrations)
        return try await created(holders, lifetime)
    }

    private func created(
        _ holders: [EntityID: [String]], _ lifetime: Duration?
    ) async throws -> Response {
        let map = try await broker.keepEntityMap(holders, lifetime: lifetime)
        return NGSILDAnswer.plain(map.json, status: .created).naming(map)
    }

    /// Whom a query of the past finds is what its own door answers, page by page.
    @Sendable private func createTemporal(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        guard let door = TemporalDoors(broker: broker).doors.first(where: \.isTemporalQuery) else {
            preconditionFailure("the past can be queried")
        }
        let lifetime = try request.entityMapLifetime()
        let kept = request.query(without: ["limit", "offset", "count", "entityMapLifetime"])
        var holders: [EntityID: [String]] = [:]
        let step = 100
        while holders.count <= EntityMap.entitiesMax {
            let paging = ["limit=\(step)", "offset=\(holders.count)"]
            let response = try await door.answer(request.with(query: kept + paging), source)
            let list = try JSONValue(parsing: try await response.collected()).array ?? []
            for item in list {
                if let id = item["id"]?.string.flatMap(EntityID.init) {
                    holders[id] = [EntityMap.city]
                }
            }
            if list.count < step { break }
        }
        return try await created(holders, lifetime)
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let map = try await broker.entityMap(try request.uri("id"))
        return NGSILDAnswer.plain(map.json, status: .ok).naming(map)
    }

    /// Only `expiresAt` can be changed; the rest is the city's.
    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let json = try await request.document().json
        guard let text = json["expiresAt"] else {
            _ = try await broker.entityMap(id)
            return NGSILDAnswer.noContent
        }
        guard let expiresAt = text.string.flatMap({ Timestamp(iso8601: $0) }) else {
            throw Problem.badRequest("expiresAt is a date and time", at: "/expiresAt")
        }
        try await broker.changeEntityMap(id) { $0.expiresAt = expiresAt }
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.deleteEntityMap(try request.uri("id"))
        return NGSILDAnswer.noContent
    }
}

extension NGSILDDoor {
    fileprivate var isQuery: Bool { method == .get && path == "entities" }
    fileprivate var isTemporalQuery: Bool { method == .get && path == "temporal/entities" }
}
