import CityBroker
import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("ほかの町と分け合う操作")
struct DistributionTests {
    private static let entities = "/ngsi-ld/v1/entities"
    private static let lamp = EntityID(type: "Lamp", name: "1")
    private static let warning = HTTPField.Name("NGSILD-Warning")!
    private static let via = HTTPField.Name("Via")!

    private func lamp(_ name: String, _ attributes: [NamedAttribute]) -> Entity {
        Entity(id: EntityID(type: "Lamp", name: name), types: ["Lamp"], attributes: attributes)
    }

    private func register(
        _ broker: Broker, at endpoint: String, mode: String = "inclusive",
        entities: JSONValue = [["type": "Lamp"]], operations: JSONValue = ["redirectionOps"],
        more: JSONObject = JSONObject()
    ) async throws {
        var document = JSONObject([
            ("type", "ContextSourceRegistration"), ("mode", .string(mode)),
            ("operations", operations), ("endpoint", .string(endpoint)),
            ("information", [["entities": entities]]),
        ])
        for (key, value) in more { document.append(key, value) }
        try await broker.register(
            try RegistrationCodec().registration(
                .object(document), id: "urn:x:" + broker.nextToken(), now: broker.now))
    }

    private func visit(
        _ broker: Broker, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Application(router: try Neighbour.router(broker)).test(.router) { client in
            try await body(client)
        }
    }

    private func json(_ answer: TestResponse) throws -> JSONValue {
        try JSONValue(parsing: answer.body.readableBytesView)
    }

    /// A city, its neighbour, and a client of the city.
    private func towns(
        _ body:
            @escaping @Sendable (Broker, Broker, String, any TestClientProtocol) async throws
            -> Void
    ) async throws {
        try await Neighbour.serving { neighbour, address in
            try await TestBrokers.with { broker in
                try await visit(broker) { try await body(broker, neighbour, address, $0) }
            }
        }
    }

    @Test("問いは隣の町の実体も答え、同じ実体は一つにまとまる")
    func query() async throws {
        try await towns { broker, neighbour, address, client in
            try await broker.create(
                lamp("1", [NamedAttribute("colour", .property("red"))]), source: "test")
            try await neighbour.create(
                lamp("1", [NamedAttribute("brightness", .property(5))]), source: "test")
            try await neighbour.create(
                lamp("2", [NamedAttribute("brightness", .property(7))]), source: "test")
            try await register(broker, at: address)
            let answer = try await client.execute(
                uri: "\(Self.entities)?type=Lamp&options=keyValues&count=true", method: .get)
            let expected: JSONValue = [
                ["id": .string(Self.lamp.text), "type": "Lamp", "colour": "red", "brightness": 5],
                ["id": "urn:ngsi-ld:Lamp:2", "type": "Lamp", "brightness": 7],
            ]
            #expect(try json(answer) == expected)
            #expect(answer.headers[HTTPField.Name("NGSILD-Results-Count")!] == "2")
            let local = try await client.execute(
                uri: "\(Self.entities)?type=Lamp&local=true", method: .get)
            #expect(try json(local).array?.count == 1)
        }
    }

    @Test("一つの実体も隣の町から読める")
    func retrieve() async throws {
        try await towns { broker, neighbour, address, client in
            try await neighbour.create(
                lamp("1", [NamedAttribute("brightness", .property(5))]), source: "test")
            try await register(broker, at: address)
            let answer = try await client.execute(
                uri: "\(Self.entities)/\(Self.lamp.text)", method: .get)
            #expect(try json(answer)["brightness"]?["value"] == 5)
            let unknown = try await client.execute(
                uri: "\(Self.entities)/urn:ngsi-ld:Lamp:9", method: .get)
            #expect(unknown.status == .notFound)
            #expect(unknown.headers[Self.warning] == nil)
        }
    }

    @Test("転送の登録があれば、変更は隣の町だけで起こる")
    func redirect() async throws {
        try await towns { broker, neighbour, address, client in
            try await register(broker, at: address, mode: "redirect")
            let made = try await client.execute(
                uri: Self.entities, method: .post, headers: [.contentType: "application/json"],
                body: ByteBuffer(
                    string: """
                        {"id":"\(Self.lamp.text)","type":"Lamp","brightness":{"value":5}}
                        """))
            #expect(made.status == .created)
            #expect(try await broker.entity(Self.lamp) == nil)
            #expect(try await neighbour.entity(Self.lamp)?["brightness"]?.value == 5)
            let patched = try await client.execute(
                uri: "\(Self.entities)/\(Self.lamp.text)/attrs", method: .patch,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: #"{"brightness":{"value":6}}"#))
            #expect(patched.status == .noContent)
            #expect(try await neighbour.entity(Self.lamp)?["brightness"]?.value == 6)
            let gone = try await client.execute(
                uri: "\(Self.entities)/\(Self.lamp.text)", method: .delete)
            #expect(gone.status == .noContent)
            #expect(try await neighbour.entity(Self.lamp) == nil)
        }
    }

    @Test("一括の変更は、情報源ごとに一つの一括になる")
    func batch() async throws {
        try await towns { broker, neighbour, address, client in
            try await register(
                broker, at: address, mode: "redirect",
                entities: [["type": "Lamp", "idPattern": "Lamp:1$"]],
                operations: ["managementOps"])
            let body = """
                [{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp","brightness":{"value":1}},
                 {"id":"urn:ngsi-ld:Lamp:2","type":"Lamp","brightness":{"value":2}}]
                """
            let answer = try await client.execute(
                uri: "/ngsi-ld/v1/entityOperations/create", method: .post,
                headers: [.contentType: "application/json"], body: ByteBuffer(string: body))
            #expect(answer.status == .created)
            #expect(try await neighbour.entity(Self.lamp) != nil)
            #expect(try await broker.entity(Self.lamp) == nil)
            #expect(try await broker.entity(EntityID(type: "Lamp", name: "2")) != nil)
            let again = try await client.execute(
                uri: "/ngsi-ld/v1/entityOperations/create", method: .post,
                headers: [.contentType: "application/json"], body: ByteBuffer(string: body))
            #expect(again.status.code == 207)
            #expect(try json(again)["errors"]?.array?.count == 2)
        }
    }

    @Test("止まっている隣の町は警告になり、町の答えは返る")
    func down() async throws {
        try await TestBrokers.with { broker in
            try await broker.create(
                lamp("1", [NamedAttribute("colour", .property("red"))]), source: "test")
            try await register(
                broker, at: "http://127.0.0.1:1",
                more: JSONObject([("management", ["timeout": 500])]))
            try await visit(broker) { client in
                let answer = try await client.execute(
                    uri: "\(Self.entities)?type=Lamp", method: .get)
                #expect(answer.status == .ok)
                #expect(try json(answer).array?.count == 1)
                #expect(answer.headers[Self.warning]?.hasPrefix("199 ") == true)
                let patched = try await client.execute(
                    uri: "\(Self.entities)/\(Self.lamp.text)/attrs", method: .post,
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: #"{"brightness":{"value":6}}"#))
                #expect(patched.status.code == 207)
                #expect(try await broker.entity(Self.lamp)?["brightness"]?.value == 6)
            }
        }
    }

    @Test("互いに登録した町は、問いを回し続けない")
    func circle() async throws {
        try await Neighbour.serving { first, firstAddress in
            try await Neighbour.serving { second, secondAddress in
                for (town, address) in [(first, secondAddress), (second, firstAddress)] {
                    // A busy machine may take long; the circle itself must not.
                    try await register(
                        town, at: address,
                        more: JSONObject([("management", ["timeout": 30_000])]))
                }
                try await second.create(
                    lamp("1", [NamedAttribute("brightness", .property(5))]), source: "test")
                try await visit(first) { client in
                    let answer = try await client.execute(
                        uri: "\(Self.entities)?type=Lamp", method: .get)
                    #expect(try json(answer).array?.count == 1)
                    #expect(answer.headers[Self.warning] == nil)
                }
            }
        }
    }

    @Test("転送の登録が自分に戻れば 508 と答える")
    func loop() async throws {
        try await towns { broker, _, address, client in
            try await register(broker, at: address, mode: "redirect")
            let identity = try await client.execute(
                uri: "/ngsi-ld/v1/info/sourceIdentity", method: .get)
            let alias = try #require(try json(identity)["contextSourceAlias"]?.string)
            let answer = try await client.execute(
                uri: "\(Self.entities)/\(Self.lamp.text)", method: .delete,
                headers: [Self.via: "1.1 other, 1.1 \(alias)"])
            #expect(answer.status.code == 508)
        }
    }

    @Test("登録の入口は作り、探し、直し、消す")
    func doors() async throws {
        try await TestBrokers.with { broker in
            try await visit(broker) { client in
                let root = "/ngsi-ld/v1/csourceRegistrations"
                let made = try await client.execute(
                    uri: root, method: .post, headers: [.contentType: "application/json"],
                    body: ByteBuffer(
                        string: """
                            {"type":"ContextSourceRegistration","endpoint":"http://127.0.0.1:1",
                             "information":[{"entities":[{"type":"Lamp"}]}]}
                            """))
                #expect(made.status == .created)
                let place = try #require(made.headers[.location])
                let found = try await client.execute(uri: "\(root)?type=Lamp", method: .get)
                #expect(try json(found).array?.count == 1)
                let other = try await client.execute(uri: "\(root)?type=Bench", method: .get)
                #expect(try json(other) == [])
                let everything = try await client.execute(uri: root, method: .get)
                #expect(everything.status == .badRequest)
                let gone = try await client.execute(uri: place, method: .delete)
                #expect(gone.status == .noContent)
                let missing = try await client.execute(uri: place, method: .get)
                #expect(missing.status == .notFound)
            }
        }
    }
}
