import AsyncHTTPClient
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Foundation
import ServiceLifecycle

/// Still pictures of the river, pulled from their publishers and shown with their age.
///
/// Plan: 防災 防災ポータル(河川カメラ)
struct RiverCameras: CityService {
    let manifest = ServiceManifest(
        id: "edge.river-cameras", ring: .edge,
        title: LocalizedText("河川カメラ", easy: "川の カメラ", en: "River cameras"),
        summary: LocalizedText(
            "公開されている川の画像を取りに行き、撮られた時刻とともに見せます。",
            easy: "川の しゃしんを、とった 時間と いっしょに 見せます。",
            en: "Fetches public pictures of the river and shows them with their age."),
        planItems: ["B1"], writes: [CameraStill.entityType], uses: [.broker, .web],
        publishes: [CameraStill.entityType],
        outside: LocalizedText("河川カメラの配信元", easy: "川の カメラ", en: "publishers of cameras"))

    /// Pollers put pictures here, the route takes them.
    private let shelf = CameraShelf()

    func addRoutes(to router: CityRouter, of city: City) throws {
        CameraRoutes(cameras: try settings(of: city), shelf: shelf, clock: city.clock)
            .addRoutes(to: router)
    }

    /// A demonstration plays an old day; today's river must not look out of its window.
    func workers(of city: City) throws -> [any Service] {
        guard !city.configuration.isDemonstration else { return [] }
        return try settings(of: city).map { camera in
            try CameraPoller(
                camera, shelf: shelf, folder: city.dataFolder.appending(path: "cameras"),
                client: .shared, broker: city.broker, clock: city.clock, logger: city.logger)
        }
    }

    private func settings(of city: City) throws -> [CameraSettings] {
        try city.configuration.cameras.map { camera in
            try CameraSettings(
                id: camera.id, name: camera.name, url: camera.url,
                intervalSeconds: camera.intervalSeconds,
                maximumAgeSeconds: camera.maximumAgeSeconds)
        }
    }
}
