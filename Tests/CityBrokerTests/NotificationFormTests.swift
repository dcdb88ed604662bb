import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("知らせの形")
struct NotificationFormTests {
    private static let lamp = EntityID(type: "Lamp", name: "1")

    /// - Parameters:
    ///   - more: further members of the subscription.
    ///   - form: members of `notification`.
    private func subscribe(
        _ broker: Broker, more: String = "", form: String = "", id: String = "urn:x:1"
    ) async throws {
        let text = """
            {"type":"Subscription","entities":[{"type":"Lamp"}]\(more),
             "notification":{"endpoint":{"uri":"http://127.0.0.1:1/"}\(form)}}
            """
        try await broker.subscribe(
            try SubscriptionCodec().subscription(
                try JSONValue(parsing: text), id: id, now: broker.now))
    }

    private func told(_ broker: Broker) async throws -> [JSONValue] {
        try await broker.store.read { connection in
            try connection.query(
                """
                SELECT COALESCE(b.payload, m.payload) FROM store_outbox m
                LEFT JOIN store_outbox_body b ON b.id = m.body ORDER BY m.id
                """
            ) { try JSONValue(parsing: $0.blob(0)) }
        }.compactMap { $0["data"] }
    }

    private func set(
        _ broker: Broker, _ name: String, _ value: JSONValue, dataset: String? = nil
    ) async throws {
        let attribute = Attribute(.property, value, datasetID: dataset)
        try await broker.apply(
            [Fact(Self.lamp, type: "Lamp", name, attribute)], source: "test")
    }

    @Test("変わる前の値も知らせる", arguments: TestEngine.available)
    func changes(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(
                broker,
                more: #","notificationTrigger":["attributeUpdated","entityDeleted"]"#,
                form: #","showChanges":true"#)
            try await set(broker, "brightness", 1)
            try await set(broker, "brightness", 2)
            try await broker.delete(Self.lamp, source: "test")
            let told = try await told(broker)
            #expect(told.count == 2)
            #expect(
                told[0][0]?["brightness"]
                    == ["type": "Property", "value": 2, "previousValue": 1])
            #expect(
                told[1][0]?["brightness"]
                    == [
                        "type": "Property", "value": "urn:ngsi-ld:null", "previousValue": 2,
                    ])
            #expect(told[1][0]?["deletedAt"] != nil)
        }
    }

    @Test("消えた属性は印で示す", arguments: TestEngine.available)
    func deletions(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(broker, more: #","notificationTrigger":["attributeDeleted"]"#)
            try await set(broker, "brightness", 1)
            try await set(broker, "name", "橋")
            try await set(broker, "name", "bridge", dataset: "urn:x:en")
            try await broker.deleteAttribute(
                "name", datasetID: "urn:x:en", of: Self.lamp, source: "test")
            try await broker.deleteAttribute("name", of: Self.lamp, source: "test")
            let told = try await told(broker)
            #expect(
                told[0][0]?["name"]?.array
                    == [
                        ["type": "Property", "value": "橋"],
                        [
                            "type": "Property", "value": "urn:ngsi-ld:null",
                            "datasetId": "urn:x:en",
                        ],
                    ])
            #expect(
                told[1][0]
                    == [
                        "id": "urn:ngsi-ld:Lamp:1", "type": "Lamp",
                        "brightness": ["type": "Property", "value": 1],
                        "name": ["type": "Property", "value": "urn:ngsi-ld:null"],
                    ])
        }
    }

    @Test("選んだ部分だけを知らせる", arguments: TestEngine.available)
    func projections(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await subscribe(
                broker, form: #","format":"keyValues","pick":["id","brightness"]"#, id: "urn:x:1")
            try await subscribe(
                broker, form: #","format":"keyValues","omit":["type","colour"]"#, id: "urn:x:2")
            try await subscribe(
                broker, more: #","datasetId":["@none"]"#, form: #","format":"concise""#,
                id: "urn:x:3")
            try await set(broker, "colour", "red")
            try await set(broker, "brightness", 1)
            try await set(broker, "brightness", 2, dataset: "urn:x:second")
            let last = try await told(broker).suffix(3).map { $0[0] }
            #expect(
                last[0]
                    == [
                        "id": "urn:ngsi-ld:Lamp:1",
                        "brightness": ["dataset": ["@none": 1, "urn:x:second": 2]],
                    ])
            #expect(last[1]?["type"] == nil && last[1]?["colour"] == nil)
            #expect(
                last[2]
                    == [
                        "id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 1,
                        "colour": "red",
                    ])
        }
    }

    @Test("関係の先も、中に、または並べて知らせる", arguments: TestEngine.available)
    func joins(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(
                Entity(
                    id: EntityID(type: "Bridge", name: "1"), types: ["Bridge"],
                    attributes: [NamedAttribute("name", .property("水の手橋"))]), source: "test")
            try await subscribe(broker, form: #","join":"inline""#, id: "urn:x:1")
            try await subscribe(
                broker, form: #","join":"flat","format":"simplified""#, id: "urn:x:2")
            try await broker.apply(
                [
                    Fact(
                        Self.lamp, type: "Lamp", "stands",
                        .relationship(EntityID(type: "Bridge", name: "1")))
                ], source: "test")
            let told = try await told(broker)
            #expect(told[0][0]?["stands"]?["entity"]?["name"]?["value"] == "水の手橋")
            #expect(told[0].array?.count == 1)
            #expect(told[1][0]?["stands"] == "urn:ngsi-ld:Bridge:1")
            #expect(told[1][1]?["name"] == "水の手橋")
        }
    }

    @Test("GeoJSONと文脈は、受け手の求める形になる", arguments: TestEngine.available)
    func media(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let text = """
                {"type":"Subscription","entities":[{"type":"Lamp"}],
                 "notification":{"endpoint":{"uri":"http://127.0.0.1:1/",
                 "accept":"application/geo+json"}}}
                """
            try await broker.subscribe(
                try SubscriptionCodec().subscription(
                    try JSONValue(parsing: text), id: "urn:x:1", now: broker.now))
            try await broker.create(
                Town.lamp("1", brightness: 1, at: GeoPoint(latitude: 32, longitude: 130)),
                source: "test")
            let data = try #require(try await told(broker).first)
            #expect(data["type"] == "FeatureCollection")
            let feature = data["features"]?[0]
            #expect(feature?["geometry"]?["type"] == "Point")
            #expect(feature?["properties"]?["brightness"]?["value"] == 1)
            #expect(feature?["id"] == "urn:ngsi-ld:Lamp:1" && feature?["@context"] != nil)
        }
    }

    @Test("時刻に従う購読は、間隔ごとに今のすべてを知らせる", arguments: TestEngine.available)
    func turns(engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBrokers.with(engine, clock: clock) { broker in
            try await subscribe(broker, more: #","timeInterval":60,"q":"brightness>1""#)
            try await broker.create(Town.lamp("1", brightness: 1), source: "test")
            try await broker.create(Town.lamp("2", brightness: 2), source: "test")
            try await broker.create(Town.lamp("3", brightness: 3), source: "test")
            #expect(try await broker.takeSubscriptionTurns() == 0)
            clock.advance(by: .seconds(60))
            #expect(try await broker.takeSubscriptionTurns() == 1)
            #expect(try await broker.takeSubscriptionTurns() == 0)
            clock.advance(by: .seconds(61))
            // Another process on the same database takes the turn, once.
            let second = try TestBrokers.make(on: broker.store, clock: clock)
            #expect(try await second.takeSubscriptionTurns() == 1)
            #expect(try await broker.takeSubscriptionTurns() == 0)
            let told = try await told(broker)
            #expect(told.count == 2)
            #expect(
                told[0].array?.compactMap { $0["id"]?.string }
                    == ["urn:ngsi-ld:Lamp:2", "urn:ngsi-ld:Lamp:3"])
            try await broker.updateSubscription(
                "urn:x:1", with: JSONObject([("isActive", false)]), .core)
            clock.advance(by: .seconds(61))
            try await broker.takeSubscriptionTurns()
            #expect(try await self.told(broker).count == 2)
        }
    }
}
