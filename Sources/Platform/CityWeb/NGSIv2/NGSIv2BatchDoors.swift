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
        var items: [Item] = []
        for json in list {
            items.append(
                Item(
                    action: action, entity: try codec.entity(json, scopes: request.scopes),
                    type: json["type"]?.string))
        }
        if let distribution = try await NGSIv2Distribution(request) {
            return try await update(items, distribution, request)
        }
        _ = try await write(items, request)
        return NGSIv2Answer.noContent
    }

    private struct Item: Sendable {
        var action: Action
        var entity: Entity
        var type: String?
        /// A source holds it too: it need not be known here.
        var isShared = false

        func change(isKnown: Bool) -> NGSIv2Change {
            let verb: NGSIv2Change.Verb =
                switch action {
                case .append: isKnown ? .append(isStrict: false) : .upsert
                case .appendStrict: isKnown ? .append(isStrict: true) : .create
                case .update: .update
                case .replace: .replace
                case .delete: entity.attributes.isEmpty ? .delete : .deleteAttribute
                }
            return NGSIv2Change(
                verb: verb, id: entity.id, types: type.map { [$0] } ?? [],
                attributes: entity.attributes)
        }
    }

    /// The city's part in one transaction, then those of the sources, each entity by itself.
    private func update(
        _ items: [Item], _ distribution: NGSIv2Distribution, _ request: NGSIv2Request
    ) async throws -> Response {
        var own: [Item] = []
        var planned: [NGSIv2Distribution.Planned] = []
        var absent: [EntityID] = []
        for item in items {
            let isKnown = try await request.broker.entity(item.entity.id) != nil
            let changes = item.change(isKnown: isKnown).parts
            for change in changes {
                let part = try await distribution.planned(change)
                guard let mine = part.local else {
                    absent.append(item.entity.id)
                    planned.append(part)
                    continue
                }
                var local = item
                local.isShared = part.plan.concernsSources
                if change.verb == .deleteAttribute {
                    local.entity.attributes.removeAll { $0.name != change.name }
                } else {
                    local.entity.attributes = mine.attributes
                }
                own.append(local)
                if local.isShared { planned.append(part) }
            }
        }
        absent += try await write(own, request)
        let changed = try await distribution.send(planned)
        if let missing = absent.first(where: { !changed.contains($0) }) {
            throw BrokerError.notFound(missing)
        }
        return NGSIv2Answer.noContent
    }

    /// - Returns: ids that the city does not know and that a source may.
    private func write(_ items: [Item], _ request: NGSIv2Request) async throws -> [EntityID] {
        let isForced = request.isForced
        return try await request.broker.write(source: request.source) { work in
            work.isForced = isForced
            var absent: [EntityID] = []
            for item in items {
                do {
                    try Self.run(item.action, item.entity, item.type, work)
                } catch let error as any ProblemConvertible
                    where item.isShared && error.isUnknownHere
                {
                    absent.append(item.entity.id)
                }
            }
            return absent
        }.value
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
