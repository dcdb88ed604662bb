import CityKernel
import CityTesting
import Foundation
import Testing

@testable import CityBroker

@Suite("実体の問い合わせの限り")
struct EntityLimitTests {
    private func list(_ count: Int, _ separator: String = ",") -> String {
        (0..<count).map { "a\($0)" }.joined(separator: separator)
    }

    @Test("型、範囲、項目、並びの式は、限りまで長くなれる")
    func expressions() throws {
        _ = try TypeSelection.parse(list(TypeSelection.typesMax))
        #expect(throws: Problem.self) {
            try TypeSelection.parse(list(TypeSelection.typesMax + 1))
        }
        _ = try ScopeSelection.parse(list(ScopeSelection.scopesMax))
        #expect(throws: Problem.self) {
            try ScopeSelection.parse(list(ScopeSelection.scopesMax + 1))
        }
        _ = try Projection(pick: list(Projection.membersMax), omit: nil, .core)
        #expect(throws: Problem.self) {
            try Projection(pick: list(Projection.membersMax + 1), omit: nil, .core)
        }
        let keys = Array(repeating: "a", count: EntityOrder.keysMax)
        _ = try EntityOrder.parse(keys, from: nil, collation: nil)
        #expect(throws: Problem.self) {
            try EntityOrder.parse(keys + ["b"], from: nil, collation: nil)
        }
    }

    @Test("深すぎるかっこは断る")
    func depth() {
        let open = String(repeating: "(", count: 100)
        let close = String(repeating: ")", count: 100)
        #expect(throws: Problem.self) { try TypeSelection.parse(open + "a" + close) }
        #expect(throws: Problem.self) { try ScopeSelection.parse(open + "/a" + close) }
        #expect(throws: Problem.self) { try QueryParser.parse(open + "a" + close) }
        #expect(throws: Problem.self) { try TextPattern(open + "a" + close) }
        let braces = String(repeating: "a{", count: 100) + "a" + String(repeating: "}", count: 100)
        #expect(throws: Problem.self) { try QueryParser.parse(braces) }
        #expect(throws: Problem.self) { try Projection(pick: braces, omit: nil, .core) }
    }

    @Test("一つの答えにつなぐ実体の数には限りがある")
    func linked() async throws {
        try await TestBrokers.with { broker in
            let targets = (0...LinkedEntities.countMax).map { JSONValue.string("urn:a:\($0)") }
            let id = EntityID(type: "Route", name: "1")
            let entity = Entity(
                id: id, types: ["Route"],
                attributes: [NamedAttribute("stops", Attribute(.listRelationship, .array(targets)))]
            )
            await #expect {
                try await broker.link([entity], .all, LinkedEntities(.flat))
            } throws: { ($0 as? Problem)?.kind == .tooManyResults }
        }
    }

    @Test("一度に終わるものが多くても、みな消える")
    func expiries() async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBrokers.with(clock: clock) { broker in
            let end = clock.now + .minutes(1)
            try await broker.write(source: "test") { work in
                for number in 0...Broker.expiriesMax {
                    try work.create(
                        Entity(
                            id: EntityID(type: "Notice", name: String(number)), types: ["Notice"],
                            expiresAt: end))
                }
            }
            clock.advance(by: .minutes(1))
            #expect(try await broker.entities(EntityQuery(type: "Notice")).entities.isEmpty)
        }
    }

    @Test(
        "並べかえる実体の数には限りがある",
        .enabled(if: ProcessInfo.processInfo.environment["CITY_SLOW"] == "1"))
    func ordered() async throws {
        try await TestBrokers.with { broker in
            for start in stride(from: 0, through: EntityQuery.orderedMax, by: 10_000) {
                try await broker.write(source: "test") { work in
                    for number in start..<min(start + 10_000, EntityQuery.orderedMax + 1) {
                        try work.create(
                            Entity(
                                id: EntityID(type: "Lamp", name: String(number)), types: ["Lamp"]))
                    }
                }
            }
            var query = EntityQuery(type: "Lamp", limit: 1)
            query.order = [EntityOrder(.path(AttributePath("id")), isDescending: true)]
            await #expect {
                try await broker.entities(query)
            } throws: { ($0 as? Problem)?.kind == .tooManyResults }
        }
    }
}
