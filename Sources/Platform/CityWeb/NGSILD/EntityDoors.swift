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
            NGSILDDoor(.put, "entities", .write, NGSILDRequest.refuseWithoutID),
            NGSILDDoor(.patch, "entities", .write, NGSILDRequest.refuseWithoutID),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let entity = try NGSILDCodec(document.context).entity(
            document.json, try request.form())
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
        try selection.refuseUnlimited()
        try answer.checkGeometryProperty(request)
        return try await answer.page(of: selection, request, broker)
    }

    @Sendable private func purge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let selection = try EntitySelection(request, context)
        try selection.refuseUnlimited()
        try selection.refuseLinks()
        let purge = try EntityPurge(request, context)
        try await purge.run(over: selection.query, broker, source)
        return NGSILDAnswer.noContent
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        if request.asksForNothingSpecial, answer.isUsual {
            let document = try await broker.document(of: id, QuickRetrieval.document)
            guard let document else { throw BrokerError.notFound(id) }
            return QuickRetrieval.answer(ByteBuffer(bytes: document))
        }
        try answer.checkGeometryProperty(request)
        let form = try EntityForm(SelectionInput(request, context), request, context)
        let types = try request.typeSelection(context)
        guard let entity = try await broker.entity(id), types?.matches(entity.types) ?? true else {
            throw BrokerError.notFound(id)
        }
        return answer.document(try await form.document(of: entity, answer, broker))
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
        let entity = try NGSILDCodec(document.context).entity(json, try request.form())
        guard entity.id == id else {
            throw Problem.badRequest("the id of the body is another one", at: "/id")
        }
        let types = try request.typeSelection(document.context)
        try await broker.write(source: source) { work in
            _ = try EntityEdit(work, id, types: types).present()
            try work.replace(entity)
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func merge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let fragment = try NGSILDCodec(document.context).fragment(
            document.json, for: .merge, try request.form())
        guard fragment.id.map({ $0 == id }) ?? true else {
            throw Problem.badRequest("the id of the body is another one", at: "/id")
        }
        let types = try request.typeSelection(document.context)
        let defaults = try request.mergeDefaults()
        try await broker.write(source: source) { work in
            try EntityEdit(work, id, types: types).merge(fragment, defaults)
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let types = try request.typeSelection(try request.linkedContext())
        try await broker.write(source: source) { work in
            _ = try EntityEdit(work, id, types: types).present()
            try work.delete(id)
        }
        return NGSILDAnswer.noContent
    }
}

extension NGSILDRequest {
    /// What an address gets that ends where the id of an entity should stand.
    @Sendable static func refuseWithoutID(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        throw Problem.badRequest("the address lacks the id of an entity", at: "id")
    }

    /// `observedAt` and `lang` of a merge (§6.5.3.4).
    func mergeDefaults() throws(Problem) -> EntityEdit.MergeDefaults {
        var defaults = EntityEdit.MergeDefaults(language: parameter("lang"))
        if let text = parameter("observedAt") {
            guard text.hasSuffix("Z"), let time = Timestamp(iso8601: text) else {
                throw .badRequest("observedAt is a date and time in UTC", at: "observedAt")
            }
            defaults.observedAt = time
        }
        return defaults
    }
}
