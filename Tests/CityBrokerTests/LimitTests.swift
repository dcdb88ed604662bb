import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityBroker

/// Every list that strangers can make longer has an end, and reaching it is an answer.
@Suite("数の限り", .timeLimit(.minutes(3)))
struct LimitTests {
    /// Rows that nobody has to read, as many as there may be.
    private func fill(
        _ broker: Broker, _ count: Int, _ table: String, _ columns: String, _ values: String
    ) async throws {
        try await broker.store.write { transaction in
            _ = try transaction.execute(
                """
                INSERT INTO \(table) (\(columns))
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                SELECT \(values) FROM n
                """)
        }
    }

    private func registration(_ endpoint: String, id: String = "urn:x:1") throws -> Registration {
        let document: JSONValue = [
            "type": "ContextSourceRegistration", "endpoint": .string(endpoint),
            "information": [["entities": [["type": "Lamp"]]]],
        ]
        return try RegistrationCodec().registration(document, id: id, now: TestStores.morning)
    }

    @Test("購読は決めた数までで、一つ消せばまた作れる", arguments: TestEngine.available)
    func subscriptions(engine: TestEngine) async throws {
        try await TestBroker.with(engine) { broker in
            let subscription = try SubscriptionCodec().subscription(
                try JSONValue(
                    parsing: """
                        {"type":"Subscription","entities":[{"type":"Lamp"}],
                         "notification":{"endpoint":{"uri":"http://example.org/"}}}
                        """), id: "urn:x:new", now: broker.now)
            try await fill(
                broker, Broker.subscriptionsKeptMax, "broker_subscription",
                "id, document, created_at, modified_at", "'urn:x:' || i, '{}', 0, 0")
            await #expect(
                throws: BrokerError.tooManySubscriptions(countMax: Broker.subscriptionsKeptMax)
            ) { try await broker.subscribe(subscription) }
            try await broker.unsubscribe("urn:x:1")
            try await broker.subscribe(subscription)
        }
    }

    @Test("登録は決めた数まで", arguments: TestEngine.available)
    func registrations(engine: TestEngine) async throws {
        try await TestBroker.with(engine) { broker in
            try await fill(
                broker, Broker.registrationsMax, "broker_registration",
                "id, document, created_at, modified_at", "'urn:y:' || i, '{}', 0, 0")
            await #expect(
                throws: RegistrationError.tooMany(countMax: Broker.registrationsMax)
            ) { try await broker.register(try registration("http://127.0.0.1:1/")) }
        }
    }

    @Test("実体の控えは、数にも長さにも限りがあり、期限が過ぎれば場所があく", arguments: TestEngine.available)
    func entityMaps(engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBroker.with(engine, clock: clock) { broker in
            let long = (0...EntityMap.entitiesMax).map {
                (EntityID(type: "Lamp", name: "\($0)"), ["@none"])
            }
            await #expect(throws: EntityMapError.tooManyEntities) {
                try await broker.keepEntityMap(
                    Dictionary(uniqueKeysWithValues: long), lifetime: nil)
            }
            let end = (clock.now + .minutes(1)).microseconds
            try await fill(
                broker, EntityMap.mapsMax, "broker_entity_map", "id, expires_at, holders",
                "'urn:z:' || i, \(end), '{}'")
            await #expect(throws: EntityMapError.tooManyMaps) {
                try await broker.keepEntityMap([:], lifetime: nil)
            }
            clock.advance(by: .minutes(1))
            _ = try await broker.keepEntityMap([:], lifetime: nil)
        }
    }

    @Test("テナントは決めた数までで、あるものは使える")
    func tenants() async throws {
        try await TestBroker.with { broker in
            let directory = TenantDirectory(home: broker) { _, _ in broker }
            for number in 1...TenantDirectory.countMax {
                _ = try await directory.findOrMake("ward\(number)")
            }
            let problem = await #expect(throws: Problem.self) {
                try await directory.findOrMake("one-more")
            }
            #expect(problem?.kind == .tooManyResults)
            #expect(try await directory.find("one-more") == nil)
            _ = try await directory.findOrMake("ward7")
            let tooLong = String(repeating: "w", count: TenantDirectory.nameLengthMax + 1)
            #expect(throws: Problem.self) { try TenantDirectory.check(tooLong) }
        }
    }

    @Test("文脈は決めた数までで、写しが先に場所をゆずる")
    func contexts() async throws {
        let server = FakeWebServer()
        server.answerWith(.init(body: Array(#"{"@context":{"a":"https://x.org/a"}}"#.utf8)))
        try await server.serving { address in
            try await TestBroker.with(outbound: .publicOnly.openToLoopback()) {
                (broker: Broker) async throws in
                let library = broker.contexts
                _ = try await library.resolve(url: address + "/copy.jsonld")
                for number in 1..<ContextLibrary.countMax {
                    _ = try await library.host(["@context": ["a\(number)": "https://x.org/a"]])
                }
                #expect(try await library.list(.cached).count == 1)
                let document: JSONValue = ["@context": ["b": "https://x.org/b"]]
                _ = try await library.host(document)
                #expect(try await library.list(.cached).isEmpty)
                let problem = await #expect(throws: Problem.self) {
                    try await library.host(document)
                }
                #expect(problem?.kind == .tooLarge)
                #expect(try await library.list(nil).count == ContextLibrary.countMax)
            }
        }
    }

    @Test("同時に取りに行く文脈は決めた数までで、次は待たせずに断る")
    func fetches() async throws {
        let server = FakeWebServer()
        let valve = AsyncStream.makeStream(of: Void.self)
        server.answerWith(
            .init(body: Array(#"{"@context":{}}"#.utf8), wait: { for await _ in valve.stream {} }))
        try await server.serving { address in
            let most = ContextFetcher.concurrentMax
            let fetcher = ContextFetcher(
                OutboundClient(.publicOnly.openToLoopback(), connectionsPerHostMax: most))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<most {
                    group.addTask { _ = try await fetcher.context(at: "\(address)/\(number)") }
                }
                try await until("all of them are asked") { server.requests.count == most }
                let problem = await #expect(throws: Problem.self) {
                    try await fetcher.context(at: address + "/more")
                }
                #expect(problem?.kind == .contextUnavailable)
                #expect(server.requests.count == most)
                valve.continuation.finish()
                try await group.waitForAll()
            }
            _ = try await fetcher.context(at: address + "/again")
        }
    }

    @Test("情報源の長すぎる返事は読みきらず、その情報源を休ませもしない")
    func replies() async throws {
        let server = FakeWebServer()
        let long = [UInt8](repeating: UInt8(ascii: " "), count: SourceClient.replyBytesMax + 1)
        server.answerWith(.init(body: long))
        try await server.serving { address in
            let client = SourceClient(client: OutboundClient(.publicOnly.openToLoopback()))
            let request = SourceRequest(try registration(address), .get, "/ngsi-ld/v1/types")
            for _ in 0...CooldownBook.failuresMax {
                let outcome = await client.send([request], clock: SystemClock())[0]
                guard case .failure(.replyTooLarge) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
            }
            server.answerWith(.init(body: Array("[]".utf8)))
            let outcome = await client.send([request], clock: SystemClock())[0]
            guard case .success = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test("答えない情報源は決めた回数のあと休ませ、やがてまた尋ねる")
    func cooldown() async throws {
        let clock = ManualClock(TestStores.morning)
        let client = SourceClient(client: OutboundClient(.publicOnly.openToLoopback()))
        let request = SourceRequest(
            try registration("http://127.0.0.1:\(try FreePort.tcp())/"), .get, "/ngsi-ld/v1/types")
        func ask() async -> SourceFailure? {
            guard case .failure(let why) = await client.send([request], clock: clock)[0] else {
                return nil
            }
            return why
        }
        for _ in 0..<CooldownBook.failuresMax { #expect(await ask() == .unreachable) }
        #expect(await ask() == .coolingDown)
        clock.advance(by: CooldownBook.durationDefault)
        #expect(await ask() == .unreachable)
    }

    @Test("休ませている情報源の控えにも限りがあり、古いものから忘れる")
    func cooldownBook() throws {
        let book = CooldownBook()
        let now = TestStores.morning
        var source = try registration("http://127.0.0.1:1/")
        source.management.cooldown = .minutes(5)
        for number in 0...CooldownBook.sourcesMax {
            source.id = "urn:x:\(number)"
            book.noteFailure(source, .unreachable, at: now + .milliseconds(number))
        }
        #expect(book.isCoolingDown(source, at: now + .minutes(1)))
        source.id = "urn:x:0"
        #expect(!book.isCoolingDown(source, at: now + .minutes(1)))
        source.id = "urn:x:1"
        #expect(book.isCoolingDown(source, at: now + .minutes(1)))
    }
}
