import AsyncHTTPClient
import CityBroker
import CityEdge
import CityKernel
import CityTesting
import CityVocabulary
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@Suite("取りに行く水位と画像")
struct PulledSourceTests {
    private static let now = Timestamp(seconds: 1_719_130_000)
    private static let gauge = EntityID(type: "WaterLevelObserved", name: "90")

    @Test("水位の表は変わったときだけ取り込み、失敗は残って前の値を消さない")
    func feed() async throws {
        let server = FakeWebServer()
        let clock = ManualClock(Self.now)
        try await TestBroker.with(clock: clock) { broker in
            let importer = LevelImporter(broker: broker, rules: .for(["90"]), clock: clock)
            try await server.serving { address in
                let feed = try PolledFeed(
                    name: "fukui", url: address + "/levels.csv", importer: importer,
                    client: .shared, clock: clock, logger: .quiet)
                await feed.poll()
                #expect(feed.health.lastFailure == "配信元が503を返しました")
                #expect(feed.health.age(at: clock.now) == nil)

                server.answerWith(
                    .init(
                        headers: [.eTag: "\"1\"", .lastModified: HTTPDate.text(Self.now)],
                        body: Array("日時,河川水位,id\n2024-06-23T16:10,3.50,90\n".utf8)))
                await feed.poll()
                #expect(feed.health.lastFailure == nil)
                #expect(feed.health.lastReport?.stored == 1)
                #expect(
                    feed.health.newestReadingAt == Timestamp(iso8601: "2024-06-23T07:10:00Z"))

                server.answerWith(.init(status: 304))
                clock.advance(by: .minutes(1))
                await feed.poll()
                #expect(server.requests.last?[.ifNoneMatch] == "\"1\"")
                #expect(server.requests.last?[.ifModifiedSince] == HTTPDate.text(Self.now))
                #expect(feed.health.age(at: clock.now) == .zero)

                server.answerWith(.init(body: Array("<html>maintenance</html>".utf8)))
                clock.advance(by: .minutes(5))
                await feed.poll()
                #expect(feed.health.lastFailure?.contains("見出し") == true)
                #expect(feed.health.failures == 2)
                #expect(feed.health.age(at: clock.now) == .minutes(5))
            }
            let entity = try #require(try await broker.entity(Self.gauge))
            let observed = try WaterLevelObserved(entity)
            #expect(observed.levelCentimetres == 350)
        }
    }

    @Test("大きすぎる答えと、つながらない相手は失敗として見える")
    func fetchLimits() async throws {
        let server = FakeWebServer()
        server.answerWith(.init(body: Array(repeating: 65, count: 2_000)))
        try await server.serving { address in
            let fetcher = try Fetcher(
                client: .shared, url: address + "/levels.csv", bodyBytesMax: 1_000)
            await #expect(throws: FetchError.tooLarge(bytesMax: 1_000)) {
                try await fetcher.fetch(unless: nil)
            }
        }
        let nobody = try Fetcher(
            client: .shared, url: "http://127.0.0.1:\(try FreePort.tcp())", timeoutSecondsMax: 1,
            bodyBytesMax: 1_000)
        do throws(FetchError) {
            _ = try await nobody.fetch(unless: nil)
            Issue.record("nobody answers there")
        } catch {
            let isTold = error.words == "配信元につながりません" || error == .timedOut(seconds: 1)
            #expect(isTold)
        }
        #expect(throws: Problem.self) {
            try Fetcher(client: .shared, url: "file:///etc/passwd", bodyBytesMax: 1)
        }
    }

    private static func camera(_ url: String) throws -> CameraSettings {
        try CameraSettings(id: "mizunote", name: LocalizedText("水の手橋"), url: url)
    }

    private static func still(_ broker: Broker) async throws -> CameraStill {
        let id = EntityID(type: CameraStill.entityType, name: "mizunote")
        return try CameraStill(try #require(try await broker.entity(id)))
    }

    @Test("最後の良い画像だけが残り、止まったカメラの画像は若返らない")
    func camera() async throws {
        let server = FakeWebServer()
        let clock = ManualClock(Self.now)
        let folder = URL(fileURLWithPath: try TestStores.makeDirectory("cameras"))
        let shelf = CameraShelf()
        try await TestBroker.with(clock: clock) { broker in
            try await server.serving { address in
                let poller = try CameraPoller(
                    try Self.camera(address + "/latest.jpg"), shelf: shelf, folder: folder,
                    client: .shared, broker: broker, clock: clock, logger: .quiet)
                var version: Fetcher.Version?
                server.answerWith(
                    .init(headers: [.contentType: "image/jpeg"], body: Picture.jpeg))
                await poller.poll(&version)
                let first = try await Self.still(broker)
                #expect(first.takenAt == Self.now)
                #expect(first.path == "/cameras/mizunote/still")

                clock.advance(by: .minutes(3))
                await poller.poll(&version)
                let second = try await Self.still(broker)
                #expect(second.takenAt == Self.now)

                server.answerWith(
                    .init(headers: [.contentType: "image/jpeg"], body: Picture.png))
                await poller.poll(&version)
                let third = try await Self.still(broker)
                #expect(third.lastFailure == "画像の種類が名乗りと違います")
                #expect(shelf.find("mizunote")?.still.bytes == Picture.jpeg)
            }
        }
        let content = try Data(contentsOf: folder.appendingPathComponent("mizunote.still"))
        #expect(Array(content).suffix(Picture.jpeg.count).elementsEqual(Picture.jpeg))
        try FileManager.default.removeItem(at: folder)
    }
}
