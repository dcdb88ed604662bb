import CityBroker
import CityKernel
import CityTesting
import Testing

/// Roll-ups are compared with sums made here from the readings themselves.
@Suite("過去をまとめる")
struct AggregationTests {
    private static let everything = TemporalAggregation.Method.allCases
    private static let exact: [TemporalAggregation.Method] = [
        .totalCount, .sum, .avg, .min, .max, .stddev, .sumsq,
    ]

    /// The same question by roll-ups, and by readings since different values are asked too.
    private func periods(
        _ broker: Broker, _ relation: TemporalQuery.Relation, _ period: CalendarPeriod,
        _ methods: [TemporalAggregation.Method]
    ) async throws -> [AggregatedPeriod] {
        var query = TemporalQuery(relation: relation, attributes: ["waterLevel"])
        query.aggregation = TemporalAggregation(methods: methods, period: period)
        return try await broker.temporal(Town.gauge, query)?.entities.first?.series.first?
            .periods ?? []
    }

    private func expectSame(
        _ broker: Broker, _ relation: TemporalQuery.Relation, _ text: String
    ) async throws {
        let period = try #require(CalendarPeriod(iso8601: text))
        let fast = try await periods(broker, relation, period, Self.exact)
        let slow = try await periods(broker, relation, period, Self.everything)
        #expect(!fast.isEmpty && fast.count == slow.count, "\(text)")
        for (fast, slow) in zip(fast, slow) {
            #expect(fast.start == slow.start && fast.end == slow.end)
            for method in Self.exact {
                let (left, right) = (fast.results[method]?.double, slow.results[method]?.double)
                let distance = abs((left ?? .nan) - (right ?? .nan))
                #expect(distance < 1e-6, "\(text) \(method) \(fast.start): \(distance)")
            }
        }
    }

    /// Every seven minutes for three days, and one hour with a reading each ten seconds.
    private func fill(_ broker: Broker) async throws {
        var facts = (0..<620).map { Town.level(Double($0 * 37 % 101) / 10, at: $0 * 7) }
        facts += (0..<360).map { second in
            var fact = Town.level(Double(second % 17), at: 0)
            fact.attribute.observedAt = Town.morning + .days(4) + .seconds(second * 10)
            return fact
        }
        try await broker.apply(facts, source: "test", at: Town.morning + .days(5))
    }

    @Test("まとめは生の値から数えたものと同じ", arguments: TestEngine.available)
    func same(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await fill(broker)
            let midnight = Town.morning - .hours(9)
            for period in ["P1D", "PT1H", "PT1M", "PT10M", "P1M", "PT0S", "PT7S"] {
                try await expectSame(broker, .after(midnight), period)
                try await expectSame(
                    broker, .between(midnight, Town.morning + .minutes(4_000)), period)
                try await expectSame(
                    broker, .between(Town.morning + .seconds(13), Town.morning + .days(6)), period)
            }
            try await expectSame(broker, .before(Town.morning + .days(3)), "P1D")
        }
    }

    @Test("遅れた値、くり返し、訂正、削除もまとめに入る", arguments: TestEngine.available)
    func lateAndCorrected(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await fill(broker)
            let late = Town.morning + .days(6)
            // Late, told twice, and a correction of what was the highest value.
            try await broker.apply([Town.level(500, at: 3)], source: "test", at: late)
            try await broker.apply([Town.level(500, at: 3)], source: "test", at: late)
            try await broker.apply([Town.level(0.5, at: 3)], source: "test", at: late + .seconds(1))
            // Corrections of the dense hour, one of them in the same instant of telling.
            var dense = Town.level(900, at: 4 * 1_440 + 5)
            try await broker.apply([dense], source: "test", at: late)
            dense.attribute.value = 3
            try await broker.apply([dense], source: "test", at: late)
            let midnight = Town.morning - .hours(9)
            for period in ["P1D", "PT1H", "PT1M"] {
                try await expectSame(broker, .after(midnight), period)
            }
            let top = try await periods(broker, .after(midnight), .zero, [.max])
            #expect(top.first?.results[.max] == 16)
            let found = try await broker.temporal(Town.gauge, TemporalQuery(lastN: 1))
            let id = try #require(found?.entities.first?.series.first?.instances.first?.id)
            try await broker.write(source: "test") { work in
                try work.deleteInstance(id, of: "waterLevel", of: Town.gauge)
            }
            try await expectSame(broker, .after(midnight), "PT1H")
        }
    }

    @Test("取り消された書き込みはまとめに残らない", arguments: TestEngine.available)
    func undone(engine: TestEngine) async throws {
        struct Refusal: Error {}
        try await TestBrokers.with(engine) { broker in
            try await broker.write(source: "test") { work in
                try work.apply([Town.level(1, at: 0)])
                try? work.savepoint {
                    try work.apply([Town.level(2, at: 1), Town.level(3, at: 2)])
                    throw Refusal()
                }
            }
            let sums = try await periods(
                broker, .after(Town.morning), .zero, [.totalCount, .sum])
            #expect(sums.first?.results == [.totalCount: 1, .sum: 1])
        }
    }

    @Test("数でない値は、長さ・真偽・順で数える")
    func otherValues() async throws {
        try await TestBrokers.with { broker in
            let id = EntityID(type: "Hall", name: "1")
            func fact(_ name: String, _ value: JSONValue, _ minute: Int) -> Fact {
                Fact(
                    id, type: "Hall", name,
                    .property(value, observedAt: Town.morning + .minutes(minute)))
            }
            try await broker.apply(
                [
                    fact("isOpen", true, 0), fact("isOpen", false, 1), fact("isOpen", true, 2),
                    fact("guests", ["a", "b", "c"], 0), fact("guests", ["a"], 1),
                    fact("colour", "red", 0), fact("colour", "blue", 1), fact("colour", "red", 2),
                ], source: "test")
            var query = TemporalQuery(relation: .after(Town.morning))
            query.aggregation = TemporalAggregation(methods: Self.everything)
            let series = try await broker.temporal(id, query)?.entities.first?.series ?? []
            func results(_ name: String) -> [TemporalAggregation.Method: JSONValue]? {
                series.first { $0.name == name }?.periods.first?.results
            }
            #expect(results("isOpen")?[.sum] == 2)
            #expect(results("guests")?[.avg] == 2)
            #expect(results("colour")?[.min] == "blue")
            #expect(results("colour")?[.distinctCount] == 2)
            #expect(results("colour")?.keys.contains(.sum) == false)
        }
    }

    @Test("期間の書き方")
    func durations() {
        #expect(CalendarPeriod(iso8601: "PT0S")?.isZero == true)
        #expect(CalendarPeriod(iso8601: "P1Y2M")?.months == 14)
        #expect(CalendarPeriod(iso8601: "P1DT1H1M1S")?.microseconds == 90_061_000_000)
        #expect(CalendarPeriod(iso8601: "P2W")?.microseconds == 1_209_600_000_000)
        for text in ["bogus", "P", "PT", "P1", "P1H", "PT1D", "P1M1Y", "1D", "P9999999D", "P-1D"] {
            #expect(CalendarPeriod(iso8601: text) == nil, "\(text)")
        }
    }

    @Test("月は日本の暦で数える")
    func months() async throws {
        try await TestBrokers.with { broker in
            let start = CivilTime(year: 2026, month: 1, day: 1).timestamp
            let facts = (0..<90).map { day in
                var fact = Town.level(1, at: 0)
                fact.attribute.observedAt = start + .days(day) + .hours(12)
                return fact
            }
            try await broker.apply(facts, source: "test")
            let period = try #require(CalendarPeriod(iso8601: "P1M"))
            let months = try await periods(broker, .after(start), period, [.totalCount])
            #expect(months.map { $0.results[.totalCount] } == [31, 28, 31])
            #expect(months[1].end == CivilTime(year: 2026, month: 3, day: 1).timestamp)
        }
    }

    @Test("期間が多すぎる問いは断る")
    func tooMany() async throws {
        try await TestBrokers.with { broker in
            let count = TemporalAggregation.periodsMax + 1
            try await broker.apply(
                (0..<count).map { Town.level(1, at: $0) }, source: "test",
                at: Town.morning + .days(400))
            let period = try #require(CalendarPeriod(iso8601: "PT1M"))
            await #expect(throws: Problem.self) {
                try await periods(broker, .after(Town.morning), period, [.sum])
            }
        }
    }
}
