import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/op/update` and `/v2/op/query`.
struct NGSIv2BatchDoors: NGSIv2Doors {
    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.post, "op/update", .write, update),
            NGSIv2Door(.post, "op/query", .read, query),
        ]
    }

    private enum Action: String {
        case append, appendStrict, update, delete, replace
    }

    /// One transaction: either every entity is as asked for, or none is changed.
    @Sendable private func update(_ request: NGSIv2Request) async throws -> Response {
        let object = try await request.object()
        guard let action = object["actionType"]?.string.flatMap(Action.init) else {
            throw Problem.badRequest(
                "invalid update action type: use append, appendStrict, update, delete or replace",
                at: "/actionType")
        }
        guard let list = object["entities"]?.array, !list.isEmpty else {
            throw Problem.badRequest("empty entities vector", at: "/entities")
        }
        guard list.count <= NGSILDRequest.batchMax else {
            throw Problem(
                .tooLarge, title: "The batch is too large",
                detail: "A batch has at most \(NGSILDRequest.batchMax) entities.")
        }
        let codec = NGSIv2Codec(isKeyValues: request.isKeyValues)
        var entities: [(entity: Entity, type: String?)] = []
        for json in list {
            entities.append(
                (try codec.entity(json, scopes: request.scopes), json["type"]?.string))
        }
        let items = entities
        let isForced = request.isForced
        try await request.broker.write(source: request.source) { work in
            work.isForced = isForced
            for (entity, type) in items { try Self.run(action, entity, type, work) }
        }
        return NGSIv2Answer.noContent
    }

    private static func run(
        _ action: Action, _ entity: Entity, _ type: String?, _ work: BrokerTransaction
    ) throws {
        let edit = NGSIv2Edit(work: work, id: entity.id, type: type)
        let isKnown = try work.entity(entity.id) != nil
        switch action {
        case .append, .appendStrict:
            if isKnown {
                try edit.append(entity.attributes, isStrict: action == .appendStrict)
            } else {
                try work.create(entity)
            }
        case .update: try edit.update(entity.attributes)
        case .replace: try edit.replace(entity.attributes)
        case .delete:
            _ = try edit.present()
            if entity.attributes.isEmpty {
                try work.delete(entity.id)
            } else {
                try edit.delete(entity.attributes.map(\.name))
            }
        }
        if action != .delete, let expiry = entity.expiresAt, isKnown {
            try work.setExpiry(expiry, of: entity.id)
        }
    }

    @Sendable private func query(_ request: NGSIv2Request) async throws -> Response {
        let document = try await request.object()
        var representation = request.representation()
        let named = (document["attrs"]?.array ?? []).compactMap(\.string)
        if !named.isEmpty { representation.attributes = named }
        let metadata = (document["metadata"]?.array ?? []).compactMap(\.string)
        if !metadata.isEmpty { representation.metadata = metadata }
        return try await NGSIv2Selection(document, request).page(request, representation)
    }
}
