package import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers the queries of snapshots that wait for it, here and at sources (§5.16.1.4).
package struct SnapshotFiller: Sendable {
    private let federation: Federation

    package init(federation: Federation) {
        self.federation = federation
    }

    /// Fills every snapshot that waits; safe in several processes at once.
    package func run() async throws {
        while let snapshot = try await federation.broker.takeWaitingSnapshot() {
            try await fill(snapshot)
        }
    }

    private func fill(_ snapshot: Snapshot) async throws {
        var found: [EntityID: Entity] = [:]
        var outcomes: [Snapshot.Outcome] = []
        for query in snapshot.queries {
            do {
                let entities = try await entities(query)
                for entity in entities { found[entity.id] = found[entity.id] ?? entity }
                guard found.count <= Snapshot.entitiesMax else {
                    throw SnapshotError.tooManyEntities
                }
                outcomes.append(.init(entities.isEmpty ? .empty : .success))
            } catch let error as any ProblemConvertible {
                outcomes.append(.init(.failure, error.problem))
            } catch let problem as Problem {
                outcomes.append(.init(.failure, problem))
            }
        }
        let kept = found.values.sorted { $0.id < $1.id }.prefix(Snapshot.entitiesMax)
        try await federation.broker.fill(snapshot.id, with: Array(kept), outcomes)
    }

    private func entities(_ query: JSONValue) async throws -> [Entity] {
        let broker = federation.broker
        guard
            let door = BatchDoors(broker: broker).doors.first(where: {
                $0.path == "entityOperations/query"
            })
        else { preconditionFailure("entities can be queried by a document") }
        let request = await Self.request(query, broker.contexts)
        let isLocal = query["local"] == true
        let registrations = isLocal ? [] : try await broker.registrations()
        return try await QueryDistribution(federation: federation, door: door)
            .found(request, registrations, limit: Snapshot.entitiesMax + 1).entities
    }

    /// The query as if it came from outside.
    private static func request(
        _ query: JSONValue, _ library: ContextLibrary
    ) async -> NGSILDRequest {
        var head = HTTPRequest(
            method: .post, scheme: nil, authority: nil,
            path: NGSILDPath.root + "/entityOperations/query")
        head.headerFields[.contentType] =
            query["@context"] == nil ? "application/json" : "application/ld+json"
        return await NGSILDRequest(
            Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: query.bytes))),
            path: .init(), library)
    }
}
