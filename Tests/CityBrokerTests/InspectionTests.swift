import CityBroker
import CityKernel
import CityStore
import CityTesting
import Logging
import Testing

@Suite("型との照合")
struct InspectionTests {
    /// Temperatures of rooms are numbers, and every room has a name.
    private struct Rooms: Inspection.Book {
        func fault(
            of attribute: Attribute, named name: String, type: String
        ) -> Inspection.Fault? {
            guard type == "Room", name == "temperature", attribute.value.double == nil else {
                return nil
            }
            return .init(
                type: type, attribute: name,
                message: LocalizedText("数ではありません", en: "is not a number"),
                remedy: "Send a number.")
        }

        func required(of type: String) -> [String] { type == "Room" ? ["name"] : [] }
    }

    private static let room = EntityID(type: "Room", name: "1")

    private func look(
        _ mode: Inspection.Mode, _ engine: TestEngine = .sqlite,
        clock: ManualClock = ManualClock(TestStores.morning), _ body: (Broker) async throws -> Void
    ) async throws {
        try await TestStores.with(engine, clock: clock, migrations: Broker.migrations) { store in
            try await body(try Self.broker(mode, on: store, clock))
        }
    }

    private static func broker(
        _ mode: Inspection.Mode, on store: any Store, _ clock: ManualClock
    ) throws -> Broker {
        try Broker(
            store: store, rules: [], clock: clock, logger: Logger(label: "city.test"),
            inspection: Inspection(mode, Rooms(), trusted: ["city-folder"]))
    }

    private func tell(_ broker: Broker, _ value: JSONValue, by writer: String) async throws {
        try await broker.apply(
            [Fact(Self.room, type: "Room", "temperature", .property(value))], source: writer)
    }

    @Test("断るときは、属性と、どう直すかを言い、何も残さない")
    func refuses() async throws {
        try await look(.refuse) { broker in
            let problem = await #expect(throws: Problem.self) {
                try await tell(broker, "あつい", by: "key:7")
            }
            #expect(problem?.kind == .badRequestData)
            #expect(problem?.detail == "temperature of Room is not a number.")
            #expect(problem?.remedy == "Send a number.")
            #expect(try await broker.entity(Self.room) == nil)
            try await tell(broker, 20, by: "key:7")
            let unnamed = Entity(id: EntityID(type: "Room", name: "2"), types: ["Room"])
            await #expect(throws: Problem.self) {
                try await broker.create(unnamed, source: "key:7")
            }
            #expect(try await broker.typeFaults().map(\.count) == [2])
        }
    }

    @Test("注意のときは受け取り、型と書いた人ごとに数える。市の資料は調べない")
    func warns() async throws {
        try await look(.warn) { broker in
            try await tell(broker, "あつい", by: "key:7")
            try await tell(broker, "さむい", by: "key:7")
            try await tell(broker, "ふつう", by: "key:8")
            try await tell(broker, "よい", by: "city-folder")
            try await tell(broker, 20, by: "key:9")
            let counted = try await broker.typeFaults()
            #expect(counted.map(\.writer) == ["key:7", "key:8"])
            #expect(counted.map(\.count) == [2, 1])
            #expect(counted.first?.last.attribute == "temperature")
            #expect(counted.first?.last.message.japanese == "数ではありません")
            #expect(counted.first?.last.message.english == "is not a number")
            #expect(try await broker.entity(Self.room)?["temperature"]?.value == 20)
        }
    }

    @Test("切ってあれば、だれも見ない")
    func off() async throws {
        try await look(.off) { broker in
            try await tell(broker, "あつい", by: "key:7")
            #expect(broker.inspection == nil)
            #expect(try await broker.typeFaults().isEmpty)
        }
    }

    @Test("数は再起動のあとも続き、なおって90日たてば忘れる", arguments: TestEngine.available)
    func isKept(engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await look(.warn, engine, clock: clock) { broker in
            try await tell(broker, "あつい", by: "key:7")
            try await broker.writeTypeFaults()
            try await tell(broker, "さむい", by: "key:7")
            try await broker.writeTypeFaults()
            clock.advance(by: .days(89))
            let again = try Self.broker(.warn, on: broker.store, clock)
            let kept = try await again.typeFaults()
            #expect(kept.map(\.count) == [2] && kept.first?.firstAt == TestStores.morning)
            clock.advance(by: .days(2))
            try await tell(again, "あつい", by: "key:8")
            #expect(try await again.typeFaults().map(\.writer) == ["key:8"])
        }
    }

    @Test("数える相手には上限があり、いまいる相手はそのあとも数える")
    func isBounded() async throws {
        try await look(.warn) { broker in
            for first in stride(from: 0, to: Inspection.talliesMax + 100, by: 100) {
                for number in first..<first + 100 {
                    try await tell(broker, .string("\(number)度"), by: "key:\(number)")
                }
                try await broker.writeTypeFaults()
            }
            try await tell(broker, "あつい", by: "key:0")
            let counted = try await broker.typeFaults(limit: Inspection.talliesMax + 100)
            #expect(counted.count == Inspection.talliesMax)
            #expect(counted.first?.writer == "key:0" && counted.first?.count == 2)
        }
    }
}
