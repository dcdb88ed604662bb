import CityBroker
import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("規則")
struct RuleTests {
    /// Writes what a closure says, for one reading type and one written type.
    private struct TestRule: Rule {
        var name: String
        var reads: Set<String>
        var writes: Set<String>
        var followsTime = false
        var body: @Sendable (RuleTrigger, any RuleContext) throws -> [Fact]

        func evaluate(_ trigger: RuleTrigger, in context: any RuleContext) throws -> [Fact] {
            try body(trigger, context)
        }
    }

    private static let stage = EntityID(type: "Stage", name: "1")
    private static let light = EntityID(type: "Light", name: "1")

    private static let stageRule = TestRule(
        name: "stage", reads: ["WaterLevelObserved"], writes: ["Stage"]
    ) { _, context in
        let level = try context.entity(Town.gauge)?["waterLevel"]?.value.double ?? 0
        return [Fact(stage, type: "Stage", "level", .property(level > 2 ? "danger" : "normal"))]
    }

    private static let lightRule = TestRule(
        name: "light", reads: ["Stage"], writes: ["Light"]
    ) { _, context in
        let stage = try context.entities(ofType: "Stage").first?["level"]?.value.string
        return [
            Fact(
                light, type: "Light", "colour", .property(stage == "danger" ? "red" : "blue"))
        ]
    }

    @Test("規則は読むものと書くものの順に働く", arguments: TestEngine.available)
    func order(engine: TestEngine) async throws {
        let rules: [any Rule] = [Self.lightRule, Self.stageRule]
        try await TestBrokers.with(engine, rules: rules) { broker in
            let applied = try await broker.apply([Town.level(3, at: 0)], source: "test")
            #expect(applied.changed == [Town.gauge, Self.stage, Self.light])
            #expect(try await broker.entity(Self.light)?["colour"]?.value == "red")
            let same = try await broker.apply([Town.level(3.5, at: 1)], source: "test")
            #expect(same.changed == [Town.gauge])
            let calm = try await broker.apply([Town.level(1, at: 2)], source: "test")
            #expect(calm.changed == [Town.gauge, Self.stage, Self.light])
        }
    }

    @Test("輪になった規則は断られる")
    func circle() async throws {
        let first = TestRule(name: "a", reads: ["C"], writes: ["A"]) { _, _ in [] }
        let second = TestRule(name: "b", reads: ["A"], writes: ["B"]) { _, _ in [] }
        let third = TestRule(name: "c", reads: ["B"], writes: ["C"]) { _, _ in [] }
        try await TestStores.with { store in
            #expect(throws: BrokerError.ruleCircle(["a", "b", "c", "a"])) {
                try TestBrokers.make(on: store, rules: [first, second, third])
            }
            let mirror = TestRule(name: "self", reads: ["A"], writes: ["A"]) { _, _ in [] }
            #expect(throws: BrokerError.ruleCircle(["self", "self"])) {
                try TestBrokers.make(on: store, rules: [mirror])
            }
        }
    }

    @Test("一つの名詞を書く規則は一つだけ")
    func oneWriter() async throws {
        let first = TestRule(name: "a", reads: [], writes: ["A"]) { _, _ in [] }
        let second = TestRule(name: "b", reads: [], writes: ["A"]) { _, _ in [] }
        try await TestStores.with { store in
            _ = #expect(throws: BrokerError.twoWriters(type: "A", rules: ["a", "b"])) {
                try TestBrokers.make(on: store, rules: [first, second])
            }
        }
        try await TestBrokers.with(rules: [Self.stageRule]) { broker in
            let forged = Fact(Self.stage, type: "Stage", "level", .property("normal"))
            await #expect(throws: BrokerError.writtenByRule(type: "Stage", rule: "stage")) {
                try await broker.apply([forged], source: "outsider")
            }
        }
    }

    @Test("規則が失敗しても、元の事実は残り、失敗が数えられる", arguments: TestEngine.available)
    func failing(engine: TestEngine) async throws {
        struct Mistake: Error {}
        let failing = TestRule(
            name: "failing", reads: ["WaterLevelObserved"], writes: ["Broken"]
        ) { _, _ in throw Mistake() }
        let undeclared = TestRule(
            name: "undeclared", reads: ["WaterLevelObserved"], writes: ["Other"]
        ) { _, _ in
            [
                Fact(EntityID(type: "Other", name: "1"), type: "Other", "a", .property(1)),
                Fact(Self.light, type: "Light", "colour", .property("red")),
            ]
        }
        let rules: [any Rule] = [failing, undeclared, Self.stageRule]
        try await TestBrokers.with(engine, rules: rules) { broker in
            let applied = try await broker.apply([Town.level(3, at: 0)], source: "test")
            #expect(applied.failedRules == ["failing", "undeclared"])
            #expect(try await broker.entity(Town.gauge)?["waterLevel"]?.value == 3)
            #expect(try await broker.entity(Self.stage)?["level"]?.value == "danger")
            #expect(try await broker.entities(EntityQuery(type: "Other")).entities.isEmpty)
            try await broker.apply([Town.level(4, at: 1)], source: "test")
            let failures = try await broker.ruleFailures()
            #expect(failures.map(\.rule) == ["failing", "undeclared"])
            #expect(failures.map(\.failures) == [2, 2])
        }
    }

    @Test("時間だけで変わる規則は時の刻みで働き、あとの規則が続く", arguments: TestEngine.available)
    func tick(engine: TestEngine) async throws {
        let silence = TestRule(
            name: "silence", reads: ["WaterLevelObserved"], writes: ["Stage"], followsTime: true
        ) { _, context in
            guard let seen = try context.entity(Town.gauge)?["waterLevel"]?.observedAt else {
                return []
            }
            let isSilent = context.now.since(seen) > .minutes(30)
            return [
                Fact(
                    Self.stage, type: "Stage", "level",
                    .property(isSilent ? "danger" : "normal"))
            ]
        }
        let rules: [any Rule] = [silence, Self.lightRule]
        try await TestBrokers.with(engine, rules: rules) { broker in
            try await broker.apply([Town.level(1, at: 0)], source: "test")
            let early = try await broker.tick(at: Town.morning + .minutes(10))
            #expect(early == Applied())
            let late = try await broker.tick(at: Town.morning + .minutes(31))
            #expect(late.changed == [Self.stage, Self.light])
            #expect(try await broker.entity(Self.light)?["colour"]?.value == "red")
        }
    }

    @Test("遅れた値も規則に届き、履歴から読める", arguments: TestEngine.available)
    func lateReading(engine: TestEngine) async throws {
        let rise = TestRule(
            name: "rise", reads: ["WaterLevelObserved"], writes: ["Stage"]
        ) { _, context in
            let readings = try context.history(
                of: Town.gauge, "waterLevel", in: Town.morning...(Town.morning + .hours(1)))
            return [
                Fact(
                    Self.stage, type: "Stage", "readings",
                    .property(.integer(Int64(readings.count))))
            ]
        }
        try await TestBrokers.with(engine, rules: [rise]) { broker in
            try await broker.apply([Town.level(3, at: 20)], source: "test")
            let applied = try await broker.apply([Town.level(1, at: 10)], source: "test")
            #expect(applied.changed == [Self.stage])
            #expect(try await broker.entity(Self.stage)?["readings"]?.value == 2)
        }
    }
}
