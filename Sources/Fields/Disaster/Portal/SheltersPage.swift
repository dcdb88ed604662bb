import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/shelters`: where to go, nearest first; `/shelters/{id}`: one place.
///
/// Plan: 防災 防災ポータルサイト.
struct SheltersPage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("shelters") { request, context in try await list(request, context) }
        router.get("shelters/:id") { request, context in try await one(request, context) }
    }

    private func list(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        // A position makes each reader's page their own: it is made for them and kept nowhere.
        if request.uri.queryParameters["near"] != nil {
            return try city.pages.respond(
                with: try await listPage(request, context.links), to: request, context)
        }
        return try await city.pages.cached(
            request, context, topics: DisasterState.topics.union([CityVocabulary.Town.entityType]),
            parameters: ["town", "open", "all", "page"]
        ) { try await listPage(request, $0) }
    }

    private func listPage(_ request: Request, _ links: Links) async throws -> Page {
        let state = try await DisasterState.load(city)
        let towns = try await city.broker.nouns(CityVocabulary.Town.self)
        let query = request.uri.queryParameters
        let place = ReaderPlace(request, among: towns)
        let finder = ShelterFinder(
            isOpenOnly: query["open"] != nil, isFloodOnly: query["all"] == nil,
            place: place?.point)
        let texts = city.pages.texts
        let model = SheltersModel(
            state, finder: finder, place: place, page: query["page"],
            towns: Set(towns.map(\.name)).sorted(),
            map: PortalMap.image(state, links, texts: texts), links: links, texts: texts)
        return Page(
            title: model.title,
            body: try city.pages.render("disaster/shelters", model, links: links),
            canonicalPath: DisasterPaths.shelters, refreshSeconds: PortalPage.refreshSeconds,
            bands: city.bands(state, links.language), assets: [.near])
    }

    private func one(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let name = try context.parameters.require("id")
        return try await city.pages.cached(
            request, context, topics: [Shelter.entityType]
        ) { links in
            guard let id = EntityID("urn:ngsi-ld:Shelter:\(name)"),
                let entity = try await city.broker.entity(id)
            else {
                throw Problem(
                    .notFound, title: "The shelter is not known",
                    detail: "This city has no shelter \(name).",
                    remedy: "Choose one at \(DisasterPaths.shelters).")
            }
            let model = ShelterModel(
                try Shelter(entity), now: city.clock.now, links: links, texts: city.pages.texts)
            return Page(
                title: model.name,
                body: try city.pages.render("disaster/shelter", model, links: links),
                canonicalPath: DisasterPaths.shelter(id),
                crumbs: [
                    .init(
                        city.pages.texts["shelterTitle"][links.language],
                        path: DisasterPaths.shelters)
                ])
        }
    }
}
