import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("情報源の登録")
struct RegistrationTests {
    private func registration(
        _ text: String, id: String = "urn:x:source"
    ) throws -> Registration {
        try RegistrationCodec().registration(
            try JSONValue(parsing: text), id: id, now: TestStores.morning)
    }

    private static func document(
        mode: String = "inclusive", entities: String = #"{"type":"Lamp"}"#,
        rest: String = ""
    ) -> String {
        """
        {"type":"ContextSourceRegistration","endpoint":"http://127.0.0.1:1/","mode":"\(mode)",
         "information":[{"entities":[\(entities)]\(rest)}]}
        """
    }

    private static let lampByID = #"{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp"}"#
    private static let brightness = #","propertyNames":["brightness"]"#

    @Test("登録した文書はそのまま読み戻せる", arguments: TestEngine.available)
    func roundTrip(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let text = """
                {"id":"urn:x:1","type":"ContextSourceRegistration",
                 "endpoint":"http://127.0.0.1:1/","sourceType":"sensor",
                 "information":[{"entities":[{"type":"Lamp"}],"propertyNames":["brightness"]}],
                 "contextSourceInfo":[{"key":"X-Town","value":"kuma"}]}
                """
            try await broker.register(try registration(text))
            let stored = try #require(try await broker.registration("urn:x:1"))
            var expected = try #require(try JSONValue(parsing: text).object)
            expected["mode"] = "inclusive"
            expected["operations"] = ["federationOps"]
            #expect(RegistrationCodec().json(stored) == .object(expected))
            #expect(try await broker.registrations().count == 1)
            try await broker.unregister("urn:x:1")
            #expect(try await broker.registrations().isEmpty)
        }
    }

    @Test(
        "読めない登録は断る",
        arguments: [
            #"[]"#, #"{"type":"Lamp"}"#,
            #"{"type":"ContextSourceRegistration","endpoint":"http://x:1","information":null}"#,
            #"{"type":"ContextSourceRegistration","endpoint":"ftp://x","information":[{"#
                + #""entities":[{"type":"Lamp"}]}]}"#,
            document(mode: "sometimes"), document(entities: #"{"id":"x"}"#),
            document(entities: #"{"idPattern":"["}"#),
            document(mode: "exclusive"), document(mode: "exclusive", entities: lampByID),
            document(mode: "exclusive", rest: brightness),
        ])
    func refusals(text: String) {
        #expect(throws: Problem.self) { try registration(text) }
    }

    @Test(
        "管理と情報源の項目は型を確かめる",
        arguments: [
            #""management":{"timeout":-1}"#, #""management":{"cooldown":0}"#,
            #""management":{"cacheDuration":"soon"}"#, #""management":{"localOnly":"yes"}"#,
            #""contextSourceInfo":[{"key":"X","value":1}]"#, #""operations":["fly"]"#,
            #""mode":"auxiliary","operations":["updateEntity"]"#,
            #""expiresAt":"2000-01-01T00:00:00Z""#,
            #""observationInterval":{"endAt":"2020-01-01T00:00:00Z"}"#,
        ])
    func memberRefusals(member: String) {
        let text = """
            {"type":"ContextSourceRegistration","endpoint":"http://127.0.0.1:1",\(member),
             "information":[{"entities":[{"type":"Lamp"}]}]}
            """
        #expect(throws: Problem.self) { try registration(text) }
    }

    @Test("専有の登録は、同じ属性のほかの登録と町の実体を拒む", arguments: TestEngine.available)
    func conflicts(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let exclusive = Self.document(
                mode: "exclusive", entities: Self.lampByID, rest: Self.brightness)
            try await broker.register(try registration(exclusive, id: "urn:x:1"))
            let redirect = Self.document(mode: "redirect", entities: Self.lampByID)
            for (text, id) in [(exclusive, "urn:x:2"), (redirect, "urn:x:3")] {
                await #expect(throws: RegistrationError.ownedByAnother("urn:x:1")) {
                    try await broker.register(try registration(text, id: id))
                }
            }
            try await broker.register(
                try registration(Self.document(entities: Self.lampByID), id: "urn:x:4"))
            let lamp = Town.lamp("2", brightness: 5)
            try await broker.create(lamp, source: "test")
            await #expect(throws: RegistrationError.heldByCity(lamp.id)) {
                let all = Self.document(
                    mode: "redirect", entities: #"{"type":"Lamp","idPattern":"Lamp:2$"}"#)
                try await broker.register(try registration(all, id: "urn:x:5"))
            }
        }
    }

    @Test("期限の来た登録は、なくなったものと答え、片付けられる", arguments: TestEngine.available)
    func expiry(engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBrokers.with(engine, clock: clock) { broker in
            let text = """
                {"type":"ContextSourceRegistration","endpoint":"http://127.0.0.1:1",
                 "expiresAt":"\((TestStores.morning + .seconds(60)).iso8601)",
                 "information":[{"entities":[{"type":"Lamp"}]}]}
                """
            try await broker.register(try registration(text, id: "urn:x:1"))
            try await broker.register(try registration(Self.document(), id: "urn:x:2"))
            try await broker.endRegistrations()
            #expect(try await broker.registrations().count == 2)
            clock.advance(by: .seconds(61))
            #expect(try await broker.registrations().map(\.registration.id) == ["urn:x:2"])
            #expect(try await broker.registration("urn:x:1") == nil)
            try await broker.endRegistrations()
            await #expect(throws: RegistrationError.notFound("urn:x:1")) {
                try await broker.unregister("urn:x:1")
            }
        }
    }

    @Test("一つの部分だけを書き換え、null で消す", arguments: TestEngine.available)
    func patch(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.register(
                try registration(Self.document(rest: #","description":"x""#), id: "urn:x:1"))
            let patch = try #require(
                try JSONValue(parsing: #"{"endpoint":"http://127.0.0.1:2","expiresAt":null}"#)
                    .object)
            try await broker.updateRegistration("urn:x:1", with: patch, .core)
            let stored = try #require(try await broker.registration("urn:x:1"))
            #expect(stored.registration.endpoint == "http://127.0.0.1:2")
            let broken = try #require(try JSONValue(parsing: #"{"information":null}"#).object)
            await #expect(throws: Problem.self) {
                try await broker.updateRegistration("urn:x:1", with: broken, .core)
            }
            await #expect(throws: RegistrationError.notFound("urn:x:9")) {
                try await broker.updateRegistration("urn:x:9", with: patch, .core)
            }
        }
    }
}
