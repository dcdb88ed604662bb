import CityKernel
import CityPlaces
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/map`: the city with its shelters, gauges and bridges as a picture, the same places as a list
/// beneath, and the layers for the interactive map where scripts run.
///
/// Plan: 防災 防災ポータルサイト, 統合型GIS.
struct MapPage: Sendable {
    let city: City
    let map: CityMap

    static let width = 720
    static let height = 640
    /// On a phone, about the pixels of its screen, so that names keep their size.
    static let narrowWidth = 360
    static let narrowHeight = 440

    func addRoutes(to router: CityRouter) {
        router.get("map") { request, context in
            try await city.pages.cached(request, context, topics: DisasterState.topics) { links in
                try await page(links)
            }
        }
        router.get("map/layers.json") { _, context in
            let state = try await DisasterState.load(city)
            let picture = map.picture(
                state, links: context.links, texts: city.pages.texts, extent: .whole)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/json; charset=utf-8",
                    .cacheControl: "public, max-age=30",
                ],
                body: .init(byteBuffer: .init(bytes: picture.document.json.bytes)))
        }
    }

    private func page(_ links: Links) async throws -> Page {
        let state = try await DisasterState.load(city)
        let texts = city.pages.texts
        let title = texts["mapTitle"][links.language]
        let wide = map.picture(state, links: links, texts: texts, extent: .whole)
            .svg(width: Self.width, height: Self.height)
        let narrow = map.picture(state, links: links, texts: texts, extent: .narrow)
            .svg(width: Self.narrowWidth, height: Self.narrowHeight)
        let finder = ShelterFinder()
        let model = MapModel(
            title: title,
            picture: Picture(
                .map, id: "map", caption: texts["mapDescription"][links.language],
                svg: wide + narrow,
                layers: links.to(DisasterPaths.mapLayers)),
            gauges: state.gauges.prefix(MapModel.gaugesMax).map {
                PortalModel.row($0, state, links, texts)
            },
            bridges: state.bridges.map { MapModel.bridge($0, links) },
            hasBridges: !state.bridges.isEmpty,
            bridgesNote: state.bridges.contains { $0.bridge.location == nil }
                ? texts["mapNoPlace"][links.language] : nil,
            shelters: finder.find(state.shelters).map { found in
                RowLink(
                    found.shelter.name[links.language],
                    path: links.to(DisasterPaths.shelter(found.shelter.id)), icon: "shelter",
                    note: ShelterWords.status(found.shelter)[links.language])
            })
        return Page(
            title: title, description: texts["mapDescription"][links.language],
            body: try city.pages.render("disaster/map", model, links: links),
            canonicalPath: DisasterPaths.map, refreshSeconds: PortalPage.refreshSeconds,
            bands: city.bands(state, links.language), assets: [.map])
    }
}

struct MapModel {
    let title: String
    let picture: Picture
    let gauges: [PortalModel.GaugeRow]
    let bridges: [RowLink]
    let hasBridges: Bool
    /// Said when a bridge has no mark because nobody has published where it stands.
    let bridgesNote: String?
    let shelters: [RowLink]

    /// The list beneath names at most so many; `/rivers` has them all.
    static let gaugesMax = 20

    static func bridge(_ light: DisasterState.BridgeLight, _ links: Links) -> RowLink {
        RowLink(
            light.bridge.name[links.language], path: links.to(DisasterPaths.light),
            icon: "lamp",
            note: light.command.map {
                LightWords.say(BridgeScheme.Light($0), in: links.language)
            })
    }
}
