import CityBroker
import CityKernel
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
        router.get("/") { request, context in try await respond(to: request, context) }
    }

    private func respond(
        to request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let state = try await DisasterState.load(city)
        let towns = try await city.broker.nouns(CityVocabulary.Town.self)
        let place = ReaderPlace(request, among: towns)
        let model = PortalModel(
            state, history: try await city.history(of: state.face?.id, hours: Self.hours),
            hours: Self.hours, place: place, map: nil, links: context.links,
            texts: city.pages.texts)
        let body = try city.pages.render("disaster/portal", model, links: context.links)
        return try city.pages.respond(
            with: Page(
                title: city.pages.texts["portalTitle"][context.language],
                description: city.pages.texts["portalDescription"][context.language],
                body: body, canonicalPath: DisasterPaths.portal,
                refreshSeconds: Self.refreshSeconds, bands: city.bands(state, context.language)),
            to: request, context)
    }
}

extension City {
    /// Readings of the last `hours` and what leads up to them; none for no gauge.
    func history(of gauge: EntityID?, hours: Int) async throws -> [FloodReading] {
        guard let gauge else { return [] }
        let now = clock.now
        return try await broker.history(of: gauge, "waterLevel", in: (now - .hours(hours + 3))...now)
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
