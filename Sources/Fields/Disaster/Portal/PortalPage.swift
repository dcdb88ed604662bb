import CityBroker
import CityKernel
import CityPlaces
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/`: the most important screen of the product. What is it, what now, how fresh.
///
/// Plan: 防災 防災ポータルサイト.
struct PortalPage: Sendable {
    let city: City

    /// The chart looks this far back.
    static let hours = 6
    /// A browser without script asks again after this.
    static let refreshSeconds = 60

    func addRoutes(to router: CityRouter) {
        router.get("/") { request, context in
            try await city.pages.cached(
                request, context, topics: DisasterState.topics, parameters: ["town"]
            ) { try await page(request, $0) }
        }
    }

    private func page(_ request: Request, _ links: Links) async throws -> Page {
        let state = try await DisasterState.load(city)
        let texts = city.pages.texts
        let towns = try await city.broker.nouns(CityVocabulary.Town.self)
        let model = PortalModel(
            state, history: try await city.history(of: state.face?.id, hours: Self.hours),
            hours: Self.hours, place: ReaderPlace(request, among: towns),
            map: PortalMap.image(state, links, texts: texts), links: links, texts: texts)
        return Page(
            title: texts["portalTitle"][links.language],
            description: texts["portalDescription"][links.language],
            body: try city.pages.render("disaster/portal", model, links: links),
            canonicalPath: DisasterPaths.portal, refreshSeconds: Self.refreshSeconds,
            bands: city.bands(state, links.language))
    }
}

extension City {
    /// Readings of the last `hours` and what leads up to them; none for no gauge.
    func history(of gauge: EntityID?, hours: Int) async throws -> [FloodReading] {
        guard let gauge else { return [] }
        let now = clock.now
        return try await broker.history(
            of: gauge, "waterLevel", in: (now - .hours(hours + 3))...now
        )
        .compactMap { FloodReading($0) }
    }

    /// What stands over every page of this field.
    func bands(_ state: DisasterState, _ language: Language) -> [Page.Band] {
        var bands: [Page.Band] = []
        if configuration.isDemonstration {
            bands.append(.notice(pages.texts["portalDemo"][language]))
        }
        if let face = state.face, face.stage?.isMissing == true,
            let observedAt = face.stage?.observedAt
        {
            bands.append(.stale(minutes: Int(state.now.since(observedAt).inMinutes)))
        }
        return bands
    }
}
