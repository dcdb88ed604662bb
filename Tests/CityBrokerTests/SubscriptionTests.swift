import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("購読")
struct SubscriptionTests {
    private static let plain = """
        {"type":"Subscription","entities":[{"type":"Lamp"}],"watchedAttributes":["brightness"],
         "notification":{"endpoint":{"uri":"http://127.0.0.1:1/notify"}}}
        """

    private func subscribe(
        _ broker: Broker, _ text: String, id: String = "urn:x:1"
    ) async throws {
        let subscription = try SubscriptionCodec().subscription(
            try JSONValue(parsing: text), id: id, now: broker.now)
        try await broker.subscribe(subscription)
    }

    /// Notifications that wait in the outbox, oldest first, with the subscription of each.
    private func queued(_ broker: Broker) async throws -> [JSONValue] {
        try await broker.store.read { connection in
            try connection.query(
                """
                SELECT COALESCE(b.payload, m.payload), m.receiver FROM store_outbox m
                LEFT JOIN store_outbox_body b ON b.id = m.body
                WHERE m.kind = 'ngsi-ld' ORDER BY m.id
                """
            ) { row in
                var notification = try JSONValue(parsing: row.blob(0)).object ?? JSONObject()
                notification["subscriptionId"] = .string(row.text(1))
                return .object(notification)
            }
        }
    }

    private func setBrightness(
        _ broker: Broker, _ value: Int64, at: Timestamp? = nil
    ) async throws {
        let fact = Fact(
            EntityID(type: "Lamp", name: "1"), type: "Lamp", "brightness",
            .property(.integer(value)))
        try await broker.apply([fact], source: "test", at: at)
    }

    @Test("合う変化は、変化と同じ取引で知らせになる", arguments: TestEngine.available)
    func matched(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(broker, Self.plain)
            try await setBrightness(broker, 5)
            try await setBrightness(broker, 5)
            try await broker.apply([Town.level(1, at: 0)], source: "test")
            let other = Fact(
                EntityID(type: "Lamp", name: "1"), type: "Lamp", "colour", .property("red"))
            try await broker.apply([other], source: "test")
            let notifications = try await queued(broker)
            #expect(notifications.count == 1)
            let first = try #require(notifications.first)
            #expect(first["type"] == "Notification")
            #expect(first["subscriptionId"] == "urn:x:1")
            #expect(first["data"]?[0]?["brightness"]?["value"] == 5)
        }
    }

    @Test("断られた変化は知らせにならない", arguments: TestEngine.available)
    func refused(engine: TestEngine) async throws {
        struct Refusal: Error {}
        try await TestBrokers.with(engine) { broker in
            try await subscribe(broker, Self.plain)
            await #expect(throws: Refusal.self) {
                try await broker.store.write { transaction in
                    try broker.apply(
                        Town.lamp("1", brightness: 1).attributes.map {
                            Fact(
                                EntityID(type: "Lamp", name: "1"), type: "Lamp", $0.name,
                                $0.attribute)
                        }, source: "test", in: transaction)
                    throw Refusal()
                }
            }
            #expect(try await queued(broker).isEmpty)
        }
    }

    @Test("q、属性、形、文脈に従う", arguments: TestEngine.available)
    func conditions(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(
                broker,
                """
                {"type":"Subscription","entities":[{"type":"Lamp","idPattern":":1$"}],
                 "q":"brightness>10","geoQ":{"georel":"near;maxDistance==1000",
                 "geometry":"Point","coordinates":[130.7,32.2]},
                 "notification":{"attributes":["brightness"],"format":"keyValues",
                 "endpoint":{"uri":"http://127.0.0.1:1/","accept":"application/ld+json"}}}
                """)
            let near = GeoPoint(latitude: 32.2, longitude: 130.7)
            let far = GeoPoint(latitude: 33.2, longitude: 130.7)
            try await broker.create(
                Town.lamp("1", brightness: 5, at: near), source: "test")
            try await broker.create(Town.lamp("2", brightness: 50, at: near), source: "test")
            try await setBrightness(broker, 20)
            try await broker.apply(
                [
                    Fact(
                        EntityID(type: "Lamp", name: "1"), type: "Lamp", "location",
                        .place(.point(far)))
                ], source: "test")
            let notifications = try await queued(broker)
            #expect(notifications.count == 1)
            #expect(
                notifications.first?["data"]?[0]
                    == [
                        "id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 20,
                        "@context": .string(notifications.first?["@context"]?.string ?? ""),
                    ])
            #expect(notifications.first?["@context"] != nil)
        }
    }

    @Test("休止、期限切れ、間隔を守る", arguments: TestEngine.available)
    func pauses(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(
                broker,
                """
                {"type":"Subscription","entities":[{"type":"Lamp"}],"throttling":60,
                 "expiresAt":"\((Town.morning + .hours(1)).iso8601)",
                 "notification":{"endpoint":{"uri":"http://127.0.0.1:1/"}}}
                """)
            try await setBrightness(broker, 1, at: Town.morning)
            try await setBrightness(broker, 2, at: Town.morning + .seconds(30))
            try await setBrightness(broker, 3, at: Town.morning + .seconds(61))
            #expect(try await queued(broker).count == 2)
            try await setBrightness(broker, 4, at: Town.morning + .hours(2))
            #expect(try await queued(broker).count == 2)
            try await broker.updateSubscription(
                "urn:x:1", with: JSONObject([("isActive", false)]), .core)
            try await setBrightness(broker, 5, at: Town.morning + .minutes(30))
            #expect(try await queued(broker).count == 2)
            #expect(try await broker.subscription("urn:x:1")?.status(at: broker.now) == "paused")
        }
    }

    @Test("消すことと作ることの知らせ", arguments: TestEngine.available)
    func lifecycle(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(
                broker,
                """
                {"type":"Subscription","entities":[{"type":"Lamp"}],
                 "notificationTrigger":["entityDeleted"],
                 "notification":{"endpoint":{"uri":"http://127.0.0.1:1/"}}}
                """)
            let lamp = Town.lamp("1", brightness: 1)
            try await broker.create(lamp, source: "test")
            try await broker.delete(lamp.id, source: "test")
            let notifications = try await queued(broker)
            #expect(notifications.count == 1)
            #expect(notifications.first?["data"]?[0]?["deletedAt"] != nil)
            try await broker.unsubscribe("urn:x:1")
            try await broker.create(lamp, source: "test")
            try await broker.delete(lamp.id, source: "test")
            #expect(try await queued(broker).count == 1)
        }
    }

    @Test("再起動した仲買いも、ほかの過程が作った購読を知る", arguments: TestEngine.available)
    func restart(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await setBrightness(broker, 1)
            try await subscribe(broker, Self.plain)
            let second = try TestBrokers.make(on: broker.store)
            try await setBrightness(second, 2)
            #expect(try await queued(broker).count == 1)
        }
    }

    @Test("読めなくなった購読が一つあっても、書き込みもほかの購読も止まらない", arguments: TestEngine.available)
    func unreadable(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(broker, Self.plain, id: "urn:x:readable")
            let url: JSONValue = "https://x.org/forgotten"
            try broker.contexts.add(["a": "https://x.org/a"], url: "https://x.org/forgotten")
            let context = try broker.contexts.context(url)
            try await broker.subscribe(
                try SubscriptionCodec(context).subscription(
                    try JSONValue(parsing: Self.plain), id: "urn:x:unreadable", now: broker.now))
            // A restarted broker that no longer knows the context.
            let second = try TestBrokers.make(on: broker.store)
            try await setBrightness(second, 1)
            #expect(
                try await queued(broker).map { $0["subscriptionId"] } == ["urn:x:readable"])
        }
    }

    @Test("合わない購読が多くても、合うものだけが選ばれる")
    func many() async throws {
        try await TestBrokers.with { broker in
            for number in 0..<200 {
                let text = Self.plain.replacing("\"Lamp\"", with: "\"Type\(number)\"")
                try await subscribe(broker, text, id: "urn:x:many:\(number)")
            }
            try await subscribe(broker, Self.plain)
            try await setBrightness(broker, 1)
            #expect(try await queued(broker).map { $0["subscriptionId"] } == ["urn:x:1"])
        }
    }

    @Test("多くの境目のうち、超えたものだけが知らせる", arguments: TestEngine.available)
    func thresholds(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let conditions = [
                "brightness>5", "brightness>=7", "brightness>7", "brightness<3", "brightness==7",
                "name==\"x\";brightness>5", "brightness>5|brightness<3", "brightness!=7",
            ]
            for (number, condition) in conditions.enumerated() {
                try await subscribe(
                    broker,
                    """
                    {"type":"Subscription","entities":[{"type":"Lamp"}],
                     "q":"\(condition.replacing("\"", with: "\\\""))",
                     "notification":{"endpoint":{"uri":"http://127.0.0.1:1/"}}}
                    """, id: "urn:x:\(number)")
            }
            try await setBrightness(broker, 7)
            #expect(
                try await queued(broker).compactMap { $0["subscriptionId"]?.string }
                    == ["urn:x:0", "urn:x:1", "urn:x:4", "urn:x:6"])
            try await broker.unsubscribe("urn:x:1")
            try await broker.updateSubscription(
                "urn:x:0", with: JSONObject([("q", "brightness>100")]), .core)
            try await setBrightness(broker, 2)
            #expect(
                try await queued(broker).dropFirst(4).compactMap { $0["subscriptionId"]?.string }
                    == ["urn:x:3", "urn:x:6", "urn:x:7"])
        }
    }

    @Test(
        "使えない購読は断る",
        arguments: [
            #"{"type":"Subscription"}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}]}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"endpoint":{"uri":"ftp://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"q":"a>>1","notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"expiresAt":"2000-01-01T00:00:00Z","notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[],"notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"timeInterval":5,"throttling":5,"notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notificationTrigger":["entityMoved"],"notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"csf":"((","notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"(A|"}],"notification":{"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"pick":["a"],"omit":["a"],"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"attributes":[],"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"format":"keyValues","showChanges":true,"endpoint":{"uri":"http://x"}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"endpoint":{"uri":"http://x","receiverInfo":[{"key":"a","value":1}]}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"endpoint":{"uri":"http://x","receiverInfo":[{"key":"a","value":"b\r\nc"}]}}}"#,
            #"{"type":"Subscription","entities":[{"type":"A"}],"notification":{"endpoint":{"uri":"mqtt://x/t","notifierInfo":[{"key":"MQTT-QoS","value":"3"}]}}}"#,
        ])
    func refuses(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: Problem.self) {
            try SubscriptionCodec().subscription(json, id: "urn:x:1", now: Town.morning)
        }
    }
}
