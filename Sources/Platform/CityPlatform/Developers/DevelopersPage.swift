import CityGateway
import CityKernel
package import CityWeb
import Hummingbird

/// `/developers`: where a vendor or a neighbouring city begins: the products, the kinds of data, calls
/// to copy, the try-out, and the way to a key.
///
/// Plan: データ連携基盤, 公開API
package struct DevelopersPage: Sendable {
    package static let path = DeveloperPaths.home

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("developers") { request, context in
            try await city.pages.cached(request, context, topics: []) { links in
                let texts = city.pages.texts
                return Page(
                    title: texts["developersTitle"][links.language],
                    description: texts["developersLead"][links.language],
                    body: try city.pages.render(
                        "developers/home", DevelopersModel(city, links: links), links: links),
                    canonicalPath: Self.path, assets: [.reference])
            }
        }
    }
}

/// The page's plain values.
struct DevelopersModel {
    struct Product {
        var title: String
        var name: String
        var summary: String
        var needsKey: Bool
        var limits: String
    }

    struct Call {
        var title: String
        var command: String
    }

    var doors: [RowLink]
    var products: [Product]
    var calls: [Call]
    var isOpen: Bool

    init(_ city: City, links: Links) {
        let texts = city.pages.texts
        let language = links.language
        isOpen = city.isOpenAPI
        doors =
            [
                ("developersTypes", DeveloperPaths.types, "data"),
                ("developersTry", DeveloperPaths.tryOut, "search"),
                ("developersSandbox", SandboxPage.path, "form"),
                ("developersKeyAsk", DeveloperPaths.keys, "card"),
            ].map { words, path, icon in
                RowLink(
                    texts[words][language], path: links.to(path), icon: icon,
                    note: texts[words + "Note"][language])
            } + [
                RowLink(
                    "OpenAPI 3.1", path: DeveloperPaths.openAPI, icon: "form", note: "openapi.json")
            ]
        products = APIProduct.all.map { product in
            let plan: RatePlan = product.isOpenToAll ? .anyone : .standard
            return Product(
                title: product.title[language], name: product.name,
                summary: product.summary[language], needsKey: !product.isOpenToAll,
                limits: plan.words(texts, language))
        }
        calls = Self.calls(city, language)
    }

    private static func calls(_ city: City, _ language: Language) -> [Call] {
        let texts = city.pages.texts
        let gauge = city.configuration.gauges.first
        let id = gauge?.entityID.text ?? "urn:ngsi-ld:WaterLevelObserved:city:gauge"
        return [
            Call(
                title: texts["developersQuery"][language],
                command: """
                    curl 'BASE/ngsi-ld/v1/entities?type=FloodStage&q=stage==%22danger%22'
                    """),
            Call(
                title: texts["developersHistory"][language],
                command: """
                    curl 'BASE/ngsi-ld/v1/temporal/entities/\(id)?lastN=20&attrs=waterLevel'
                    """),
            Call(
                title: texts["developersSubscribe"][language],
                command: """
                    curl -X POST BASE/ngsi-ld/v1/subscriptions -H 'Content-Type: application/json' \\
                      -H 'Authorization: Bearer KEY' \\
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
                      -d '[{"gauge":"\(gauge?.station ?? "7055")","level":1.23,"unit":"m",
                            "observedAt":"2026-07-04T03:50:00+09:00"}]'
                    """),
            Call(
                title: texts["developersMock"][language],
                command: "./run --replay     # http://127.0.0.1:8090"),
        ]
    }
}

extension RatePlan {
    /// 「1分 600回、1日 100,000回」.
    func words(_ texts: Texts, _ language: Language) -> String {
        texts["gatewayPlanWords"][language]
            .replacing("{minute}", with: Int64(callsPerMinute).grouped)
            .replacing("{day}", with: Int64(callsPerDay).grouped)
    }
}

extension Int64 {
    /// `12,345`.
    var grouped: String {
        let digits = String(magnitude)
        let head = digits.count % 3
        var parts = head > 0 ? [String(digits.prefix(head))] : []
        var rest = digits.dropFirst(head)
        while !rest.isEmpty {
            parts.append(String(rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return (self < 0 ? "-" : "") + parts.joined(separator: ",")
    }
}
