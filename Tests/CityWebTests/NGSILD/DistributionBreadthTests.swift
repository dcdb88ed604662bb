import CityBroker
import CityKernel
import CityTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("ほかの町と分け合う操作の広がり", .timeLimit(.minutes(5)))
struct DistributionBreadthTests {
    private static let root = "/ngsi-ld/v1"

    /// A town that has registered its neighbour, and a client of the town.
    private func towns(
        operations: [String], mode: String = "inclusive",
        _ body:
            @escaping @Sendable (Broker, Broker, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Neighbour.serving { there, address in
            try await TestBrokers.with { here in
                try await here.register(
                    try RegistrationCodec().registration(
                        [
                            "type": "ContextSourceRegistration", "mode": .string(mode),
                            "operations": .array(operations.map(JSONValue.string)),
                            "endpoint": .string(address),
                            // A busy machine may take long.
                            "management": ["timeout": 30_000],
                            "information": [["entities": [["type": "Lamp"]]]],
                        ], id: "urn:x:there", now: here.now))
                try await Application(router: try Neighbour.router(here)).test(.router) {
                    try await body(here, there, $0)
                }
            }
        }
    }

    private func lamp(_ name: String, _ attributes: [NamedAttribute]) -> Entity {
        Entity(id: EntityID(type: "Lamp", name: name), types: ["Lamp"], attributes: attributes)
    }

    private func get(_ client: any TestClientProtocol, _ path: String) async throws -> JSONValue {
        let answer = try await client.execute(uri: Self.root + path, method: .get)
        #expect(answer.status == .ok, "\(path): \(answer.status)")
        return try JSONValue(parsing: answer.body.readableBytesView)
    }

    private func reading(
        _ broker: Broker, _ value: Int64, at seconds: Int64
    ) async throws {
        let time = TestStores.morning + .seconds(seconds - 3_600)
        try await broker.apply(
            [
                Fact(
                    EntityID(type: "Lamp", name: "1"), type: "Lamp", "brightness",
                    .property(.integer(value), observedAt: time))
            ], source: "test")
    }

    @Test("過去は両方の町の値が時の順に並ぶ", arguments: ["", "&options=temporalValues"])
    func past(form: String) async throws {
        try await towns(operations: ["retrieveTemporal", "queryTemporal"]) { here, there, client in
            try await reading(here, 1, at: 10)
            try await reading(there, 2, at: 20)
            try await reading(here, 3, at: 30)
            let since = "timerel=after&timeAt=2020-01-01T00:00:00Z" + form
            let one = try await get(client, "/temporal/entities/urn:ngsi-ld:Lamp:1?\(since)")
            let many = try await get(client, "/temporal/entities?type=Lamp&\(since)")
            #expect(many.array?.count == 1)
            for entity in [one, many[0]] {
                let told = entity?["brightness"]
                let values =
                    form.isEmpty
                    ? told?.array?.compactMap { $0["value"]?.integer }
                    : told?["values"]?.array?.compactMap { $0[0]?.integer }
                #expect(values == [3, 2, 1])
            }
            let local = try await get(
                client, "/temporal/entities?type=Lamp&local=true&\(since)")
            let own = local[0]?["brightness"]
            #expect((own?["values"]?.array ?? own?.array)?.count == 2)
        }
    }

    @Test("隣の町だけが知る過去も読める。どちらも知らなければ404")
    func pastElsewhere() async throws {
        try await towns(operations: ["retrieveTemporal"]) { _, there, client in
            try await reading(there, 2, at: 20)
            let one = try await get(client, "/temporal/entities/urn:ngsi-ld:Lamp:1")
            #expect(one["brightness"] != nil)
            let none = try await client.execute(
                uri: "\(Self.root)/temporal/entities/urn:ngsi-ld:Lamp:9", method: .get)
            #expect(none.status == .notFound)
        }
    }

    @Test("型と属性の詳しい説明も、両方の町のものになる")
    func details() async throws {
        try await towns(operations: ["federationOps"]) { here, there, client in
            try await here.create(
                lamp("1", [NamedAttribute("colour", .property("red"))]), source: "test")
            try await there.create(
                lamp("2", [NamedAttribute("brightness", .property(5))]), source: "test")
            let types = try await get(client, "/types?details=true")
            #expect(types[0]?["attributeNames"] == ["brightness", "colour"])
            let type = try await get(client, "/types/Lamp")
            #expect(type["entityCount"] == 2)
            #expect(type["attributeDetails"]?.array?.count == 2)
            let attributes = try await get(client, "/attributes?details=true")
            #expect(attributes.array?.count == 2)
            let attribute = try await get(client, "/attributes/brightness")
            #expect(attribute["typeNames"] == ["Lamp"])
            let unknown = try await client.execute(
                uri: "\(Self.root)/types/Nothing", method: .get)
            #expect(unknown.status == .notFound)
        }
    }

    @Test("一括を受けない情報源には、実体を一つずつ渡す", arguments: ["", "?options=update"])
    func batchesApart(options: String) async throws {
        let operations = ["createEntity", "replaceEntity", "appendAttrs", "deleteEntity"]
        try await towns(operations: operations, mode: "redirect") { here, there, client in
            try await there.create(
                lamp("1", [NamedAttribute("colour", .property("red"))]), source: "test")
            let body = """
                [{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp","brightness":{"value":1}},
                 {"id":"urn:ngsi-ld:Lamp:2","type":"Lamp","brightness":{"value":2}}]
                """
            let answer = try await client.execute(
                uri: "\(Self.root)/entityOperations/upsert\(options)", method: .post,
                headers: [.contentType: "application/json"], body: ByteBuffer(string: body))
            #expect(answer.status == .created)
            let created = try JSONValue(parsing: answer.body.readableBytesView)
            #expect(created == ["urn:ngsi-ld:Lamp:2"])
            let first = try await there.entity(EntityID(type: "Lamp", name: "1"))
            #expect(first?["brightness"]?.value == 1)
            #expect((first?["colour"] != nil) == !options.isEmpty)
            #expect(try await here.entity(EntityID(type: "Lamp", name: "2")) == nil)
            let gone = try await client.execute(
                uri: "\(Self.root)/entityOperations/delete", method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: #"["urn:ngsi-ld:Lamp:2"]"#))
            #expect(gone.status == .noContent)
            #expect(try await there.entity(EntityID(type: "Lamp", name: "2")) == nil)
        }
    }

    @Test("千を超える実体も、ページを重ねて隣の町から読む")
    func manyEntities() async throws {
        try await towns(operations: ["retrieveOps"]) { _, there, client in
            try await there.apply(
                (0..<1_200).map { number in
                    Fact(
                        EntityID(type: "Lamp", name: String(10_000 + number)), type: "Lamp",
                        "brightness", .property(1))
                }, source: "test")
            let page = try await get(
                client, "/entities?type=Lamp&options=keyValues&limit=100&offset=1150")
            #expect(page.array?.count == 50)
            #expect(page[0]?["id"] == "urn:ngsi-ld:Lamp:11150")
        }
    }
}
