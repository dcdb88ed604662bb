import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/entities` and `/entities/{id}` (§6.4, §6.5).
struct EntityDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "entities", .write, create),
            NGSILDDoor(.get, "entities", .read, query),
            NGSILDDoor(.delete, "entities", .write, purge),
            NGSILDDoor(.get, "entities/{id}", .read, retrieve),
            NGSILDDoor(.put, "entities/{id}", .write, replace),
            NGSILDDoor(.patch, "entities/{id}", .write, merge),
            NGSILDDoor(.delete, "entities/{id}", .write, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let entity = try NGSILDCodec(document.context).entity(document.json)
        try await broker.create(entity, source: source)
        return NGSILDAnswer.created(at: NGSILDPath.entity(entity.id))
    }

    @Sendable private func query(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        let selection = try EntitySelection(request, context)
        try selection.refuseUnlimited(request)
        return try await answer.page(of: selection, request, broker)
    }

    @Sendable private func purge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let selection = try EntitySelection(request, context)
        try selection.refuseUnlimited(request)
        var query = selection.query
        query.limit = EntityQuery.limitMax
        while true {
            let ids = try await broker.entities(query).entities.map(\.id)
            if ids.isEmpty { return NGSILDAnswer.noContent }
            try await broker.write(source: source) { work in
                for id in ids where try work.entity(id) != nil { try work.delete(id) }
            }
        }
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        let projection = try AttributeProjection(request, context)
        guard let entity = try await broker.entity(id) else { throw BrokerError.notFound(id) }
        guard let shown = projection.shown(entity) else { throw BrokerError.notFound(id) }
        return try answer.document(answer.json(shown, request, projection))
    }

    @Sendable private func replace(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        var json = document.json
        if json["id"] == nil, var object = json.object {
            object["id"] = .string(id.text)
            json = .object(object)
        }
        let entity = try NGSILDCodec(document.context).entity(json)
        guard entity.id == id else {
            throw Problem.badRequest("the id of the body is another one", at: "/id")
        }
        try await broker.replace(entity, source: source)
        return NGSILDAnswer.noContent
    }

    @Sendable private func merge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let fragment = try NGSILDCodec(document.context).fragment(document.json)
        guard fragment.id.map({ $0 == id }) ?? true else {
            throw Problem.badRequest("the id of the body is another one", at: "/id")
        }
        try await broker.write(source: source) { work in
            try EntityEdit(work, id).merge(fragment)
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.delete(try request.entityID(), source: source)
        return NGSILDAnswer.noContent
    }
}
