import CityGateway
import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/developers/sandbox`: the practice city, a key for it at once, and how to use it.
///
/// Plan: データ連携基盤, 公開API
package struct SandboxPage: Sendable {
    static let path = "/developers/sandbox"

    private let city: City
    private let practice: PracticeCity

    package init(city: City, practice: PracticeCity) {
        self.city = city
        self.practice = practice
    }

    package func addRoutes(to router: CityRouter) {
        router.get("developers/sandbox") { request, context in
            try await show(request, context)
        }
        router.post("developers/sandbox/key") { request, context in
            try city.gateway.take("sandbox-key", from: Self.address(context))
            let key = try await city.gateway.issueSandboxKey()
            return try await show(request, context, key: key.text)
        }
        router.post("developers/sandbox/reset") { request, context in
            try city.gateway.take("sandbox-reset", from: Self.address(context))
            try await practice.reset()
            return Response.afterChange(context.links.to(Self.path))
        }
    }

    static func address(_ context: CityRequestContext) -> String {
        context.remoteAddress?.ipAddress ?? "local"
    }

    private func show(
        _ request: Request, _ context: CityRequestContext, key: String? = nil
    ) async throws -> Response {
        // The samples that the page shows are there for whoever tries its first call.
        try await practice.broker()
        let model = SandboxModel(city, key: key, context.links)
        return try city.pages.respond(
            with: Page(
                title: model.title, description: model.lead,
                body: try city.pages.render("developers/sandbox", model, links: context.links),
                canonicalPath: Self.path, assets: [.reference],
                crumbs: [.developers(city, context.links)]),
            to: request, context)
    }
}

/// The page's plain values.
struct SandboxModel: TitledModel {
    struct Call {
        var title: String
        var command: String
    }

    let title: String
    let lead: String
    let rules: [String]
    let key: String?
    let calls: [Call]

    init(_ city: City, key: String?, _ links: Links) {
        let (texts, language) = (city.pages.texts, links.language)
        title = texts["sandboxTitle"][language]
        lead = texts["sandboxLead"][language]
        self.key = key
        rules = [
            "sandboxRuleApart", "sandboxRuleReset", "sandboxRulePersonal", "sandboxRuleSpeed",
            "sandboxRuleBase",
        ]
        .map { texts[$0][language] }
        let shown = key ?? "KEY"
        let head = """
            -H 'Authorization: Bearer \(shown)' \\
              -H 'NGSILD-Tenant: \(Sandbox.tenant)'
            """
        calls = [
            Call(
                title: texts["sandboxRead"][language],
                command: """
                    curl 'BASE/ngsi-ld/v1/entities?type=WeatherObserved&options=keyValues' \\
                      -H 'NGSILD-Tenant: \(Sandbox.tenant)'
                    """),
            Call(
                title: texts["sandboxWrite"][language],
                command: """
                    curl -X PATCH BASE/ngsi-ld/v1/entities/urn:ngsi-ld:WeatherObserved:sample:1 \\
                      \(head) -H 'Content-Type: application/json' \\
                      -d '{"temperature":{"type":"Property","value":22.5,"unitCode":"CEL"}}'
                    """),
            Call(
                title: texts["sandboxSubscribe"][language],
                command: """
                    curl -X POST BASE/ngsi-ld/v1/subscriptions \\
                      \(head) -H 'Content-Type: application/json' \\
                      -d '{"type":"Subscription","entities":[{"type":"WeatherObserved"}],
                           "notification":{"endpoint":{"uri":"https://example.jp/notify"}}}'
                    """),
            Call(
                title: "NGSIv2 (Orion)",
                command: """
                    curl -X PUT \\
                      BASE/v2/entities/urn:ngsi-ld:ParkingSpot:sample:1/attrs/status/value \\
                      -H 'Authorization: Bearer \(shown)' -H 'Fiware-Service: \(Sandbox.tenant)' \\
                      -H 'Content-Type: text/plain' -d '"occupied"'
                    """),
        ]
    }
}
