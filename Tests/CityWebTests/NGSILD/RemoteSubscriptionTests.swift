import CityBroker
import CityKernel
import CityStore
import CityTesting
import CityWeb
import Logging
import Testing

@Suite("ほかの町へ渡す購読", .timeLimit(.minutes(5)))
struct RemoteSubscriptionTests {
    private static let lamp = EntityID(type: "Lamp", name: "1")

    private func delivering(
        _ brokers: [Broker], _ body: () async throws -> Void
    ) async throws {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        let dispatchers = brokers.map { broker in
            OutboxDispatcher(
                store: broker.store,
                receivers: [
                    NotificationSender(
                        broker: broker,
                        carriers: [HTTPNotificationCarrier(.publicOnly.openToLoopback())]),
                    SourceLetterSender(broker: broker),
                ], owner: "処理", clock: SystemClock(), logger: logger)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for dispatcher in dispatchers { group.addTask { try await dispatcher.run() } }
            try await body()
            group.cancelAll()
        }
    }

    /// Two towns that listen, and a subscriber of the first.
    private func towns(
        _ engine: TestEngine = .sqlite,
        _ body:
            @escaping @Sendable (_ here: Broker, _ there: Broker, _ subscriber: FakeSubscriber)
            async
            throws -> Void
    ) async throws {
        let subscriber = FakeSubscriber()
        try await Neighbour.serving(engine) { here, address in
            try await Neighbour.serving(engine) { there, remote in
                try await register(here, at: remote)
                try await subscriber.serving { receiver in
                    try await delivering([here, there]) {
                        try await subscribe(here, at: address, to: receiver + "/notify")
                        try await body(here, there, subscriber)
                    }
                }
            }
        }
    }

    private func register(_ broker: Broker, at endpoint: String) async throws {
        try await broker.register(
            try RegistrationCodec().registration(
                [
                    "type": "ContextSourceRegistration", "endpoint": .string(endpoint),
                    "information": [["entities": [["type": "Lamp"]]]],
                ], id: "urn:x:there", now: broker.now))
    }

    private func subscribe(
        _ broker: Broker, at address: String, to uri: String, more: String = ""
    ) async throws {
        let text = """
            {"type":"Subscription","entities":[{"type":"Lamp"}],"q":"brightness>5"\(more),
             "notification":{"format":"keyValues","endpoint":{"uri":"\(uri)"}}}
            """
        var subscription = try SubscriptionCodec().subscription(
            try JSONValue(parsing: text), id: "urn:x:1", now: broker.now)
        subscription.reach = SubscriptionReach(address: address, via: "1.1 here", tenant: nil)
        try await broker.subscribe(subscription)
    }

    private func remotes(_ there: Broker) async throws -> [StoredSubscription] {
        try await there.subscriptions(limit: 10, offset: 0).page
    }

    private func lamp(_ brightness: Int64) -> Entity {
        Entity(
            id: Self.lamp, types: ["Lamp"],
            attributes: [NamedAttribute("brightness", .property(.integer(brightness)))])
    }

    @Test("購読は登録された町にも届き、そこでの変化が元の購読者に知らされる", arguments: TestEngine.available)
    func wholeWay(engine: TestEngine) async throws {
        try await towns(engine) { _, there, subscriber in
            let remote = try await found("the remote subscription") {
                try await remotes(there).first
            }
            #expect(remote.subscription.id != "urn:x:1")
            #expect(remote.subscription.endpoint.uri.hasSuffix("/ngsi-ld/ex/remote-notify"))
            #expect(remote.subscription.document["q"] == "brightness>5")
            try await there.create(lamp(9), source: "test")
            await subscriber.parcels.reached(1)
            let parcel = try #require(subscriber.parcels.elements.first)
            #expect(parcel.body["subscriptionId"] == "urn:x:1")
            #expect(
                parcel.body["data"]
                    == [["id": .string(Self.lamp.text), "type": "Lamp", "brightness": 9]])
        }
    }

    @Test("購読を変えれば向こうも変わり、消せば消える。登録を消しても消える")
    func followsChanges() async throws {
        try await towns { here, there, _ in
            try await until("made") { try await !remotes(there).isEmpty }
            try await here.updateSubscription(
                "urn:x:1", with: JSONObject([("q", "brightness>100"), ("throttling", 7)]), .core)
            try await until("changed") {
                let document = try await remotes(there).first?.subscription.document
                return document?["q"] == "brightness>100" && document?["throttling"] == 7
            }
            try await here.updateSubscription(
                "urn:x:1", with: JSONObject([("throttling", .null)]), .core)
            try await until("member gone") {
                try await remotes(there).first?.subscription.document["throttling"] == nil
            }
            let stored = try #require(try await here.registration("urn:x:there"))
            try await here.unregister("urn:x:there")
            try await until("gone with the registration") { try await remotes(there).isEmpty }
            try await here.register(stored.registration)
            try await until("made again") { try await !remotes(there).isEmpty }
            try await here.unsubscribe("urn:x:1")
            try await until("gone") { try await remotes(there).isEmpty }
        }
    }

    @Test("分かれた実体は、町のぶんと合わせてから条件を見る")
    func splitEntities() async throws {
        let subscriber = FakeSubscriber()
        try await TestBrokers.with { here in
            try await register(here, at: "http://127.0.0.1:9")
            try await subscriber.serving { receiver in
                try await subscribe(
                    here, at: "http://127.0.0.1:9", to: receiver + "/notify",
                    more: #","splitEntities":true,"notificationTrigger":["entityDeleted"]"#)
                var own = lamp(1)
                own.attributes = [NamedAttribute("colour", .property("red"))]
                try await here.create(own, source: "test")
                let id = try #require(
                    try await here.remoteSubscriptionIDs(of: "urn:x:1").first)
                for brightness in [3, 8] as [Int64] {
                    try await here.passOn([
                        "type": "Notification", "id": .string("urn:x:n\(brightness)"),
                        "subscriptionId": .string(id),
                        "data": [
                            [
                                "id": .string(Self.lamp.text), "type": "Lamp",
                                "brightness": ["type": "Property", "value": .integer(brightness)],
                            ]
                        ],
                    ])
                }
                try await delivering([here]) { await subscriber.parcels.reached(1) }
            }
        }
        let parcels = subscriber.parcels.elements
        #expect(parcels.count == 1)
        #expect(parcels.first?.body["id"] == "urn:x:n8")
        #expect(parcels.first?.body["data"]?[0]?["colour"] == "red")
        #expect(parcels.first?.body["data"]?[0]?["brightness"] == 8)
    }

    @Test("渡した購読には、情報源を見守る購読がついてくる")
    func followsSources() async throws {
        try await TestBrokers.with { here in
            try await subscribe(here, at: "http://here.example", to: "http://127.0.0.1:9/notify")
            #expect(try await here.followedRegistrations().isEmpty)
            try await register(here, at: "http://127.0.0.1:9")
            let own = try #require(try await here.followedRegistrations().first).subscription
            #expect(own.id == "urn:x:1:sources")
            #expect(own.document["entities"] != nil && own.document["q"] == nil)
            try await here.unsubscribe("urn:x:1")
            #expect(try await here.followedRegistrations().isEmpty)
        }
    }

    @Test("知らない購読の名で届いた知らせは断る")
    func strangers() async throws {
        try await TestBrokers.with { here in
            await #expect(throws: BrokerError.self) {
                try await here.passOn(["subscriptionId": "urn:x:guess", "data": .array([])])
            }
            await #expect(throws: Problem.self) { try await here.passOn(["data": .array([])]) }
        }
    }
}
