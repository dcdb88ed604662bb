import CityBroker
import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("写しの扉")
struct SnapshotDoorsTests {
    private static let root = "/ngsi-ld/v1"
    private static let header = HTTPField.Name("NGSILD-Snapshot")!

    private func visit(
        _ body: @Sendable (Broker, NGSILDVisitor) async throws -> Void
    ) async throws {
        try await TestBrokers.with { broker in
            try await Application(router: try Neighbour.router(broker)).test(.router) { client in
                try await body(broker, NGSILDVisitor(client: client))
            }
        }
    }

    private func lamp(_ number: Int, level: Int) -> String {
        #"{"id":"urn:ngsi-ld:Lamp:\#(number)","type":"Lamp","level":{"value":\#(level)}}"#
    }

    private func create(
        _ visitor: NGSILDVisitor, _ queries: String, _ more: String = ""
    ) async throws -> String {
        let made = try await visitor.send(
            .post, "\(Self.root)/snapshots",
            #"{"type":"Snapshot","snapshotQueries":[\#(queries)]\#(more)}"#)
        #expect(made.status == .created)
        return try #require(made.headers[.location])
    }

    private static let bright = """
        {"type":"Query","entities":[{"type":"Lamp"}],"q":"level>10"}
        """

    @Test("写しの中は、町が変わっても変わらない")
    func frozen() async throws {
        try await visit { broker, visitor in
            for (number, level) in [(1, 5), (2, 20), (3, 30)] {
                try await visitor.write(
                    .post, "\(Self.root)/entities", lamp(number, level: level))
            }
            let place = try await create(visitor, Self.bright)
            #expect(try await visitor.json(place)["snapshotStatus"] == "preparing")
            let id = try #require(try await visitor.json(place)["id"]?.string)
            let early = try await visitor.send(
                .get, "\(Self.root)/entities?type=Lamp", nil, [Self.header: id])
            try NGSILDVisitor.expectProblem(early, 409, "Conflict")
            try await SnapshotFiller(federation: Federation(broker: broker)).run()
            #expect(try await visitor.json(place)["snapshotStatus"] == "success")
            try await visitor.write(
                .patch, "\(Self.root)/entities/urn:ngsi-ld:Lamp:2/attrs", #"{"level":{"value":1}}"#)
            try await visitor.write(.delete, "\(Self.root)/entities/urn:ngsi-ld:Lamp:3")
            let page = try await visitor.send(
                .get, "\(Self.root)/entities?type=Lamp&limit=1&count=true&options=keyValues", nil,
                [Self.header: id])
            #expect(page.headers[Self.header] == id)
            #expect(page.headers[HTTPField.Name("NGSILD-Results-Count")!] == "2")
            let list = try JSONValue(parsing: page.body.readableBytesView)
            #expect(list[0]?["level"] == 20)
            let found = try await visitor.send(
                .post, "\(Self.root)/entityOperations/query",
                #"{"type":"Query","entities":[{"type":"Lamp"}],"q":"level==30"}"#,
                [Self.header: id])
            #expect(try JSONValue(parsing: found.body.readableBytesView).array?.count == 1)
            let one = try await visitor.json(
                "\(Self.root)/entities/urn:ngsi-ld:Lamp:3", [Self.header: id])
            #expect(one["level"]?["value"] == 30)
            let changed = try await visitor.send(
                .delete, "\(Self.root)/entities/urn:ngsi-ld:Lamp:3", nil, [Self.header: id])
            try NGSILDVisitor.expectProblem(changed, 422, "OperationNotSupported")
        }
    }

    @Test("ほかの町の答えも写しに入る")
    func distributed() async throws {
        try await Neighbour.serving { neighbour, address in
            try await neighbour.create(
                Entity(
                    id: EntityID(type: "Lamp", name: "far"), types: ["Lamp"],
                    attributes: [NamedAttribute("level", Attribute(.property, 88))]),
                source: "test")
            try await visit { broker, visitor in
                try await visitor.write(
                    .post, "\(Self.root)/csourceRegistrations",
                    """
                    {"type":"ContextSourceRegistration","endpoint":"\(address)",
                     "operations":["queryEntity"],"information":[{"entities":[{"type":"Lamp"}]}]}
                    """)
                let place = try await create(visitor, Self.bright)
                let client = SourceClient(
                    client: OutboundClient(OutboundGuard.publicOnly.openToLoopback()))
                try await SnapshotFiller(
                    federation: Federation(broker: broker, client: client)
                ).run()
                let id = try #require(try await visitor.json(place)["id"]?.string)
                let list = try await visitor.json(
                    "\(Self.root)/entities?type=Lamp", [Self.header: id])
                #expect(list.array?.map { $0["id"] } == ["urn:ngsi-ld:Lamp:far"])
            }
        }
    }

    @Test(
        "読めない写しは断る",
        arguments: [
            #"{"type":"Snapshot"}"#, #"{"type":"Snapshot","snapshotQueries":[]}"#,
            #"{"type":"Picture","snapshotQueries":[{"type":"Query"}]}"#,
            #"{"type":"Snapshot","snapshotQueries":[{"type":"Query"}]}"#,
            #"{"type":"Snapshot","snapshotQueries":["#
                + #"{"type":"Query","entities":[{"type":"A"}],"temporalQ":{"timerel":"after"}}]}"#,
            #"{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"A"}]}],"#
                + #""snapshotPriority":11}"#,
            #"{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"A"}]}],"#
                + #""snapshotStatus":"success"}"#,
        ])
    func refusals(text: String) async throws {
        try await visit { _, visitor in
            let answer = try await visitor.send(.post, "\(Self.root)/snapshots", text)
            try NGSILDVisitor.expectProblem(answer, 400, "BadRequestData")
        }
    }

    @Test("優先度と期限を変え、複製し、条件で消す")
    func keeping() async throws {
        try await visit { broker, visitor in
            let place = try await create(visitor, Self.bright, #","snapshotLifetime":"PT2H""#)
            try await SnapshotFiller(federation: Federation(broker: broker)).run()
            let patched = try await visitor.send(.patch, place, #"{"snapshotPriority":2}"#)
            #expect(patched.status == .ok)
            let json = try JSONValue(parsing: patched.body.readableBytesView)
            #expect(json["snapshotPriority"] == 2)
            #expect(json["snapshotStatus"] == "empty")
            let fixed = try await visitor.send(.patch, place, #"{"snapshotQueries":[]}"#)
            try NGSILDVisitor.expectProblem(fixed, 400, "BadRequestData")
            let clone = try await visitor.send(
                .post, "\(place)/clone", #"{"type":"Snapshot","snapshotPriority":9}"#)
            #expect(clone.status == .created)
            for query in ["", "?q=level>5"] {
                let purge = try await visitor.send(.delete, "\(Self.root)/snapshots\(query)")
                try NGSILDVisitor.expectProblem(purge, 400, "BadRequestData")
            }
            try await visitor.write(.delete, "\(Self.root)/snapshots?q=snapshotPriority<5")
            #expect(try await visitor.send(.get, place).status == .notFound)
            let copy = try #require(clone.headers[.location])
            #expect(try await visitor.json(copy)["snapshotPriority"] == 9)
            try await visitor.write(.delete, copy)
            let unknown = try await visitor.send(
                .get, "\(Self.root)/entities?type=Lamp", nil, [Self.header: "urn:x:none"])
            try NGSILDVisitor.expectProblem(unknown, 404, "ResourceNotFound")
        }
    }
}
