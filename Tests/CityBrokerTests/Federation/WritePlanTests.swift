import CityBroker
import CityKernel
import CityTesting
import Testing

/// Who is told what, as a table: pure decisions over registrations.
@Suite("変更の行き先")
struct WritePlanTests {
    private static let lamp = EntityID(type: "Lamp", name: "1")

    /// Registrations from `mode`, `operations` and attribute names, in this order.
    private func plan(
        _ registrations: [(mode: String, operations: String, names: [String])],
        _ operation: RegistrationOperation = .createEntity,
        attributes: Set<String>? = ["brightness", "colour"], types: [String] = ["Lamp"]
    ) async throws -> WritePlan {
        try await TestBrokers.with { broker in
            for (index, item) in registrations.enumerated() {
                var information = JSONObject([
                    ("entities", [["id": .string(Self.lamp.text), "type": "Lamp"]])
                ])
                if !item.names.isEmpty {
                    information.append("propertyNames", .array(item.names.map { .string($0) }))
                }
                let document: JSONValue = [
                    "type": "ContextSourceRegistration", "mode": .string(item.mode),
                    "operations": [.string(item.operations)],
                    "endpoint": .string("http://127.0.0.1:\(index + 1)"),
                    "information": [.object(information)],
                ]
                try await broker.register(
                    try RegistrationCodec().registration(
                        document, id: "urn:x:\(index)", now: broker.now))
            }
            return WritePlan(
                operation, of: Self.lamp, types: types, attributes: attributes,
                among: try await broker.registrations())
        }
    }

    @Test("専有は自分の属性だけを取り、残りは町に残る")
    func exclusive() async throws {
        let plan = try await plan([("exclusive", "redirectionOps", ["brightness"])])
        #expect(plan.parts.map(\.attributes) == [["brightness"]])
        #expect(plan.local == .attributes(["colour"]))
    }

    @Test("転送はすべてを取り、二つあれば二つとも受け取る")
    func redirects() async throws {
        let plan = try await plan([
            ("redirect", "redirectionOps", []), ("redirect", "redirectionOps", []),
        ])
        #expect(plan.parts.map(\.attributes) == [nil, nil])
        #expect(plan.local == nil)
    }

    @Test("追加は町と両方で行う")
    func inclusive() async throws {
        let plan = try await plan([("inclusive", "redirectionOps", [])])
        #expect(plan.parts.map(\.attributes) == [nil])
        #expect(plan.local == .everything)
    }

    @Test("引き受けない持ち主は断りになり、引き受けない追加先は尋ねない")
    func unsupported() async throws {
        let owner = try await plan([("redirect", "retrieveOps", [])])
        #expect(owner.parts.isEmpty)
        #expect(owner.refusals.count == 1)
        #expect(owner.local == nil)
        let other = try await plan([("inclusive", "retrieveOps", [])])
        #expect(!other.concernsSources)
        #expect(other.local == .everything)
    }

    @Test("補助の情報源には書かない")
    func auxiliary() async throws {
        #expect(try await !plan([("auxiliary", "retrieveOps", [])]).concernsSources)
    }

    @Test("専有のあとに残るものだけが追加先へ行く")
    func exclusiveThenInclusive() async throws {
        let plan = try await plan([
            ("inclusive", "redirectionOps", []),
            ("exclusive", "redirectionOps", ["brightness"]),
        ])
        #expect(plan.parts.map(\.registration.id) == ["urn:x:1", "urn:x:0"])
        #expect(plan.parts.map(\.attributes) == [["brightness"], ["colour"]])
    }

    @Test("別の型の実体には関わらない")
    func otherType() async throws {
        let plan = try await plan([("redirect", "redirectionOps", [])], types: ["Bench"])
        #expect(!plan.concernsSources)
    }

    @Test("観測が新しい値が勝ち、補助は空いたところだけを埋める")
    func merge() {
        let early = TestStores.morning
        func lamp(_ value: Int64, at time: Timestamp, _ rest: [NamedAttribute] = []) -> Entity {
            Entity(
                id: Self.lamp, types: ["Lamp"],
                attributes: [
                    NamedAttribute("brightness", .property(.integer(value), observedAt: time))
                ] + rest)
        }
        var merge = EntityMerge(lamp(1, at: early))
        merge.add(lamp(2, at: early + .seconds(1)))
        merge.add(lamp(3, at: early))
        let colour = NamedAttribute("colour", .property("red"))
        merge.fill(from: lamp(4, at: early + .seconds(9), [colour]))
        #expect(merge.entity?["brightness"]?.value == 2)
        #expect(merge.entity?["colour"]?.value == "red")
    }
}
