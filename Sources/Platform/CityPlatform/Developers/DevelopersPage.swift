import CityBroker
import CityKernel
import CityVocabulary
package import CityWeb
import Hummingbird

/// What a vendor or a neighbouring city needs to begin: the kinds of data there are now, and calls
/// to copy. The whole developer portal (keys, products, try-out) comes with the gateway.
///
/// Plan: データ連携基盤, 公開API
package struct DevelopersPage: Sendable {
    package static let path = "/developers"

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("developers") { request, context in
            try await respond(to: request, context)
        }
    }

    private func respond(
        to request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let pages = city.pages
        // Counts may be half a minute old; nothing on this page is a matter of minutes.
        return try await pages.cached(request, context, topics: []) { links in
            let model = try await DevelopersModel(city, language: links.language)
            return Page(
                title: pages.texts["developersTitle"][links.language],
                description: pages.texts["developersLead"][links.language],
                body: try pages.render("developers", model, links: links),
                canonicalPath: Self.path)
        }
    }
}

/// The page's plain values.
struct DevelopersModel {
    struct Kind {
        var type: String
        var title: String
        var count: String
        var attributes: String
        var sample: String
    }

    struct Call {
        var title: String
        var command: String
    }

    var kinds: [Kind]
    var calls: [Call]
    var isOpen: Bool

    init(_ city: City, language: Language) async throws {
        var kinds: [Kind] = []
        for type in try await city.broker.listTypes() {
            guard let summary = try await city.broker.findType(type) else { continue }
            kinds.append(
                Kind(
                    type: type, title: NounTitle.of(type)[language],
                    count: String(summary.entities),
                    attributes: summary.attributes.map(\.name).joined(separator: ", "),
                    sample: "/ngsi-ld/v1/entities?type=\(type)&limit=1&options=keyValues"))
        }
        self.kinds = kinds
        self.isOpen = city.isOpenAPI
        let texts = city.pages.texts
        let gauge = city.configuration.gauges.first
        let entity = gauge?.entityID.text ?? "urn:ngsi-ld:WaterLevelObserved:GAUGE"
        self.calls = [
            Call(
                title: texts["developersQuery"][language],
                command: """
                    curl 'BASE/ngsi-ld/v1/entities?type=FloodStage&q=stage==%22danger%22'
                    """),
            Call(
                title: texts["developersHistory"][language],
                command: """
                    curl 'BASE/ngsi-ld/v1/temporal/entities/\(entity)?lastN=20&attrs=waterLevel'
                    """),
            Call(
                title: texts["developersSubscribe"][language],
                command: """
                    curl -X POST BASE/ngsi-ld/v1/subscriptions -H 'Content-Type: application/json' \\
                      -d '{"type":"Subscription","entities":[{"type":"FloodStage"}],
                           "notification":{"endpoint":{"uri":"https://example.jp/notify"}}}'
                    """),
            Call(
                title: texts["developersEvents"][language],
                command: "curl -N 'BASE/events?types=WaterLevelObserved,FloodStage'"),
            Call(
                title: texts["developersReadings"][language],
                command: """
                    curl -X POST BASE/ingest/v1/readings -H 'Content-Type: application/json' \\
                      -H 'Authorization: Bearer KEY' \\
                      -d '[{"gauge":"\(gauge?.station ?? "GAUGE")","level":1.23,"unit":"m",
                            "observedAt":"2026-07-04T03:50:00+09:00"}]'
                    """),
        ]
    }
}
