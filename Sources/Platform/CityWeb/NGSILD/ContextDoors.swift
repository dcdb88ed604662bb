import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/jsonldContexts` (§6.29, §6.30): hosting, listing, serving, reloading and deleting @contexts.
struct ContextDoors: NGSILDDoors {
    let broker: Broker

    private var library: ContextLibrary { broker.contexts }

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "jsonldContexts", .write, add),
            NGSILDDoor(.get, "jsonldContexts", .read, list),
            NGSILDDoor(.get, "jsonldContexts/{id}", .read, serve),
            NGSILDDoor(.delete, "jsonldContexts/{id}", .write, delete),
        ]
    }

    @Sendable private func add(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let kept = try await library.host(try await request.plainDocument())
        return NGSILDAnswer.created(at: NGSILDPath.context(kept.localID))
    }

    @Sendable private func list(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let hasDetails = try request.flag("details")
        let kept = try await library.list(try Self.kind(request.parameter("kind")))
        let address = request.address
        return NGSILDAnswer.plain(
            .array(
                kept.map { context in
                    hasDetails
                        ? Self.details(context, address) : .string(Self.url(context, address))
                }), status: .ok)
    }

    private static func kind(_ word: String?) throws(Problem) -> KeptContext.Kind? {
        guard let word else { return nil }
        guard let kind = KeptContext.Kind.allCases.first(where: { $0.word == word }) else {
            throw .badRequest("kind is Hosted, Cached or ImplicitlyCreated", at: "kind")
        }
        return kind
    }

    @Sendable private func serve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.pathText("id")
        let hasDetails = try request.flag("details")
        if library.isCore(id) {
            guard hasDetails else { throw Self.notServed(id) }
            return NGSILDAnswer.plain(
                [
                    "URL": .string(id), "localId": .string(KeptContext.coreLocalID),
                    "kind": .string(KeptContext.Kind.cached.word),
                    "createdAt": .string(Timestamp(microseconds: 0).iso8601),
                ], status: .ok)
        }
        guard let kept = try await library.serve(id) else { throw Self.notFound(id) }
        if hasDetails {
            return NGSILDAnswer.plain(Self.details(kept, request.address), status: .ok)
        }
        guard kept.kind != .cached else { throw Self.notServed(id) }
        return NGSILDAnswer.plain(["@context": kept.body], status: .ok)
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.pathText("id")
        let isReload = try request.flag("reload")
        if library.isCore(id) {
            // It is part of the program: there is nothing newer to load.
            if isReload { return NGSILDAnswer.noContent }
            throw Problem.badRequest("the core @context cannot be deleted", at: "contextId")
        }
        if isReload {
            try await library.reload(id)
        } else if try await !library.delete(id) {
            throw Self.notFound(id)
        }
        return NGSILDAnswer.noContent
    }

    // MARK: - Words

    private static func url(_ context: KeptContext, _ address: String) -> String {
        context.url ?? address + NGSILDPath.context(context.localID)
    }

    private static func details(_ context: KeptContext, _ address: String) -> JSONValue {
        var object = JSONObject([
            ("URL", .string(url(context, address))),
            ("localId", .string(context.localID)),
            ("kind", .string(context.kind.word)),
            ("createdAt", .string(context.createdAt.iso8601)),
        ])
        if let used = context.lastUsedAt { object.append("lastUsage", .string(used.iso8601)) }
        object.append("numberOfHits", .integer(Int64(context.hits)))
        return .object(object)
    }

    private static func notFound(_ id: String) -> Problem {
        Problem(
            .notFound, title: "The @context is not known",
            detail: "No @context \"\(id.prefix(200))\" is kept here.")
    }

    /// A cached document is its publisher's to serve.
    private static func notServed(_ id: String) -> Problem {
        Problem(
            .notSupported, title: "This @context is not served here",
            detail: "\(id.prefix(200)) is a copy of a document that lies elsewhere.",
            remedy: "Fetch it from its URL, or ask with details=true.")
    }
}
