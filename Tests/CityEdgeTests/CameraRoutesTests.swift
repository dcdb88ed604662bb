import CityKernel
import CityTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import CityEdge

@Suite("カメラの窓口")
struct CameraRoutesTests {
    @Test("画像は、見せてよい時間だけ覚えてよいと言って渡され、古くなれば渡されない")
    func caching() async throws {
        let clock = ManualClock(Timestamp(seconds: 1_719_130_000))
        let folder = URL(fileURLWithPath: try TestStores.makeDirectory("stills"))
        let shelf = CameraShelf()
        try await shelf.keep(
            StoredStill(bytes: Picture.jpeg, format: .jpeg, takenAt: clock.now),
            of: "mizunote", in: folder)
        // A new run takes the picture from disk.
        let nextRun = CameraShelf()
        try await nextRun.load("mizunote", from: folder)
        try FileManager.default.removeItem(at: folder)

        let camera = try CameraSettings(
            id: "mizunote", name: LocalizedText("水の手橋"), url: "https://example.org/a.jpg",
            intervalSeconds: 60, maximumAgeSeconds: 600)
        let router = Router()
        CameraRoutes(cameras: [camera], shelf: nextRun, clock: clock).addRoutes(to: router)
        try await Application(router: router).test(.router) { client in
            func get(_ tag: String? = nil) async throws -> TestResponse {
                var headers = HTTPFields()
                headers[.ifNoneMatch] = tag
                return try await client.execute(
                    uri: "/cameras/mizunote/still", method: .get, headers: headers)
            }
            let fresh = try await get()
            #expect(Array(fresh.body.readableBytesView) == Picture.jpeg)
            #expect(fresh.headers[.contentType] == "image/jpeg")
            #expect(fresh.headers[.cacheControl] == "public, max-age=60")
            #expect(fresh.headers[.lastModified] == "Sun, 23 Jun 2024 08:06:40 GMT")
            let again = try await get(fresh.headers[.eTag])
            #expect(again.status == .notModified)
            clock.advance(by: .seconds(570))
            let old = try await get()
            #expect(old.headers[.cacheControl] == "public, max-age=30")
            clock.advance(by: .seconds(31))
            // Without the city's middleware a `Problem` is a plain failure.
            let tooOld = try await get()
            #expect(tooOld.status == .internalServerError)
        }
    }
}
