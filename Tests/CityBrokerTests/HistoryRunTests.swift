import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityBroker

@Suite("過去を束ねる")
struct HistoryRunTests {
    private static let key = EntityID(type: "WaterLevelObserved", name: "runs")

    private static func fact(_ value: JSONValue, at second: Int, unit: String? = "MTR") -> Fact {
        Fact(
            key, type: "WaterLevelObserved", "waterLevel",
            .property(value, unitCode: unit, observedAt: Town.morning + .seconds(second)))
    }

    private static func runs(_ broker: Broker) async throws -> Int {
        try await broker.store.read {
            try $0.first("SELECT COUNT(*) FROM broker_history_run") { $0.int(0) } ?? 0
        }
    }

    private static func rows(_ broker: Broker) async throws -> Int {
        try await broker.store.read {
            try $0.first("SELECT COUNT(*) FROM broker_history") { $0.int(0) } ?? 0
        }
    }

    private static func told(_ broker: Broker) async throws -> [Attribute] {
        try await broker.history(
            of: key, "waterLevel", in: Town.morning - .days(9)...Town.morning + .days(9),
            limit: 100_000)
    }

    /// The same sums from roll-ups, and from readings since different values are asked too.
    private static func expectSums(_ broker: Broker, _ context: String = "") async throws {
        for period in ["P1D", "PT1H", "PT1M"] {
            var answers: [[AggregatedPeriod]] = []
            for methods in [
                TemporalAggregation.Method.allCases, [.totalCount, .sum, .min, .max],
            ] {
                var query = TemporalQuery(relation: .after(Town.morning - .hours(9)))
                let period = try #require(CalendarPeriod(iso8601: period))
                query.aggregation = TemporalAggregation(methods: methods, period: period)
                let page = try await broker.temporal(key, query)
                answers.append(page?.entities.first?.series.first?.periods ?? [])
            }
            #expect(answers[0].count == answers[1].count, "\(period) \(context)")
            for (slow, fast) in zip(answers[0], answers[1]) {
                #expect(fast.start == slow.start)
                #expect(fast.results[.totalCount] == slow.results[.totalCount], "\(context)")
                let distance = abs(
                    (fast.results[.sum]?.double ?? 0) - (slow.results[.sum]?.double ?? 0))
                #expect(distance < 1e-6, "\(period) \(fast.start) \(context)")
                #expect(fast.results[.max] == slow.results[.max], "\(context)")
            }
        }
    }

    // MARK: - Packs

    @Test("包んだ値は、一つも変わらずに戻る")
    func packs() throws {
        var tellings: [HistoryStore.Instance] = []
        let numbers: [Double?] = [
            0, -0.0, 1.5, -2.375, 0.1, 1e300, .pi, 1_048_576.125, nil, .leastNonzeroMagnitude,
            -1_099_511_627_776,
        ]
        for (index, number) in numbers.enumerated() {
            let at = Int64(index) * 600_000_000 - (index % 3 == 0 ? 7 : 0)
            var columns = AttributeColumns(
                kind: index == 4 ? -1 : 1, unit: index < 5 ? "MTR" : nil,
                observedAt: index % 4 == 3 ? nil : at)
            columns.number = number
            if number == nil { columns.text = "高い\n水位" }
            if index == 9 { columns.subAttributes = #"[{"n":"q","k":1,"v":1}]"# }
            tellings.append(
                HistoryStore.Instance(
                    columns, at: at, toldAt: index == 6 ? .max : at + 300,
                    source: index == 7 ? 900_000 : 3))
        }
        var json = AttributeColumns(kind: 2, unit: nil, observedAt: .min)
        json.json = #"{"type":"Point","coordinates":[1,2]}"#
        tellings.append(HistoryStore.Instance(json, at: .min, toldAt: .min, source: 1))
        let pack = try TellingPack(tellings)
        #expect(try pack.tellings() == tellings)
        #expect(
            try pack.tellings().map { $0.columns.number?.bitPattern }
                == tellings.map { $0.columns.number?.bitPattern })
        // A stored pack goes on where it ended.
        var stored = TellingPack(stored: try TellingPack(tellings.dropLast(3)).bytes)
        for telling in tellings.suffix(3) { try stored.append(telling) }
        #expect(stored.bytes == pack.bytes)
    }

    @Test("傷んだ包みは、読めないと言う")
    func damage() throws {
        var columns = AttributeColumns(kind: 1, unit: "MTR", observedAt: 5)
        columns.text = "abc"
        let bytes = try TellingPack([
            HistoryStore.Instance(columns, at: 5, toldAt: 6, source: 1)
        ]).bytes
        for count in 1..<bytes.count {
            #expect(throws: StoreError.self) {
                try TellingPack(stored: Array(bytes.prefix(count))).tellings()
            }
        }
        #expect(throws: StoreError.self) {
            try TellingPack(stored: [UInt8](repeating: 0xFF, count: 40)).tellings()
        }
    }

    // MARK: - Series

    @Test("順に来た値は束になり、行は増えない", arguments: TestEngine.available)
    func inOrder(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let count = 1_000
            for start in stride(from: 0, to: count, by: 90) {
                let facts = (start..<min(start + 90, count)).map {
                    Self.fact(.number(Double($0 % 77) / 4), at: $0 * 60)
                }
                try await broker.apply(facts, source: "test", at: Town.morning + .days(1))
            }
            let told = try await Self.told(broker)
            #expect(told.count == count)
            #expect(told.map(\.value.double) == (0..<count).map { Double($0 % 77) / 4 })
            #expect(told.allSatisfy { $0.unitCode == "MTR" })
            #expect(try await Self.runs(broker) > 5)
            #expect(try await Self.rows(broker) == 0)
            try await Self.expectSums(broker)
            // One day of it, newest first, and a span within one run.
            let span = Town.morning + .seconds(601)...Town.morning + .seconds(1_200)
            let part = try await broker.history(of: Self.key, "waterLevel", in: span)
            #expect(part.map(\.value.double) == (11...20).map { Double($0) / 4 })
            let newest = try await broker.history(
                of: Self.key, "waterLevel", in: Town.morning...Town.morning + .days(1), limit: 3)
            #expect(newest.map(\.value.double) == (997...999).map { Double($0 % 77) / 4 })
        }
    }

    @Test("どんな順に、何度、どう直されても、最後に言われた値が残る", arguments: TestEngine.available)
    func shuffled(engine: TestEngine) async throws {
        for seed in [UInt64(3), 4, 5] {
            try await TestBrokers.with(engine) { broker in
                var random = Seeded(state: seed)
                var model: [Int: Double] = [:]
                var newest = 0
                var moment = Town.morning + .days(2)
                for _ in 0..<60 {
                    var facts: [Fact] = []
                    for _ in 0..<Int.random(in: 1...40, using: &random) {
                        let second: Int
                        switch Int.random(in: 0..<20, using: &random) {
                        case 0: second = Int.random(in: 0...max(newest, 1), using: &random)
                        case 1: second = newest
                        default:
                            newest += Int.random(in: 1...200, using: &random)
                            second = newest
                        }
                        let value = Double(Int.random(in: -50...50, using: &random)) / 8
                        model[second] = value
                        facts.append(Self.fact(.number(value), at: second))
                    }
                    moment = moment + .seconds(1)
                    try await broker.apply(facts, source: "test", at: moment)
                }
                let told = try await Self.told(broker)
                let wanted = model.sorted { $0.key < $1.key }
                #expect(told.map(\.value.double) == wanted.map(\.value), "seed \(seed)")
                try await Self.expectSums(broker, "seed \(seed)")
                #expect(
                    try await broker.entity(Self.key)?["waterLevel"]?.value.double == model[newest])
            }
        }
    }

    @Test("束の中の一つの値も、直し、消せる", arguments: TestEngine.available)
    func editing(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let facts = (0..<300).map { Self.fact(.integer(Int64($0)), at: $0 * 60) }
            try await broker.apply(facts, source: "test", at: Town.morning + .days(1))
            let query = TemporalQuery()
            let page = try await broker.temporal(Self.key, query)
            let instances = try #require(page?.entities.first?.series.first?.instances)
            #expect(instances.count == 300)
            for index in [5, 120, 299] {
                try await broker.write(source: "test") { work in
                    try work.deleteInstance(instances[index].id, of: "waterLevel", of: Self.key)
                }
            }
            try await broker.write(source: "test") { work in
                try work.modifyInstance(instances[60].id, of: "waterLevel", of: Self.key) { old in
                    var new = old
                    new.value = 1_000
                    return new
                }
            }
            let told = try await Self.told(broker).compactMap(\.value.integer)
            var wanted = [Int64](0..<300)
            wanted[60] = 1_000
            wanted.removeAll { [5, 120, 299].contains($0) }
            #expect(told == wanted)
            try await Self.expectSums(broker)
            // The state is no part of the past.
            #expect(try await broker.entity(Self.key)?["waterLevel"]?.value == 299)
            try await broker.apply(
                [Self.fact(7, at: 18_060)], source: "test", at: Town.morning + .days(1))
            #expect(try await Self.told(broker).last?.value == 7)
            try await Self.expectSums(broker)
        }
    }

    @Test("消された属性の過去は残り、また言われれば続く", arguments: TestEngine.available)
    func deletion(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let facts = (0..<70).map { Self.fact(.integer(Int64($0)), at: $0 * 60) }
            try await broker.apply(facts, source: "test", at: Town.morning + .hours(2))
            try await broker.deleteAttribute(
                "waterLevel", of: Self.key, source: "test", at: Town.morning + .hours(3))
            #expect(try await Self.told(broker).count == 70)
            try await Self.expectSums(broker)
            try await broker.apply(
                [Self.fact(500, at: 20_000)], source: "test", at: Town.morning + .hours(6))
            #expect(try await Self.told(broker).map(\.value.integer) == Array(0..<70) + [500])
            try await broker.delete(Self.key, source: "test", at: Town.morning + .hours(7))
            #expect(try await Self.told(broker).count == 71)
            try await broker.deleteEvolution(of: Self.key, source: "test")
            #expect(try await Self.told(broker).isEmpty)
            #expect(try await Self.runs(broker) == 0)
        }
    }

    @Test("長い値、終わりのある値は行に残る", arguments: TestEngine.available)
    func long(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let text = String(repeating: "長", count: 4_000)
            for second in 0..<5 {
                try await broker.apply(
                    [Self.fact(.string(text + "\(second)"), at: second)], source: "test")
            }
            #expect(
                try await Self.told(broker).map(\.value.string) == (0..<5).map { text + "\($0)" })
            #expect(try await Self.rows(broker) == 4)
        }
    }

    @Test("束になる前の形の過去も、そのまま続きになる", arguments: TestEngine.available)
    func carriedOver(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let facts = (0..<10).map { Self.fact(.integer(Int64($0)), at: $0 * 60) }
            try await broker.apply(facts, source: "test", at: Town.morning + .hours(1))
            // As a database from before looks: each telling is a row, also that of the state.
            try await broker.write(source: "test") { work in
                let record = try #require(try work.find(Self.key))
                let key = try work.key(record, "waterLevel", nil)
                try work.settle(key, of: Self.key, inRows: true)
            }
            #expect(try await Self.rows(broker) == 10)
            try await Self.expectSums(broker)
            let more = (10..<100).map { Self.fact(.integer(Int64($0)), at: $0 * 60) }
            try await broker.apply(more, source: "test", at: Town.morning + .hours(2))
            try await broker.apply(more, source: "test", at: Town.morning + .hours(2))
            #expect(try await Self.told(broker).map(\.value.integer) == Array(0..<100))
            #expect(try await Self.rows(broker) == 10)
            #expect(try await Self.runs(broker) > 0)
            try await Self.expectSums(broker)
        }
    }
}

/// The same numbers every time (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
