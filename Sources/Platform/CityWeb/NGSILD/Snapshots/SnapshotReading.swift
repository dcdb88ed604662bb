import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static var snapshot: HTTPField.Name { HTTPField.Name("NGSILD-Snapshot")! }
}

/// Answers from a snapshot instead of the city (§6.3.22). It can be read, not written.
struct SnapshotReading {
    let broker: Broker
    let id: String

    /// - Returns: `nil` for a request that names no snapshot.
    init?(_ request: NGSILDRequest, _ broker: Broker) {
        guard let id = request.request.headers[.snapshot], !id.isEmpty else { return nil }
        self.id = id
        self.broker = broker
    }

    func answer(_ door: NGSILDDoor, _ request: NGSILDRequest) async throws -> Response {
        var response =
            switch "\(door.method.rawValue) \(door.path)" {
            case "GET entities": try await query(request, nil)
            case "POST entityOperations/query":
                try await query(request, try await request.document())
            case "GET entities/{id}": try await retrieve(request)
            default: throw try await refusal()
            }
        response.headers[.snapshot] = id
        return response
    }

    private func query(
        _ request: NGSILDRequest, _ document: NGSILDRequest.Document?
    ) async throws -> Response {
        try refuseLinks(request.parameter("join") ?? document?.json["join"]?.string)
        let view = try QueryView(request, document)
        return try await view.answer(
            try await broker.entities(view.query, in: id), broker)
    }

    private func retrieve(_ request: NGSILDRequest) async throws -> Response {
        try refuseLinks(request.parameter("join"))
        let entityID = try request.entityID()
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        let form = try EntityForm(SelectionInput(request, context), request, context)
        let types = try request.typeSelection(context)
        guard let entity = try await broker.entity(entityID, in: id),
            types?.matches(entity.types) ?? true
        else { throw BrokerError.notFound(entityID) }
        return answer.document(try await form.document(of: entity, answer, broker))
    }

    /// Entities behind relationships are the city's, which are not frozen.
    private func refuseLinks(_ join: String?) throws(Problem) {
        guard join == nil || join == "@none" else {
            throw Self.notSupported("Entities of a snapshot are not joined with others.")
        }
    }

    private func refusal() async throws -> Problem {
        _ = try await broker.snapshot(id)
        return Self.notSupported("A snapshot answers queries and retrievals of entities only.")
    }

    private static func notSupported(_ detail: String) -> Problem {
        Problem(
            .notSupported, title: "A snapshot does not do this", detail: detail,
            remedy: "Leave the NGSILD-Snapshot header out to ask the city itself.")
    }
}
