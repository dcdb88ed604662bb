import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/entities/{id}/attrs` and `/entities/{id}/attrs/{name}` (§6.6, §6.7).
struct AttributeDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "entities/{id}/attrs", .write, append),
            NGSILDDoor(.patch, "entities/{id}/attrs", .write, update),
            NGSILDDoor(.patch, "entities/{id}/attrs/{name}", .write, patch),
            NGSILDDoor(.put, "entities/{id}/attrs/{name}", .write, replace),
            NGSILDDoor(.delete, "entities/{id}/attrs/{name}", .write, delete),
        ]
    }

    @Sendable private func append(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let overwrites = !request.options.contains("noOverwrite")
        let (fragment, context) = try await fragment(request)
        let result = try await broker.write(source: source) { work in
            try EntityEdit(work, id).append(fragment, overwrites: overwrites)
        }.value
        return answer(result, context)
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let (fragment, context) = try await fragment(request)
        let result = try await broker.write(source: source) { work in
            try EntityEdit(work, id).update(fragment)
        }.value
        return answer(result, context)
    }

    private func fragment(
        _ request: NGSILDRequest
    ) async throws -> (NGSILDCodec.Fragment, LDContext) {
        let document = try await request.document()
        let fragment = try NGSILDCodec(document.context).fragment(document.json)
        return (fragment, document.context)
    }

    private func answer(_ result: EntityEdit.Result, _ context: LDContext) -> Response {
        if result.notUpdated.isEmpty { return NGSILDAnswer.noContent }
        let refused = result.notUpdated.map { name, reason in
            JSONValue.object(
                JSONObject([
                    ("attributeName", .string(context.term(for: name))),
                    ("reason", .string(reason)),
                ]))
        }
        return NGSILDAnswer.multiStatus([
            "updated": .array(result.updated.map { .string(context.term(for: $0)) }),
            "notUpdated": .array(refused),
        ])
    }

    // MARK: - One attribute

    @Sendable private func patch(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await change(request, source) { edit, name, attribute in
            try edit.patch(name, with: attribute)
        }
    }

    @Sendable private func replace(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await change(request, source) { edit, name, attribute in
            try edit.replace(name, with: attribute)
        }
    }

    private func change(
        _ request: NGSILDRequest, _ source: String,
        _ body: @escaping @Sendable (EntityEdit, String, Attribute) throws -> Void
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let name = document.context.name(of: try request.pathText("name"))
        let codec = NGSILDCodec(document.context)
        guard document.json.object != nil else {
            throw Problem.badRequest("an attribute is a JSON object", at: "/")
        }
        let (known, exists) = try await present(id, name, document.json)
        if !exists { throw BrokerError.notFound(id) }
        let attribute = try codec.attribute(Self.completed(document.json, known))
        try await broker.write(source: source) { work in
            try body(EntityEdit(work, id), name, attribute)
        }
        return NGSILDAnswer.noContent
    }

    private func present(
        _ id: EntityID, _ name: String, _ json: JSONValue
    ) async throws -> (Attribute?, exists: Bool) {
        guard let entity = try await broker.entity(id) else { return (nil, false) }
        let dataset = json["datasetId"]?.string
        let known = entity.attributes.first {
            $0.name == name && $0.attribute.datasetID == dataset
        }
        return (known?.attribute, true)
    }

    /// A fragment may leave out the type and the value; they are those of the attribute.
    private static func completed(_ json: JSONValue, _ known: Attribute?) -> JSONValue {
        guard let known, var object = json.object else { return json }
        let names = Attribute.Kind.allCases.map(\.valueKey)
        if object["type"] == nil, !names.contains(where: { object[$0] != nil }) {
            object["type"] = .string(known.kind.typeName)
        }
        if !names.contains(where: { object[$0] != nil }),
            object["type"]?.string == known.kind.typeName
        {
            let codec = NGSILDCodec()
            let full = codec.json(known, NGSILDRepresentation())
            object[known.kind.valueKey] = full[known.kind.valueKey]
        }
        return .object(object)
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let name = try request.linkedContext().name(of: try request.pathText("name"))
        let dataset = request.parameter("datasetId")
        if try request.flag("deleteAll") {
            try await broker.write(source: source) { work in
                try work.deleteAttributeInstances(name, of: id)
            }
        } else {
            try await broker.deleteAttribute(name, datasetID: dataset, of: id, source: source)
        }
        return NGSILDAnswer.noContent
    }
}
