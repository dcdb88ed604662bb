import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/snapshots` (§6.36 to §6.38): answers that stay as they were.
struct SnapshotDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "snapshots", .write, create),
            NGSILDDoor(.delete, "snapshots", .write, purge),
            NGSILDDoor(.get, "snapshots/{id}", .read, retrieve),
            NGSILDDoor(.patch, "snapshots/{id}", .write, update),
            NGSILDDoor(.delete, "snapshots/{id}", .write, delete),
            NGSILDDoor(.post, "snapshots/{id}/clone", .write, clone),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let input = try SnapshotInput(
            document.json, ["snapshotQueries", "snapshotPriority", "snapshotLifetime"])
        guard let queries = document.json["snapshotQueries"]?.array,
            (1...Snapshot.queriesMax).contains(queries.count)
        else {
            throw Problem.badRequest(
                "snapshotQueries is a list of 1 to \(Snapshot.queriesMax) queries",
                at: "/snapshotQueries")
        }
        var kept: [JSONValue] = []
        for query in queries {
            // What would be refused later is refused now.
            _ = try QueryView(request, .init(json: query, context: document.context))
            guard var object = query.object else { continue }
            object["@context"] = document.context.source
            kept.append(.object(object))
        }
        let snapshot = input.snapshot(broker, kept)
        try await broker.keep(snapshot)
        return NGSILDAnswer.created(at: NGSILDPath.snapshot(snapshot.id))
    }

    @Sendable private func clone(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let input = try SnapshotInput(document.json, ["snapshotPriority", "snapshotLifetime"])
        let clone = input.snapshot(broker, [])
        try await broker.clone(try request.uri("id"), as: clone)
        return NGSILDAnswer.created(at: NGSILDPath.snapshot(clone.id))
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try answer(request, try await broker.snapshot(try request.uri("id")))
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let document = try await request.document()
        let input = try SnapshotInput(
            document.json, ["snapshotPriority", "snapshotLifetime"], isPatch: true)
        let now = broker.now
        let snapshot = try await broker.changeSnapshot(id) { snapshot in
            if let priority = input.priority { snapshot.priority = priority }
            if let lifetime = input.lifetime { snapshot.expiresAt = now + lifetime }
        }
        return try answer(request, snapshot)
    }

    private func answer(
        _ request: NGSILDRequest, _ snapshot: Snapshot
    ) throws(Problem) -> Response {
        try NGSILDAnswer(to: request.request, under: try request.linkedContext())
            .document(snapshot.json)
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.deleteSnapshot(try request.uri("id"))
        return NGSILDAnswer.noContent
    }

    @Sendable private func purge(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        guard let text = request.filled("q") else {
            throw Problem.badRequest(
                "a purge of snapshots needs q", at: "q",
                remedy: "Add for example q=snapshotPriority<5.")
        }
        try await broker.purgeSnapshots(try QueryParser.parse(text, .core))
        return NGSILDAnswer.noContent
    }
}

/// What somebody says of a snapshot (§5.2.41).
private struct SnapshotInput {
    var id: String?
    var priority: Int64?
    var lifetime: Duration?

    /// - Parameter known: members that may stand there.
    init(_ json: JSONValue, _ known: Set<String>, isPatch: Bool = false) throws(Problem) {
        guard json["type"]?.string == "Snapshot" || isPatch && json["type"] == nil else {
            throw .badRequest("the type must be Snapshot", at: "/type")
        }
        let always: Set<String> = isPatch ? ["type", "@context"] : ["id", "type", "@context"]
        for (key, _) in json.object ?? JSONObject()
        where !known.contains(key) && !always.contains(key) {
            throw .badRequest(
                "\(key.prefix(80)) is not to be said of a snapshot here", at: "/" + key,
                remedy: "Leave it out.")
        }
        if let value = json["id"] {
            guard let text = value.string, EntityID.isURI(text) else {
                throw .badRequest("an id is an absolute URI", at: "/id")
            }
            id = text
        }
        if let value = json["snapshotPriority"] {
            guard let number = value.integer, Snapshot.priorities.contains(number) else {
                throw .badRequest(
                    "snapshotPriority is a whole number from 0 to 10", at: "/snapshotPriority")
            }
            priority = number
        }
        if let value = json["snapshotLifetime"] {
            guard let duration = value.string.flatMap(ISODuration.duration) else {
                throw .badRequest(
                    "snapshotLifetime is a duration such as PT1H", at: "/snapshotLifetime")
            }
            lifetime = duration
        }
    }

    func snapshot(_ broker: Broker, _ queries: [JSONValue]) -> Snapshot {
        Snapshot(
            id: id ?? "urn:ngsi-ld:Snapshot:" + broker.nextToken(), queries: queries,
            priority: priority, lifetime: lifetime, now: broker.now)
    }
}

extension NGSILDPath {
    static func snapshot(_ id: String) -> String { "\(root)/snapshots/\(id)" }
}
