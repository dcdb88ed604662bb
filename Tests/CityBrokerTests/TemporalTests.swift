import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("過去を読む")
struct TemporalTests {
    private func withReadings(
        _ engine: TestEngine, _ body: (Broker) async throws -> Void
    ) async throws {
        try await TestBrokers.with(engine) { broker in
            for minute in 0..<10 {
                try await broker.apply(
                    [Town.level(Double(minute), at: minute)], source: "test",
                    at: Town.morning + .minutes(minute + 1))
            }
            try await body(broker)
        }
    }

    private func told(_ broker: Broker, _ query: TemporalQuery) async throws -> [JSONValue] {
        values(try await broker.temporal(Town.gauge, query))
    }

    private func values(_ page: TemporalPage?) -> [JSONValue] {
        page?.entities.first?.series.first?.instances.map(\.attribute.value) ?? []
    }

    @Test("期間の両端と最新の件数で切る", arguments: TestEngine.available)
    func intervals(engine: TestEngine) async throws {
        try await withReadings(engine) { broker in
            let (two, five) = (Town.morning + .minutes(2), Town.morning + .minutes(5))
            var query = TemporalQuery(lastN: 3)
            let newest = try await told(broker, query)
            #expect(newest == [9, 8, 7])
            query = TemporalQuery(relation: .between(two, five))
            #expect(try await told(broker, query) == [2, 3, 4])
            query.relation = .before(two)
            #expect(try await told(broker, query) == [0, 1])
            query.relation = .after(five)
            #expect(try await told(broker, query) == [5, 6, 7, 8, 9])
            query = TemporalQuery(property: .modifiedAt, relation: .between(two, five))
            #expect(try await told(broker, query) == [1, 2, 3])
            query.attributes = ["other"]
            #expect(try await broker.temporal(Town.gauge, query) == nil)
            let never = EntityID(type: "None", name: "1")
            #expect(try await broker.temporal(never, TemporalQuery()) == nil)
        }
    }

    @Test("消されたものの過去も読め、消えた時が分かる", arguments: TestEngine.available)
    func deleted(engine: TestEngine) async throws {
        try await withReadings(engine) { broker in
            let noon = Town.morning + .hours(3)
            try await broker.delete(Town.gauge, source: "test", at: noon)
            var entities = EntityQuery(type: "WaterLevelObserved")
            entities.wantsCount = true
            let after = TemporalQuery(relation: .after(Town.morning))
            let page = try await broker.temporal(entities, after)
            #expect(values(page).count == 10)
            #expect(page.count == 1)
            #expect(page.entities.first?.deletedAt == noon)
            let ends = TemporalQuery(property: .deletedAt)
            let ended = try await broker.temporal(Town.gauge, ends)
            #expect(ended?.entities.first?.series.first?.instances.first?.deletedAt == noon)
            let json = NGSILDCodec().json(
                try #require(ended?.entities.first), .init(property: .deletedAt))
            #expect(json["waterLevel"]?.array?.first?["value"] == "urn:ngsi-ld:null")
        }
    }

    @Test("値の並びとして書く")
    func valuesOnly() async throws {
        try await withReadings(.sqlite) { broker in
            let page = try await broker.temporal(Town.gauge, TemporalQuery(lastN: 2))
            let json = NGSILDCodec().json(try #require(page?.entities.first), .init(.values))
            let times = [9, 8].map { (Town.morning + .minutes($0)).iso8601 }
            #expect(
                json["waterLevel"]
                    == [
                        "type": "Property",
                        "values": [[9, .string(times[0])], [8, .string(times[1])]],
                    ])
        }
    }

    @Test("多すぎる答えは、全属性を同じ時で切り、その時を言う", arguments: TestEngine.available)
    func partial(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            var facts: [Fact] = []
            for minute in 0..<20 {
                facts.append(Town.level(Double(minute), at: minute))
                var other = Town.level(Double(minute), at: minute + 10)
                other.name = "discharge"
                facts.append(other)
            }
            try await broker.apply(facts, source: "test", at: Town.morning + .days(2))
            let query = TemporalQuery(instancesMax: 15)
            let page = try #require(try await broker.temporal(Town.gauge, query))
            // Minutes 0 to 11 have 12 levels and 2 discharges; minute 12 has two more.
            #expect(page.cutAt == Town.morning + .minutes(11))
            let counts = page.entities.first?.series.map(\.instances.count)
            #expect(counts?.sorted() == [2, 12])
            let newest = TemporalQuery(lastN: 100, instancesMax: 5)
            let late = try #require(try await broker.temporal(Town.gauge, newest))
            #expect(late.cutAt == Town.morning + .minutes(25))
            #expect(late.entities.first?.series.map(\.instances.count).sorted() == [0, 5])
            // One instant is told whole, however much it is.
            let one = TemporalQuery(relation: .after(Town.morning + .minutes(12)), instancesMax: 1)
            let instant = try #require(try await broker.temporal(Town.gauge, one))
            #expect(instant.entities.first?.series.map(\.instances.count) == [1, 1])
        }
    }

    @Test("条件は、たずねた期間に言われた値で調べる", arguments: TestEngine.available)
    func conditions(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let calm = EntityID(type: "WaterLevelObserved", name: "calm")
            try await broker.apply(
                [
                    Town.level(1, at: 0), Town.level(9, at: 10),
                    Town.level(8, at: 0, of: calm), Town.level(2, at: 10, of: calm),
                ], source: "test")
            var entities = EntityQuery(type: "WaterLevelObserved")
            entities.filter = try QueryParser.parse("waterLevel>5")
            entities.wantsCount = true
            let early = TemporalQuery(relation: .before(Town.morning + .minutes(5)))
            let page = try await broker.temporal(entities, early)
            #expect(page.entities.map(\.entity.id) == [calm])
            #expect(page.count == 1)
            entities.limit = 1
            let all = TemporalQuery(relation: .after(Town.morning))
            let first = try await broker.temporal(entities, all)
            #expect(first.entities.count == 1 && first.hasMore && first.count == 2)
        }
    }

    @Test("所属を問えば、そこに属していた間の値だけを返す", arguments: TestEngine.available)
    func scopes(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let evolution = try NGSILDCodec().evolution([
                "id": "urn:ngsi-ld:Bus:1", "type": "Bus",
                "scope": [
                    ["type": "Property", "value": "/A", "observedAt": "2026-03-01T10:00:00Z"],
                    [
                        "type": "Property", "value": ["/B", "/C"],
                        "observedAt": "2026-03-01T12:00:00Z",
                    ],
                ],
                "speed": [
                    ["type": "Property", "value": 1, "observedAt": "2026-03-01T11:00:00Z"],
                    ["type": "Property", "value": 2, "observedAt": "2026-03-01T13:00:00Z"],
                ],
            ])
            try await broker.write(source: "test") { try $0.tell(evolution) }
            let start = try #require(Timestamp(iso8601: "2026-03-01T10:30:00Z"))
            let after = TemporalQuery(relation: .after(start))
            var entities = EntityQuery(type: "Bus")
            entities.scopes = try ScopeSelection.parse("/A")
            #expect(values(try await broker.temporal(entities, after)) == [1])
            entities.scopes = try ScopeSelection.parse("/C;/B")
            #expect(values(try await broker.temporal(entities, after)) == [2])
            entities.scopes = try ScopeSelection.parse("/D")
            #expect(try await broker.temporal(entities, after).entities.isEmpty)
            let page = try #require(
                try await broker.temporal(EntityID("urn:ngsi-ld:Bus:1")!, after))
            // What held at the start was said before it, and is shown.
            #expect(page.entities.first?.scopes.count == 2)
            #expect(
                try await broker.entity(EntityID("urn:ngsi-ld:Bus:1")!)?.scopes == ["/B", "/C"])
        }
    }
}
