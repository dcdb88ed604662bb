import CityBroker
import CityKernel
import CityStore
import HTTPTypes
import Hummingbird

/// `/entityOperations` (§6.14 to §6.17, §6.23, §6.31): one transaction, a savepoint each.
struct BatchDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "entityOperations/create", .write, create),
            NGSILDDoor(.post, "entityOperations/upsert", .write, upsert),
            NGSILDDoor(.post, "entityOperations/update", .write, update),
            NGSILDDoor(.post, "entityOperations/merge", .write, merge),
            NGSILDDoor(.post, "entityOperations/delete", .write, delete),
            NGSILDDoor(.post, "entityOperations/query", .read, query),
        ]
    }

    /// What happened to each entity of a batch.
    private struct Outcome: Sendable {
        var created: [String] = []
        var changed: [String] = []
        var errors: [(id: String, problem: Problem)] = []

        /// 207 when anything was refused, else what the operation answers.
        func answer(_ whole: () -> Response) -> Response {
            if errors.isEmpty { return whole() }
            let refused = errors.map { id, problem in
                JSONValue.object(
                    JSONObject([("entityId", .string(id)), ("error", problem.json)]))
            }
            return NGSILDAnswer.multiStatus([
                "success": .array((created + changed).map(JSONValue.string)),
                "errors": .array(refused),
            ])
        }
    }

    private struct Item: Sendable {
        var id: String
        var fragment: Result<NGSILDCodec.Fragment, Problem>
        var entity: Result<Entity, Problem>
    }

    private func items(_ request: NGSILDRequest) async throws -> [Item] {
        try await request.documents().map { document in
            let codec = NGSILDCodec(document.context)
            return Item(
                id: document.json["id"]?.string ?? "",
                fragment: Result { () throws(Problem) in try codec.fragment(document.json) },
                entity: Result { () throws(Problem) in try codec.entity(document.json) })
        }
    }

    /// Runs `body` for each item; a refusal undoes that item only.
    private func run<Element: Sendable>(
        _ items: [Element], id: @escaping @Sendable (Element) -> String, _ source: String,
        _ body: @escaping @Sendable (Element, BrokerTransaction) throws -> Bool
    ) async throws -> Outcome {
        try await broker.write(source: source) { work in
            var outcome = Outcome()
            for item in items {
                do {
                    let isNew = try work.savepoint { try body(item, work) }
                    if isNew {
                        outcome.created.append(id(item))
                    } else if !outcome.changed.contains(id(item)) {
                        outcome.changed.append(id(item))
                    }
                } catch let error as any ProblemConvertible where !(error is StoreError) {
                    outcome.errors.append((id(item), error.problem))
                }
            }
            return outcome
        }.value
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let outcome = try await run(items(request), id: \.id, source) { item, work in
            try work.create(try item.entity.get())
            return true
        }
        return outcome.answer { Self.created(outcome.created) }
    }

    @Sendable private func upsert(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let replaces = !request.options.contains("update")
        let outcome = try await run(items(request), id: \.id, source) { item, work in
            let entity = try item.entity.get()
            if try work.entity(entity.id) == nil {
                try work.create(entity)
                return true
            }
            if replaces {
                try work.replace(entity)
            } else {
                _ = try EntityEdit(work, entity.id).append(
                    try item.fragment.get(), overwrites: true)
            }
            return false
        }
        return outcome.answer {
            outcome.created.isEmpty ? NGSILDAnswer.noContent : Self.created(outcome.created)
        }
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let overwrites = !request.options.contains("noOverwrite")
        return try await change(request, source) { edit, fragment in
            let result = try edit.append(fragment, overwrites: overwrites)
            if result.updated.isEmpty, let refused = result.notUpdated.first {
                throw Problem.badRequest(refused.reason, at: refused.name)
            }
        }
    }

    @Sendable private func merge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await change(request, source) { edit, fragment in try edit.merge(fragment) }
    }

    private func change(
        _ request: NGSILDRequest, _ source: String,
        _ body: @escaping @Sendable (EntityEdit, NGSILDCodec.Fragment) throws -> Void
    ) async throws -> Response {
        let outcome = try await run(items(request), id: \.id, source) { item, work in
            let fragment = try item.fragment.get()
            guard let id = fragment.id else {
                throw Problem.badRequest("an entity needs an id", at: "/id")
            }
            try body(EntityEdit(work, id), fragment)
            return false
        }
        return outcome.answer { NGSILDAnswer.noContent }
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let ids = try await request.documents().map { $0.json.string ?? "" }
        let outcome = try await run(ids, id: \.self, source) { text, work in
            guard let id = EntityID(text) else {
                throw Problem.badRequest("an entity id is an absolute URI", at: "/")
            }
            try work.delete(id)
            return false
        }
        return outcome.answer { NGSILDAnswer.noContent }
    }

    private static func created(_ ids: [String]) -> Response {
        NGSILDAnswer.plain(.array(ids.map(JSONValue.string)), status: .created)
    }

    // MARK: - Query by POST

    @Sendable private func query(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        guard document.json["type"]?.string == "Query" else {
            throw Problem.badRequest("the type must be Query", at: "/type")
        }
        let answer = try NGSILDAnswer(
            to: request.request, under: document.context, offers: [.json, .jsonLD, .geoJSON])
        var selection = try EntitySelection(request, document.context)
        try selection.read(document.json, document.context)
        return try await answer.page(of: selection, request, broker)
    }
}

extension EntitySelection {
    /// A `Query` document (§5.2.23) with one selector or several of one kind.
    mutating func read(_ json: JSONValue, _ context: LDContext) throws(Problem) {
        for name in ["scopeQ", "csf", "temporalQ"] where json[name] != nil {
            throw Problem(
                .notSupported, title: "This kind of query is not supported",
                detail: "\(name) is not supported.", remedy: "Leave \(name) out.")
        }
        for selector in json["entities"]?.array ?? [] {
            if let type = selector["type"]?.string, type != "*" {
                query.types.append(context.name(of: type))
            }
            if let text = selector["id"]?.string {
                guard let id = EntityID(text) else {
                    throw .badRequest("an entity id is an absolute URI", at: "/entities")
                }
                query.ids.append(id)
            }
            query.idPattern = selector["idPattern"]?.string ?? query.idPattern
        }
        query.attributes += (json["attrs"]?.array ?? []).compactMap(\.string).map(context.name)
        if let text = json["q"]?.string { query.filter = try QueryParser.parse(text, context) }
        if let geo = json["geoQ"] { query.geo = try Self.geo(geo, context) }
        let isLimited =
            !query.types.isEmpty || !query.attributes.isEmpty || query.filter != nil
            || query.geo != nil
        if !isLimited { throw .badRequest("a query needs entities, attrs, q or geoQ", at: "/") }
    }

    private static func geo(
        _ json: JSONValue, _ context: LDContext
    ) throws(Problem) -> GeoQuery {
        guard let georel = json["georel"]?.string, let geometry = json["geometry"]?.string,
            let coordinates = json["coordinates"]
        else { throw .badRequest("geoQ needs georel, geometry and coordinates", at: "/geoQ") }
        return try GeoQueryParser.parse(
            georel: georel, geometry: geometry, coordinates: coordinates,
            geoproperty: json["geoproperty"]?.string, context)
    }
}
