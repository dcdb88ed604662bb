import CityBroker
import CityKernel
import CityTesting
import CityVocabulary
import HTTPTypes
import Testing

@testable import CityEdge

@Suite("表を取りに行く")
struct SourcePullerTests {
    private static func prepare(
        _ desk: ImportDesk, url: String
    ) async throws -> Edition<ImportSource> {
        let mapping = try ImportMapping(
            id: "t", name: "気温", types: ["WeatherObserved"], idColumns: ["key"],
            columns: [
                ColumnMapping(
                    column: "temp.0", attribute: "temperature", kind: .number, unitCode: "CEL")
            ])
        _ = try await desk.keep(mapping, by: "staff:1")
        try await desk.keep(
            try ImportSource(
                id: "amedas", name: "アメダス", url: url, intervalSeconds: 600, mappingID: "t"),
            by: "staff:1")
        return try #require(try await desk.sources().first)
    }

    @Test("時刻になれば取りに行き、変わっていなければ読み直さず、失敗は示して前の値を残す")
    func pulls() async throws {
        let publisher = FakeWebServer()
        try await publisher.serving { address in
            try await TableImporterTests.with { desk in
                publisher.answerWith(
                    .init(
                        headers: [.eTag: "\"1\""],
                        body: Array(#"{"86467": {"temp": [31.2, 0]}}"#.utf8)))
                _ = try await Self.prepare(desk, url: address + "/{yyyy}{MM}{dd}.json")
                let puller = SourcePuller(
                    desk: desk,
                    outbound: OutboundClient(OutboundGuard.publicOnly.openToLoopback()),
                    logger: .quiet)
                try await puller.pullDue()
                let id = EntityID(type: "WeatherObserved", name: "hitoyoshi:86467")
                #expect(try await desk.broker.entity(id)?["temperature"]?.value == 31.2)
                #expect(puller.health(of: "amedas").lastGoodAt == desk.clock.now)
                try await puller.pullDue()
                #expect(publisher.requests.count == 1)
                let clock = try #require(desk.clock as? ManualClock)
                clock.advance(by: .minutes(10))
                publisher.answerWith(.init(status: 304))
                try await puller.pullDue()
                #expect(publisher.requests.last?[.ifNoneMatch] == "\"1\"")
                #expect(try await desk.runs().count == 1)
                clock.advance(by: .minutes(10))
                publisher.answerWith(.init(status: 500))
                try await puller.pullDue()
                #expect(
                    puller.health(of: "amedas").lastFailure
                        == ImportRefusal(.statusUnexpected, "500"))
                #expect(try await desk.broker.entity(id)?["temperature"]?.value == 31.2)
            }
        }
    }

    @Test("水位の表は変わったときだけ取り込み、失敗は残って前の値を消さない")
    func levels() async throws {
        let server = FakeWebServer()
        try await server.serving { address in
            try await TableImporterTests.with { desk in
                let clock = try #require(desk.clock as? ManualClock)
                let feed = LevelFeed(
                    id: "fukui", url: address + "/levels.csv", intervalSeconds: 60,
                    importer: LevelImporter(
                        broker: desk.broker, rules: .for(["90"]), clock: clock))
                let puller = SourcePuller(
                    desk: desk, outbound: OutboundClient(), feeds: [feed], logger: .quiet)
                func health() -> SourceHealth { puller.health(of: feed.key) }
                try await puller.pull(feed)
                #expect(health().lastFailure == ImportRefusal(.statusUnexpected, "503"))
                #expect(health().lastGoodAt == nil)
                server.answerWith(
                    .init(
                        headers: [.eTag: "\"1\"", .lastModified: HTTPDate.text(clock.now)],
                        body: Array("日時,河川水位,id\n2026-06-01T08:50,3.50,90\n".utf8)))
                try await puller.pull(feed)
                #expect(health().lastFailure == nil)
                #expect(health().lastReport?.created == 1)
                #expect(health().newestReadingAt == Timestamp(iso8601: "2026-05-31T23:50:00Z"))
                server.answerWith(.init(status: 304))
                clock.advance(by: .minutes(1))
                try await puller.pull(feed)
                #expect(server.requests.last?[.ifNoneMatch] == "\"1\"")
                #expect(health().lastGoodAt == clock.now)
                server.answerWith(.init(body: Array("<html>maintenance</html>".utf8)))
                clock.advance(by: .minutes(5))
                try await puller.pull(feed)
                #expect(health().lastFailure?.message.japanese.contains("見出し") == true)
                #expect(health().failures == 2)
                let entity = try #require(
                    try await desk.broker.entity(
                        EntityID(type: "WaterLevelObserved", name: "90")))
                #expect(try WaterLevelObserved(entity).levelCentimetres == 350)
            }
        }
    }

    @Test("市のネットワークの中へは取りに行かない")
    func guarded() async throws {
        let publisher = FakeWebServer()
        try await publisher.serving { address in
            try await TableImporterTests.with { desk in
                let edition = try await Self.prepare(desk, url: address + "/x.json")
                let puller = SourcePuller(
                    desk: desk, outbound: OutboundClient(), logger: .quiet)
                try await puller.pull(edition)
                #expect(puller.health(of: "amedas").lastFailure != nil)
                #expect(publisher.requests.isEmpty)
            }
        }
    }

    @Test("アドレスの時刻は日本時間で、刻みで切り下げる")
    func addresses() throws {
        let source = try ImportSource(
            id: "a", name: "a", url: "https://example.jp/{yyyy}{MM}{dd}{HH}{mm}00.json",
            stepMinutes: 10, intervalSeconds: 600, mappingID: "t")
        #expect(
            source.address(at: TestStores.morning + .minutes(17))
                == "https://example.jp/20260601091000.json")
        for url in ["ftp://x", "https://", "x"] {
            #expect(throws: Problem.self) {
                try ImportSource(
                    id: "a", name: "a", url: url, intervalSeconds: 600, mappingID: "t")
            }
        }
    }
}
