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
            // An address without the id; no id is "attrs".
            NGSILDDoor(.post, "entities/attrs", .write, NGSILDRequest.refuseWithoutID),
            NGSILDDoor(.patch, "entities/attrs", .write, NGSILDRequest.refuseWithoutID),
            NGSILDDoor(.patch, "entities/attrs/{name}", .write, NGSILDRequest.refuseWithoutID),
            NGSILDDoor(.put, "entities/attrs/{name}", .write, NGSILDRequest.refuseWithoutID),
            NGSILDDoor(.delete, "entities/attrs/{name}", .write, NGSILDRequest.refuseWithoutID),
        ]
    }

    @Sendable private func append(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let overwrites = try !request.words(among: ["noOverwrite"]).contains("noOverwrite")
        let (fragment, context) = try await fragment(request)
        let types = try request.typeSelection(context)
        let result = try await broker.write(source: source) { work in
            try EntityEdit(work, id, types: types).append(fragment, overwrites: overwrites)
        }.value
        return answer(result)
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let (fragment, context) = try await fragment(request)
        let types = try request.typeSelection(context)
        let result = try await broker.write(source: source) { work in
            try EntityEdit(work, id, types: types).update(fragment)
        }.value
        return answer(result)
    }

    private func fragment(
        _ request: NGSILDRequest
    ) async throws -> (NGSILDCodec.Fragment, LDContext) {
        let document = try await request.document()
        let fragment = try NGSILDCodec(document.context).fragment(
            document.json, for: .update, try request.form())
        return (fragment, document.context)
    }

    /// The answer has no context, so that names are whole IRIs (§5.2.18).
    private func answer(_ result: EntityEdit.Result) -> Response {
        func name(_ name: String) -> JSONValue {
            .string(name == "scope" ? name : LDContext.iri(ofName: name))
        }
        if result.notUpdated.isEmpty { return NGSILDAnswer.noContent }
        let refused = result.notUpdated.map { term, reason in
            JSONValue.object(
                JSONObject([("attributeName", name(term)), ("reason", .string(reason))]))
        }
        return NGSILDAnswer.multiStatus([
            "updated": .array(result.updated.map(name)),
            "notUpdated": .array(refused),
        ])
    }

    // MARK: - One attribute

    @Sendable private func patch(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let name = try Self.name(request, document.context)
        guard name != "scope" else {
            throw Problem.badRequest("a scope has no parts to update", at: "name")
        }
        let (patch, isDeletion) = try NGSILDCodec(document.context).patch(
            document.json, of: name)
        let types = try request.typeSelection(document.context)
        try await broker.write(source: source) { work in
            let edit = EntityEdit(work, id, types: types)
            if isDeletion {
                try edit.delete(name, datasetID: patch.datasetID, isAll: false)
            } else {
                try edit.patch(name, with: patch)
            }
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func replace(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let name = try Self.name(request, document.context)
        guard name != "scope", document.json.object != nil else {
            throw Problem.badRequest("an attribute is a JSON object, and no scope", at: "/")
        }
        let attribute = try NGSILDCodec(document.context).attribute(document.json)
        let types = try request.typeSelection(document.context)
        try await broker.write(source: source) { work in
            try EntityEdit(work, id, types: types).replace(name, with: attribute)
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let name = try Self.name(request, context)
        let dataset = try request.datasetID()
        let isAll = try request.flag("deleteAll")
        let types = try request.typeSelection(context)
        try await broker.write(source: source) { work in
            try EntityEdit(work, id, types: types).delete(
                name, datasetID: dataset, isAll: isAll)
        }
        return NGSILDAnswer.noContent
    }

    private static func name(
        _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) -> String {
        try NGSILDCodec(context).name(try request.pathText("name"), at: "name")
    }
}
