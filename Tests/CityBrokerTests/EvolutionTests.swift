import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("過去を書き、直す")
struct EvolutionTests {
    private func told(_ json: JSONValue) throws -> Evolution {
        try NGSILDCodec().evolution(json)
    }

    private func speed(_ value: JSONValue, _ minute: Int, _ more: JSONObject = .init()) -> JSONValue
    {
        var object = more
        object["type"] = "Property"
        object["value"] = value
        object["observedAt"] = .string((Town.morning + .minutes(minute)).iso8601)
        return .object(object)
    }

    private let car = EntityID(type: "Vehicle", name: "1")

    private func vehicle(_ instances: [JSONValue]) throws -> Evolution {
        try told([
            "id": .string(car.text), "type": "Vehicle", "speed": .array(instances),
        ])
    }

    private func tell(_ evolution: Evolution, _ broker: Broker) async throws -> Bool {
        try await broker.write(source: "test") { try $0.tell(evolution) }.value
    }

    private func instances(
        _ broker: Broker, _ query: TemporalQuery = TemporalQuery()
    ) async throws -> [TemporalEntity.Instance] {
        try await broker.temporal(car, query)?.entities.first?.series
            .flatMap(\.instances) ?? []
    }

    @Test("はじめは新しく、次は足される。最新の値が今になる", arguments: TestEngine.available)
    func telling(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            #expect(try await tell(vehicle([speed(2, 2), speed(1, 1)]), broker))
            #expect(try await broker.entity(car)?["speed"]?.value == 2)
            var more = try vehicle([speed(10, 1), speed(3, 3)])
            more.types = ["Vehicle", "Truck"]
            #expect(try await !tell(more, broker))
            #expect(try await instances(broker).map(\.attribute.value) == [10, 2, 3])
            let entity = try #require(try await broker.entity(car))
            #expect(entity["speed"]?.value == 3)
            #expect(entity.types == ["Vehicle", "Truck"])
        }
    }

    @Test("「なくなった」と言われた時から値はなく、過去には残る", arguments: TestEngine.available)
    func deletions(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            _ = try await tell(vehicle([speed(1, 1)]), broker)
            _ = try await tell(vehicle([speed("urn:ngsi-ld:null", 2)]), broker)
            #expect(try await broker.entity(car)?["speed"] == nil)
            let found = try await instances(
                broker, TemporalQuery(relation: .after(Town.morning)))
            #expect(found.map { $0.deletedAt == nil } == [true, false])
        }
    }

    @Test("時のない値は、言われた順に並ぶ", arguments: TestEngine.available)
    func unobserved(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let evolution = try told([
                "id": .string(car.text), "type": "Vehicle",
                "colour": [
                    ["type": "Property", "value": "red"], ["type": "Property", "value": "blue"],
                ],
            ])
            _ = try await tell(evolution, broker)
            #expect(try await instances(broker).map(\.attribute.value) == ["red", "blue"])
            #expect(try await broker.entity(car)?["colour"]?.value == "blue")
        }
    }

    @Test("今の値を言うだけの人の値は、昔の値で消えない", arguments: TestEngine.available)
    func pastBesidePresent(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.apply(
                [Fact(car, type: "Vehicle", "speed", .property(50))], source: "test")
            #expect(try await !tell(vehicle([speed(1, -60)]), broker))
            #expect(try await broker.entity(car)?["speed"]?.value == 50)
            #expect(try await instances(broker).map(\.attribute.value) == [1, 50])
        }
    }

    @Test("一つの値を直すと、時が変わっても同じ名で呼べる", arguments: TestEngine.available)
    func modifying(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            _ = try await tell(vehicle([speed(1, 1), speed(2, 2)]), broker)
            let id = try #require(try await instances(broker).first?.id)
            let codec = NGSILDCodec()
            for (value, minute) in [(7, 5), (8, 6)] {
                let fragment = speed(.integer(Int64(value)), minute)
                try await broker.write(source: "test") { work in
                    try work.modifyInstance(id, of: "speed", of: car) {
                        try codec.modified($0, by: fragment)
                    }
                }
            }
            let found = try await instances(broker)
            #expect(found.map(\.attribute.value) == [2, 8])
            #expect(found.last?.id == id)
            #expect(try await broker.entity(car)?["speed"]?.value == 8)
            try await broker.write(source: "test") { work in
                try work.deleteInstance(id, of: "speed", of: car)
            }
            #expect(try await instances(broker).map(\.attribute.value) == [2])
            #expect(try await broker.entity(car)?["speed"]?.value == 2)
            await #expect(throws: BrokerError.instanceNotFound(car, id)) {
                try await broker.write(source: "test") { work in
                    try work.deleteInstance(id, of: "speed", of: car)
                }
            }
        }
    }

    @Test("一つのデータの組だけを消す", arguments: TestEngine.available)
    func series(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let gps: JSONValue = "urn:ngsi-ld:Dataset:gps"
            _ = try await tell(
                vehicle([speed(1, 1), speed(2, 2, JSONObject([("datasetId", gps)]))]), broker)
            try await broker.deleteSeries("speed", datasets: [nil], of: car, source: "test")
            #expect(try await instances(broker).map(\.attribute.value) == [2])
            await #expect(throws: BrokerError.attributeNotFound(car, "speed")) {
                try await broker.deleteSeries("speed", datasets: [nil], of: car, source: "test")
            }
            try await broker.deleteSeries("speed", datasets: nil, of: car, source: "test")
            #expect(try await broker.entity(car)?["speed"] == nil)
        }
    }

    @Test("過去だけのものは過去とともに消え、今あるものは残る", arguments: TestEngine.available)
    func deleting(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            _ = try await tell(vehicle([speed(1, 1)]), broker)
            try await broker.deleteEvolution(of: car, source: "test")
            #expect(try await broker.entity(car) == nil)
            #expect(try await broker.temporal(car, TemporalQuery()) == nil)
            await #expect(throws: BrokerError.notFound(car)) {
                try await broker.deleteEvolution(of: car, source: "test")
            }
            _ = try await tell(vehicle([speed(1, 1)]), broker)
            try await broker.apply(
                [Fact(car, type: "Vehicle", "colour", .property("red"))], source: "test")
            try await broker.deleteEvolution(of: car, source: "test")
            #expect(try await broker.entity(car)?["colour"]?.value == "red")
        }
    }

    @Test("長い過去は少しずつ消される", arguments: TestEngine.available)
    func deletingMuch(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let count = 2 * Broker.deletedRowsMax + 10
            try await broker.apply(
                (0..<count).map { Town.level(1, at: $0) }, source: "test",
                at: Town.morning + .days(9))
            try await broker.deleteEvolution(of: Town.gauge, source: "test")
            let page = try await broker.temporal(Town.gauge, TemporalQuery())
            #expect(page?.entities.first?.series.isEmpty == true)
            let sums = TemporalQuery(relation: .after(Town.morning))
            var asked = sums
            asked.aggregation = TemporalAggregation(methods: [.totalCount], period: .days(1))
            let total = try await broker.temporal(Town.gauge, asked)
            #expect(total?.entities.first?.series.isEmpty == true)
        }
    }

    @Test("所属も過去を持つ", arguments: TestEngine.available)
    func scopes(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.create(
                Entity(
                    id: car, types: ["Vehicle"], scopes: ["/A"],
                    attributes: [.init("speed", .property(1))]), source: "test",
                at: Town.morning)
            try await broker.write(source: "test", at: Town.morning + .hours(1)) { work in
                try work.setScopes(["/B", "/C"], of: car)
            }
            try await broker.deleteAttribute(
                "scope", of: car, source: "test", at: Town.morning + .hours(2))
            #expect(try await broker.entity(car)?.scopes == [])
            let page = try #require(try await broker.temporal(car, TemporalQuery()))
            let json = NGSILDCodec().json(try #require(page.entities.first))
            #expect(json["scope"]?.array?.map { $0["value"] } == ["/A", ["/B", "/C"], []])
            #expect(json["scope"]?.array?.last?["deletedAt"] != nil)
        }
    }

    @Test("消すしるしは値の所にしか立てない")
    func refusals() throws {
        let codec = NGSILDCodec()
        #expect(throws: Problem.self) {
            try codec.evolution([
                "id": "urn:ngsi-ld:V:1", "type": "V", "expiresAt": "urn:ngsi-ld:null",
            ])
        }
        #expect(throws: Problem.self) { try codec.evolution(["type": "V"]) }
        #expect(throws: Problem.self) { try codec.evolution(["id": "urn:ngsi-ld:V:1"]) }
        #expect(throws: Problem.self) { try codec.attributeName("..") }
        #expect(throws: Problem.self) { try codec.attributeName("invalid(name") }
    }
}
