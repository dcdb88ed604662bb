import CityBroker
import CityKernel
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
                type: type, attribute: name, message: "is not a number", remedy: "Send a number.")
        }

        func required(of type: String) -> [String] { type == "Room" ? ["name"] : [] }
    }

    private static let room = EntityID(type: "Room", name: "1")

    private func look(
        _ mode: Inspection.Mode, _ body: (Broker, Inspection) async throws -> Void
    ) async throws {
        let inspection = Inspection(mode, Rooms(), trusted: ["city-folder"])
        try await TestStores.with(
            .sqlite, clock: ManualClock(TestStores.morning), migrations: Broker.migrations
        ) { store in
            let broker = try Broker(
                store: store, rules: [], clock: ManualClock(TestStores.morning),
                logger: Logger(label: "city.test"), inspection: inspection)
            try await body(broker, inspection)
        }
    }

    private func tell(_ broker: Broker, _ value: JSONValue, by writer: String) async throws {
        try await broker.apply(
            [Fact(Self.room, type: "Room", "temperature", .property(value))], source: writer)
    }

    @Test("断るときは、属性と、どう直すかを言い、何も残さない")
    func refuses() async throws {
        try await look(.refuse) { broker, inspection in
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
            #expect(inspection.counted.map(\.count) == [2])
        }
    }

    @Test("注意のときは受け取り、型と書いた人ごとに数える。市の資料は調べない")
    func warns() async throws {
        try await look(.warn) { broker, inspection in
            try await tell(broker, "あつい", by: "key:7")
            try await tell(broker, "さむい", by: "key:7")
            try await tell(broker, "ふつう", by: "key:8")
            try await tell(broker, "よい", by: "city-folder")
            try await tell(broker, 20, by: "key:9")
            #expect(inspection.counted.map(\.writer) == ["key:7", "key:8"])
            #expect(inspection.counted.map(\.count) == [2, 1])
            #expect(inspection.counted.first?.last.attribute == "temperature")
            #expect(try await broker.entity(Self.room)?["temperature"]?.value == 20)
        }
    }

    @Test("切ってあれば、だれも見ない")
    func off() async throws {
        try await look(.off) { broker, inspection in
            try await tell(broker, "あつい", by: "key:7")
            #expect(broker.inspection == nil && inspection.counted.isEmpty)
        }
    }
}
