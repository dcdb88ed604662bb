import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/rivers`: every gauge; `/rivers/{gauge}`: one gauge with its history and thresholds.
///
/// Plan: 防災 防災ポータルサイト.
struct RiversPage: Sendable {
    let city: City

    /// Spans a reader may choose, in hours.
    static let spans = [6, 24, 72]

    func addRoutes(to router: CityRouter) {
        router.get("rivers") { request, context in try await list(request, context) }
        router.get("rivers/:gauge") { request, context in try await one(request, context) }
    }

    private func list(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let page = request.uri.queryParameters["page"]
        return try await city.pages.cached(
            request, context, topics: DisasterState.topics, parameters: ["page"]
        ) { links in
            let state = try await DisasterState.load(city)
            let texts = city.pages.texts
            let title = texts["riverTitle"][links.language]
            let model = RiversModel(state, title: title, page: page, links: links, texts: texts)
            return Page(
                title: title, body: try city.pages.render("disaster/rivers", model, links: links),
                canonicalPath: DisasterPaths.rivers, refreshSeconds: PortalPage.refreshSeconds,
                bands: city.bands(state, links.language))
        }
    }

    private func one(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let key = try context.parameters.require("gauge")
        let asked = request.uri.queryParameters["hours"].flatMap { Int($0) }
        let hours = asked.flatMap { Self.spans.contains($0) ? $0 : nil } ?? 24
        return try await city.pages.cached(
            request, context, topics: DisasterState.topics, parameters: ["hours"]
        ) { links in
            let state = try await DisasterState.load(city)
            guard let gauge = state.gauge(key: key) else {
                throw Problem(
                    .notFound, title: "The gauge is not known",
                    detail: "This city has no gauge \(key).",
                    remedy: "Choose one at \(DisasterPaths.rivers).")
            }
            let texts = city.pages.texts
            let model = RiverModel(
                gauge, state, history: try await city.history(of: gauge.id, hours: hours),
                hours: hours, links: links, texts: texts)
            return Page(
                title: model.card.name,
                body: try city.pages.render("disaster/river", model, links: links),
                canonicalPath: DisasterPaths.river(gauge),
                refreshSeconds: PortalPage.refreshSeconds,
                bands: city.bands(state, links.language),
                crumbs: [
                    .init(
                        texts["riverTitle"][links.language],
                        path: DisasterPaths.rivers)
                ])
        }
    }
}
