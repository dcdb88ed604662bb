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

@Suite("取りに行く画像")
struct PulledSourceTests {
    private static let now = Timestamp(seconds: 1_719_130_000)

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
            let isTold = error.words.japanese == "配信元につながりません" || error == .timedOut(seconds: 1)
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
