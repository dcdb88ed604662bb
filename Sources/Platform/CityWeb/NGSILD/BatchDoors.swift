import CityBroker
import CityKernel
import CityStore
import HTTPTypes
import Hummingbird

/// `/entityOperations` (§6.14 to §6.17, §6.23, §6.31): one transaction, each entity by itself.
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

    /// What happened to one entity of a batch that was not refused.
    private enum Step: Sendable {
        case created, changed
        /// Some of it was refused; the rest stays done.
        case partly(Problem)
    }

    /// What happened to each entity of a batch.
    private struct Outcome: Sendable {
        var created: [String] = []
        var changed: [String] = []
        var errors: [(id: String, problem: Problem)] = []
        private var known: Set<String> = []

        /// A batch may speak of one entity several times.
        mutating func note(_ id: String, _ step: Step) {
            if case .partly(let problem) = step { return errors.append((id, problem)) }
            guard known.insert(id).inserted else { return }
            if case .created = step { created.append(id) } else { changed.append(id) }
        }

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

    /// A document of a batch, read; or why it cannot be.
    private struct Item<Content: Sendable>: Sendable {
        var id: String
        var content: Result<Content, Problem>
    }

    private func items<Content: Sendable>(
        _ request: NGSILDRequest, _ read: (NGSILDCodec, JSONValue) throws(Problem) -> Content
    ) async throws -> [Item<Content>] {
        try await request.documents().map { document in
            guard document.json.object != nil else {
                throw Problem.badRequest("a batch is a list of entities", at: "/")
            }
            return Item(
                id: document.json["id"]?.string ?? document.json["@id"]?.string ?? "",
                content: Result { () throws(Problem) in
                    try read(NGSILDCodec(document.context), document.json)
                })
        }
    }

    /// Runs `body` for each item; a refusal undoes that item only.
    private func run<Element: Sendable>(
        _ items: [Element], id: @escaping @Sendable (Element) -> String, _ source: String,
        _ body: @escaping @Sendable (Element, BrokerTransaction) throws -> Step
    ) async throws -> Outcome {
        try await broker.write(source: source) { work in
            var outcome = Outcome()
            let steps = try work.each(of: items) { try body($0, work) }
            for (item, step) in zip(items, steps) {
                switch step {
                case .success(let step): outcome.note(id(item), step)
                case .failure(let problem): outcome.errors.append((id(item), problem))
                }
            }
            return outcome
        }.value
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let form = try request.form()
        let items = try await items(request) { codec, json throws(Problem) in
            try codec.entity(json, form)
        }
        let outcome = try await run(items, id: \.id, source) { item, work in
            try work.create(try item.content.get())
            return .created
        }
        return outcome.answer { Self.created(outcome.created) }
    }

    @Sendable private func upsert(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let words = try request.words(
            among: NGSILDRequest.formats.union(["replace", "update"]))
        let replaces = !words.contains("update")
        let form = try request.form()
        let items = try await items(request) { codec, json throws(Problem) in
            try codec.entity(json, form)
        }
        let outcome = try await run(items, id: \.id, source) { item, work in
            let entity = try item.content.get()
            guard try work.contains(entity.id) else {
                try work.create(entity)
                return .created
            }
            if replaces {
                try work.replace(entity)
            } else {
                _ = try EntityEdit(work, entity.id).append(
                    NGSILDCodec.Fragment(entity), overwrites: true)
            }
            return .changed
        }
        return outcome.answer {
            outcome.created.isEmpty ? NGSILDAnswer.noContent : Self.created(outcome.created)
        }
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let words = try request.words(
            among: NGSILDRequest.formats.union(["noOverwrite"]))
        let overwrites = !words.contains("noOverwrite")
        return try await change(request, for: .update, source) { edit, fragment in
            let result = try edit.append(fragment, overwrites: overwrites)
            guard let refused = result.notUpdated.first else { return .changed }
            return .partly(.badRequest(refused.reason, at: refused.name))
        }
    }

    @Sendable private func merge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let defaults = try request.mergeDefaults()
        return try await change(request, for: .merge, source) { edit, fragment in
            try edit.merge(fragment, defaults)
            return .changed
        }
    }

    private func change(
        _ request: NGSILDRequest, for purpose: NGSILDCodec.Purpose, _ source: String,
        _ body: @escaping @Sendable (EntityEdit, NGSILDCodec.Fragment) throws -> Step
    ) async throws -> Response {
        let form = try request.form()
        let items = try await items(request) { codec, json throws(Problem) in
            try codec.fragment(json, for: purpose, form)
        }
        let outcome = try await run(items, id: \.id, source) { item, work in
            let fragment = try item.content.get()
            guard let id = fragment.id else {
                throw Problem.badRequest("an entity needs an id", at: "/id")
            }
            return try body(EntityEdit(work, id), fragment)
        }
        return outcome.answer { NGSILDAnswer.noContent }
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let ids = try await request.documents().map { document in
            guard let id = document.json.string else {
                throw Problem.badRequest("a batch of deletions is a list of ids", at: "/")
            }
            return id
        }
        let outcome = try await run(ids, id: \.self, source) { text, work in
            guard let id = EntityID(text) else {
                throw Problem.badRequest("an entity id is an absolute URI", at: "/")
            }
            try work.delete(id)
            return .changed
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
        let answer = try NGSILDAnswer(
            to: request.request, under: document.context, offers: [.json, .jsonLD, .geoJSON])
        var input = try SelectionInput(request, document.context)
        try input.read(document.json, document.context)
        let selection = try EntitySelection(input, request, document.context)
        try selection.refuseUnlimited()
        return try await answer.page(of: selection, request, broker)
    }
}
