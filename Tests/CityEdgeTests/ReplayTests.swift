import CityBroker
import CityEdge
import CityKernel
import CityTesting
import CityVocabulary
import Logging
import Testing

@Suite("再生")
struct ReplayTests {
    private let table = """
        日時,河川水位,id
        2024-06-23T13:20,1.21,90
        2024-06-23T12:20,1.24,90
        2024-06-23T13:20,---,90
        2024-06-22T24:00,0.90,90
        2024-06-23T13:20,2.00,91
        x,1,90
        """

    @Test("記録は時刻の順に並び、値のある時刻の欠測は捨てられる")
    func series() throws {
        let series = try ReplaySeries(
            table: table.utf8, file: "t.csv", rules: .for(["90", "91"]))
        #expect(
            series.steps.map(\.at.iso8601Japan) == [
                "2024-06-23T00:00:00+09:00", "2024-06-23T12:20:00+09:00",
                "2024-06-23T13:20:00+09:00",
            ])
        #expect(series.steps[2].readings.map(\.levelCentimetres) == [121, 200])
        #expect(series.report.bad == 1)
        #expect(throws: Problem.self) {
            try ReplaySeries(table: "時刻\n".utf8, file: "t.csv", rules: .for([]))
        }
    }

    @Test("それぞれの読みは自分の時刻に入り、再生の印がつく")
    func play() async throws {
        let series = try ReplaySeries(
            table: table.utf8, file: "t.csv", rules: .for(["90", "91"]))
        let clock = ManualClock(series.steps[1].at)
        let gauge = EntityID(type: "WaterLevelObserved", name: "90")
        try await TestBroker.with(clock: clock) { broker in
            let feed = ReplayFeed(series: series, broker: broker, clock: clock, logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await feed.play() }
                try await until { try await level(of: gauge, in: broker) == 124 }
                clock.advance(to: series.end)
                try await group.waitForAll()
            }
            #expect(try await level(of: gauge, in: broker) == 121)
            let entity = try #require(try await broker.entity(gauge))
            #expect(entity["waterLevel"]?.sub("provenance")?.value == "replay")
            #expect(entity["waterLevel"]?.modifiedAt == series.end)
        }
    }

    private func level(of gauge: EntityID, in broker: Broker) async throws -> Int? {
        guard let entity = try await broker.entity(gauge) else { return nil }
        return try WaterLevelObserved(entity).levelCentimetres
    }

    @Test("再生の時計は速く進み、終わりで止まる")
    func clock() async throws {
        let start = Timestamp(seconds: 1_719_130_000)
        let clock = ReplayClock(start: start, end: start + .hours(1), speed: 10_000)
        try await clock.sleep(until: start + .minutes(30))
        #expect(clock.now >= start + .minutes(30))
        try await clock.sleep(until: clock.end)
        #expect(clock.now == clock.end)
        #expect(clock.now == clock.end)
    }
}
