import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2`, `/v2/entities` and `/v2/entities/{id}`.
struct NGSIv2EntityDoors: NGSIv2Doors {
    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, "", .read, resources),
            NGSIv2Door(.get, "entities", .read, list),
            NGSIv2Door(.post, "entities", .write, create),
            NGSIv2Door(.get, "entities/{id}", .read, retrieve),
            NGSIv2Door(.delete, "entities/{id}", .write, delete),
        ]
    }

    @Sendable private func resources(_ request: NGSIv2Request) async throws -> Response {
        NGSIv2Answer.json([
            "entities_url": "/v2/entities", "types_url": "/v2/types",
            "subscriptions_url": "/v2/subscriptions", "registrations_url": "/v2/registrations",
        ])
    }

    @Sendable private func list(_ request: NGSIv2Request) async throws -> Response {
        try await NGSIv2Selection(request).page(request)
    }

    @Sendable private func create(_ request: NGSIv2Request) async throws -> Response {
        let codec = NGSIv2Codec(isKeyValues: request.isKeyValues)
        let entity = try codec.entity(
            .object(try await request.object()), scopes: request.scopes)
        let isUpsert = request.options.contains("upsert")
        let path = NGSIv2EntityPath.of(entity)
        let change = NGSIv2Change(
            verb: isUpsert ? .upsert : .create, id: entity.id, types: entity.types,
            attributes: entity.attributes)
        return try await request.distribute(change, whole: NGSIv2Answer.created(at: path)) { own in
            var part = entity
            part.attributes = own.attributes
            let isNew = try await Self.create(part, isUpsert: isUpsert, request)
            if isNew { return NGSIv2Answer.created(at: path) }
            return Response(status: .noContent, headers: [.location: path])
        }
    }

    /// - Returns: whether it was not there before.
    private static func create(
        _ entity: Entity, isUpsert: Bool, _ request: NGSIv2Request
    ) async throws -> Bool {
        try await request.broker.write(source: request.source) { work in
            guard isUpsert, try work.entity(entity.id) != nil else {
                do {
                    try work.create(entity)
                } catch BrokerError.alreadyExists {
                    throw NGSIv2Refusal.unprocessable("Already Exists")
                }
                return true
            }
            try NGSIv2Edit(work: work, id: entity.id).append(entity.attributes)
            return false
        }.value
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        let entity = try await request.entity()
        return NGSIv2Answer.json(NGSIv2Codec().json(entity, request.representation()))
    }

    @Sendable private func delete(_ request: NGSIv2Request) async throws -> Response {
        let (id, type) = (try request.entityID(), request.parameter("type"))
        let change = NGSIv2Change(verb: .delete, id: id, types: type.map { [$0] } ?? [])
        return try await request.distribute(change) { _ in
            try await request.broker.write(source: request.source) { work in
                _ = try NGSIv2Edit(work: work, id: id, type: type).present()
                try work.delete(id)
            }
            return NGSIv2Answer.noContent
        }
    }
}

enum NGSIv2EntityPath {
    static func of(_ entity: Entity) -> String {
        "/v2/entities/\(NGSIv2Names.text(of: entity.id))?type=\(entity.types[0])"
    }
}

extension NGSIv2Request {
    /// The entity of the address, of the type and in the service path that were asked for, as the
    /// city and registered sources know it.
    func entity() async throws -> Entity {
        let id = try entityID()
        let local = try await broker.entity(id).flatMap { isAskedFor($0) ? $0 : nil }
        if let found = try await retrieved(id, besides: local) { return found }
        throw BrokerError.notFound(id)
    }

    private func isAskedFor(_ entity: Entity) -> Bool {
        parameter("type").map(entity.has(type:)) ?? true
            && scopeSelection?.matches(entity.scopes) ?? true
    }

    private func retrieved(_ id: EntityID, besides local: Entity?) async throws -> Entity? {
        let registrations = try await broker.registrations()
        if registrations.isEmpty { return local }
        let retrieval = SourceRetrieval(
            federation: federation, hop: try await hop(), id: id,
            types: parameter("type").map { [$0] } ?? local?.types ?? [],
            attributes: Set(list("attrs")).subtracting(["*"]), among: registrations)
        guard retrieval.asksSomebody else { return local }
        return await retrieval.entity(besides: local).entity
    }
}
