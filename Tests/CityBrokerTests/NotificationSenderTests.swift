import CityBroker
import CityKernel
import CityStore
import CityTesting
import HTTPTypes
import Logging
import Testing

@Suite("知らせの配達", .timeLimit(.minutes(5)))
struct NotificationSenderTests {
    private static let lamp = EntityID(type: "Lamp", name: "1")

    private func subscribe(
        _ broker: Broker, to uri: String, id: String = "urn:x:1", endpoint: String = "",
        more: String = ""
    ) async throws {
        let text = """
            {"type":"Subscription","entities":[{"type":"Lamp"}]\(more),
             "notification":{"endpoint":{"uri":"\(uri)"\(endpoint)}}}
            """
        try await broker.subscribe(
            try SubscriptionCodec().subscription(
                try JSONValue(parsing: text), id: id, now: broker.now))
    }

    private func setBrightness(_ broker: Broker, _ values: ClosedRange<Int64>) async throws {
        for value in values {
            try await broker.apply(
                [Fact(Self.lamp, type: "Lamp", "brightness", .property(.integer(value)))],
                source: "test")
        }
    }

    private func delivering(
        _ broker: Broker, policy: OutboxPolicy = OutboxPolicy(),
        _ body: () async throws -> Void
    ) async throws {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        let dispatcher = OutboxDispatcher(
            store: broker.store,
            receivers: [
                NotificationSender(
                    broker: broker,
                    carriers: [HTTPNotificationCarrier(.publicOnly.openToLoopback())])
            ],
            policy: policy, owner: "処理", clock: SystemClock(), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// The subscription once it has counted so many attempts.
    private func counted(
        _ broker: Broker, _ id: String = "urn:x:1", sent: Int
    ) async throws -> StoredSubscription {
        try await found("\(sent) attempts") {
            let stored = try #require(try await broker.subscription(id))
            return stored.timesSent >= sent ? stored : nil
        }
    }

    @Test("知らせは書いた順に、購読の言うヘッダーで届き、数えられる", arguments: TestEngine.available)
    func delivers(engine: TestEngine) async throws {
        let subscriber = FakeSubscriber()
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                try await subscribe(
                    broker, to: address + "/notify",
                    endpoint: #","receiverInfo":[{"key":"X-City","value":"hitoyoshi"}]"#)
                try await delivering(broker) {
                    try await setBrightness(broker, 1...20)
                    await subscriber.parcels.reached(20)
                    let stored = try await counted(broker, sent: 20)
                    #expect(stored.timesFailed == 0 && !stored.isFailing)
                    #expect(stored.lastSuccess != nil)
                }
            }
        }
        let parcels = subscriber.parcels.elements
        #expect(
            parcels.map { $0.body["data"]?[0]?["brightness"]?["value"]?.integer }
                == (1...20).map { $0 })
        #expect(Set(parcels.compactMap(\.id)).count == 20)
        let first = try #require(parcels.first)
        #expect(first.path == "/notify" && first.body["type"] == "Notification")
        #expect(first.body["subscriptionId"] == "urn:x:1" && first.body["notifiedAt"] != nil)
        #expect(first.headers[HTTPField.Name("X-City")!] == "hitoyoshi")
        #expect(first.headers[HTTPField.Name("Link")!]?.contains("json-ld#context") == true)
        #expect(first.headers[.contentType] == "application/json")
    }

    @Test("断られた知らせは同じ番号でもう一度届き、失敗が数えられる", arguments: TestEngine.available)
    func retries(engine: TestEngine) async throws {
        let answers = Recorder<Bool>()
        let subscriber = FakeSubscriber { _ in
            answers.record(true)
            return answers.elements.count == 1 ? .serviceUnavailable : .ok
        }
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                var policy = OutboxPolicy()
                policy.backoffFirst = .milliseconds(10)
                try await subscribe(broker, to: address)
                try await delivering(broker, policy: policy) {
                    try await setBrightness(broker, 1...2)
                    await subscriber.parcels.reached(3)
                    let stored = try await counted(broker, sent: 3)
                    #expect(stored.timesFailed == 1 && !stored.isFailing)
                }
            }
        }
        let parcels = subscriber.parcels.elements
        #expect(parcels[0].id == parcels[1].id && parcels[1].id != parcels[2].id)
        #expect(parcels[0].body == parcels[1].body)
    }

    @Test("拒まれた知らせは死文になり、次の知らせが届く", arguments: TestEngine.available)
    func refusals(engine: TestEngine) async throws {
        let subscriber = FakeSubscriber { parcel in
            parcel.body["data"]?[0]?["brightness"]?["value"] == 1 ? .gone : .ok
        }
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                try await subscribe(broker, to: address)
                try await delivering(broker) {
                    try await setBrightness(broker, 1...2)
                    await subscriber.parcels.reached(2)
                    _ = try await counted(broker, sent: 2)
                }
                let letters = try await broker.store.read { try Outbox.listDeadLetters(in: $0) }
                #expect(letters.map(\.receiver) == ["urn:x:1"])
                #expect(letters.map(\.idempotencyKey) == [subscriber.parcels.elements[0].id])
            }
        }
    }

    @Test("黙った受け手も、いない受け手も、ほかの受け手を待たせない", arguments: TestEngine.available)
    func isolation(engine: TestEngine) async throws {
        let subscriber = FakeSubscriber { parcel in
            if parcel.path == "/silent" {
                for await _ in AsyncStream<Void>.makeStream().stream {}
            }
            return .ok
        }
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                for number in 0..<30 {
                    try await subscribe(
                        broker, to: address + "/silent", id: "urn:x:silent:\(number)")
                    try await subscribe(
                        broker, to: "http://127.0.0.1:1/", id: "urn:x:dead:\(number)")
                }
                try await subscribe(broker, to: address + "/quick", id: "urn:x:quick")
                try await delivering(broker) {
                    try await setBrightness(broker, 1...10)
                    let stored = try await counted(broker, "urn:x:quick", sent: 10)
                    #expect(stored.timesFailed == 0)
                }
            }
        }
    }

    @Test("消された購読には、待っていた知らせも届かない", arguments: TestEngine.available)
    func deleted(engine: TestEngine) async throws {
        let subscriber = FakeSubscriber()
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                try await subscribe(broker, to: address + "/gone", id: "urn:x:1")
                try await subscribe(broker, to: address + "/kept", id: "urn:x:2")
                try await setBrightness(broker, 1...1)
                try await broker.unsubscribe("urn:x:1")
                try await delivering(broker) {
                    await subscriber.parcels.reached(1)
                    _ = try await counted(broker, "urn:x:2", sent: 1)
                    try await until("an empty outbox") {
                        try await broker.store.read { try Outbox.counts(in: $0).waiting } == 0
                    }
                }
            }
        }
        #expect(subscriber.parcels.elements.map(\.path) == ["/kept"])
    }

    @Test("市の網の中の受け手には届けない", arguments: TestEngine.available)
    func privateNetworks(engine: TestEngine) async throws {
        let subscriber = FakeSubscriber()
        try await TestBroker.with(engine) { broker in
            try await subscriber.serving { address in
                try await subscribe(broker, to: address)
                var logger = Logger(label: "city.test")
                logger.logLevel = .critical
                let sender = NotificationSender(
                    broker: broker, carriers: [HTTPNotificationCarrier(.publicOnly)])
                let dispatcher = OutboxDispatcher(
                    store: broker.store, receivers: [sender], owner: "処理",
                    clock: SystemClock(), logger: logger)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await dispatcher.run() }
                    try await setBrightness(broker, 1...1)
                    let stored = try await counted(broker, sent: 1)
                    #expect(stored.isFailing)
                    group.cancelAll()
                }
                let letters = try await broker.store.read { try Outbox.listDeadLetters(in: $0) }
                #expect(letters.count == 1)
            }
        }
        #expect(subscriber.parcels.elements.isEmpty)
    }
}
