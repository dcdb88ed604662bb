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

    @Test("期間と最新の件数で切る", arguments: TestEngine.available)
    func intervals(engine: TestEngine) async throws {
        try await withReadings(engine) { broker in
            let whole = Town.morning...(Town.morning + .hours(1))
            var query = TemporalQuery(interval: whole, lastN: 3)
            let newest = try #require(try await broker.temporal(Town.gauge, query))
            #expect(newest.series.first?.instances.map(\.attribute.value) == [9, 8, 7])
            #expect(!newest.isPartial)
            query = TemporalQuery(
                interval: (Town.morning + .minutes(2))...(Town.morning + .minutes(4)))
            let middle = try #require(try await broker.temporal(Town.gauge, query))
            #expect(middle.series.first?.instances.map(\.attribute.value) == [4, 3, 2])
            query.property = .modifiedAt
            let told = try #require(try await broker.temporal(Town.gauge, query))
            #expect(told.series.first?.instances.map(\.attribute.value) == [3, 2, 1])
            query.attributes = ["other"]
            #expect(try await broker.temporal(Town.gauge, query)?.series.isEmpty == true)
            let never = EntityID(type: "None", name: "1")
            #expect(try await broker.temporal(never, query) == nil)
        }
    }

    @Test("消されたものの過去も読める", arguments: TestEngine.available)
    func deleted(engine: TestEngine) async throws {
        try await withReadings(engine) { broker in
            try await broker.delete(Town.gauge, source: "test", at: Town.morning + .hours(2))
            let past = try #require(try await broker.temporal(Town.gauge, TemporalQuery()))
            #expect(past.series.first?.instances.count == 10)
        }
    }

    @Test("値の並びとして書く")
    func values() async throws {
        try await withReadings(.sqlite) { broker in
            let query = TemporalQuery(lastN: 2)
            let past = try #require(try await broker.temporal(Town.gauge, query))
            let json = NGSILDCodec().json(past, .values)
            let times = [9, 8].map { (Town.morning + .minutes($0)).iso8601 }
            #expect(
                json["waterLevel"]
                    == [
                        "type": "Property",
                        "values": [[9, .string(times[0])], [8, .string(times[1])]],
                    ])
        }
    }

    @Test("多すぎる値は一部だけを、一部であると言って返す")
    func partial() async throws {
        try await TestBrokers.with { broker in
            let count = TemporalQuery.instancesMax + 5
            let facts = (0..<count).map { Town.level(1, at: $0) }
            try await broker.apply(facts, source: "test", at: Town.morning + .days(2))
            let past = try #require(try await broker.temporal(Town.gauge, TemporalQuery()))
            #expect(past.isPartial)
            #expect(past.series.first?.instances.count == TemporalQuery.instancesMax)
        }
    }
}
