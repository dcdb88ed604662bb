import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("写し")
struct SnapshotTests {
    private func snapshot(
        _ id: String, _ broker: Broker, priority: Int64? = nil, lifetime: Duration? = nil
    ) -> Snapshot {
        Snapshot(
            id: id, queries: [["type": "Query", "entities": [["type": "Lamp"]]]],
            priority: priority, lifetime: lifetime, now: broker.now)
    }

    private var lamps: [Entity] {
        (1...3).map { Town.lamp("\($0)", brightness: Int64($0 * 10)) }
    }

    @Test("満たされるまで読めず、満たされたら条件と順序で答える", arguments: TestEngine.available)
    func filling(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.keep(snapshot("urn:x:1", broker))
            await #expect(throws: SnapshotError.preparing("urn:x:1")) {
                try await broker.entities(EntityQuery(type: "Lamp"), in: "urn:x:1")
            }
            let taken = try #require(try await broker.takeWaitingSnapshot())
            #expect(taken.queries.count == 1)
            #expect(try await broker.takeWaitingSnapshot() == nil, "二人は満たさない")
            try await broker.fill("urn:x:1", with: lamps, [.init(.success)])
            let filled = try await broker.snapshot("urn:x:1")
            #expect(filled.status == .success)
            #expect(filled.json["snapshotQueriesDetails"]?[0]?["resultStatus"] == "success")
            var query = EntityQuery(type: "Lamp")
            query.filter = try QueryParser.parse("brightness>10")
            query.order = try EntityOrder.parse(["brightness;desc"], from: nil, collation: nil)
            let found = try await broker.entities(query, in: "urn:x:1")
            #expect(found.map(\.id) == [lamps[2].id, lamps[1].id])
            #expect(found[0]["brightness"]?.value == 30)
            #expect(try await broker.entity(lamps[0].id, in: "urn:x:1")?.types == ["Lamp"])
            #expect(
                try await broker.entity(EntityID(type: "Lamp", name: "9"), in: "urn:x:1") == nil)
        }
    }

    @Test("満たす者が倒れたら、あとで別の者が満たす")
    func fillerLost() async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBrokers.with(clock: clock) { broker in
            try await broker.keep(snapshot("urn:x:1", broker))
            #expect(try await broker.takeWaitingSnapshot() != nil)
            clock.advance(by: .seconds(299))
            #expect(try await broker.takeWaitingSnapshot() == nil)
            clock.advance(by: .seconds(2))
            #expect(try await broker.takeWaitingSnapshot()?.id == "urn:x:1")
        }
    }

    @Test("複製は元が消えても残り、条件で消せる", arguments: TestEngine.available)
    func cloning(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.keep(snapshot("urn:x:1", broker))
            await #expect(throws: SnapshotError.preparing("urn:x:1")) {
                try await broker.clone("urn:x:1", as: snapshot("urn:x:2", broker, priority: 9))
            }
            _ = try await broker.takeWaitingSnapshot()
            try await broker.fill("urn:x:1", with: lamps, [.init(.success)])
            try await broker.clone("urn:x:1", as: snapshot("urn:x:2", broker, priority: 9))
            await #expect(throws: Problem.self) {
                try await broker.purgeSnapshots(try QueryParser.parse("brightness>50"))
            }
            try await broker.purgeSnapshots(try QueryParser.parse("snapshotPriority<6"))
            await #expect(throws: SnapshotError.notFound("urn:x:1")) {
                try await broker.snapshot("urn:x:1")
            }
            let held = try await broker.entities(EntityQuery(type: "Lamp"), in: "urn:x:2")
            #expect(held.count == 3)
            try await broker.deleteSnapshot("urn:x:2")
            await #expect(throws: SnapshotError.notFound("urn:x:2")) {
                try await broker.deleteSnapshot("urn:x:2")
            }
        }
    }

    @Test("期限が来たら消え、数にも限りがある")
    func limits() async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestBrokers.with(clock: clock) { broker in
            let long = snapshot("urn:x:long", broker, lifetime: .seconds(365 * 86_400))
            #expect(long.expiresAt == broker.now + Snapshot.lifetimeMax)
            for number in 0..<Snapshot.countMax {
                try await broker.keep(
                    snapshot("urn:x:\(number)", broker, lifetime: .seconds(60)))
            }
            await #expect(throws: SnapshotError.tooMany) { try await broker.keep(long) }
            clock.advance(by: .seconds(61))
            await #expect(throws: SnapshotError.notFound("urn:x:0")) {
                try await broker.snapshot("urn:x:0")
            }
            try await broker.keep(long)
            await #expect(throws: SnapshotError.alreadyExists("urn:x:long")) {
                try await broker.keep(long)
            }
        }
    }

    @Test(
        "一つの結果から全体の結果が決まる",
        arguments: [
            ([Snapshot.Status.success, .empty], Snapshot.Status.success), ([.empty], .empty),
            ([.failure, .success], .partial), ([.failure, .failure], .failure),
        ])
    func statuses(parts: [Snapshot.Status], whole: Snapshot.Status) async throws {
        try await TestBrokers.with { broker in
            try await broker.keep(snapshot("urn:x:1", broker))
            _ = try await broker.takeWaitingSnapshot()
            try await broker.fill("urn:x:1", with: [], parts.map { .init($0) })
            #expect(try await broker.snapshot("urn:x:1").status == whole)
        }
    }
}
