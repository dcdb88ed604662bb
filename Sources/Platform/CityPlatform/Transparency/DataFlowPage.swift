package import CityConsent
import CityKernel
import CityVocabulary
package import CityWeb
import Hummingbird

/// 「データの流れ」: who gives data to the city, what the city makes of it and who sees it, drawn from
/// the same manifests that the registry checks.
///
/// Plan: 基本方針 (ウ) 安心・安全なデジタル環境, 透明性
package struct DataFlowPage: Sendable {
    package static let path = "/transparency"

    private let registry: Registry
    private let pages: PageRenderer
    private let consent: Consent

    package init(registry: Registry, pages: PageRenderer, consent: Consent) {
        self.registry = registry
        self.pages = pages
        self.consent = consent
    }

    package func addRoutes(to router: CityRouter) {
        router.get("transparency") { request, context in
            try await respond(to: request, context)
        }
    }

    private func respond(
        to request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let title = pages.texts["flowTitle"][context.language]
        let use = PersonalUse(
            consent.catalogue, try await consent.counts(), try await consent.listEmergencies(),
            context.language)
        let body = try pages.render(
            "data-flow",
            DataFlowModel(registry, language: context.language, title: title, use: use),
            links: context.links)
        return try pages.respond(
            with: Page(
                title: title,
                description: pages.texts["flowLead"][context.language], body: body,
                canonicalPath: Self.path),
            to: request, context)
    }
}

/// The page's plain values.
struct DataFlowModel {
    struct Service {
        var id: String
        var title: String
        var summary: String
        var reads: [String]
        var writes: [String]
        var hasReads: Bool
        var hasWrites: Bool
        var planItems: String
        var outside: String?
        var isPersonal: Bool
        var purposes: [String]
        var isOpenData: Bool
    }

    var picture: String
    var services: [Service]
    /// What is done with personal data, by consent and in emergencies.
    var use: PersonalUse

    init(_ registry: Registry, language: Language, title: String, use: PersonalUse) {
        self.use = use
        func names(_ types: Set<String>) -> [String] {
            types.sorted().map { NounTitle.of($0)[language] }
        }
        let flow = DataFlow(registry)
        picture = DataFlowPicture(flow: flow, registry: registry, language: language)
            .svg(title: title)
        services = registry.manifests.map { manifest in
            Service(
                id: manifest.id, title: manifest.title[language],
                summary: manifest.summary[language], reads: names(manifest.reads),
                writes: names(manifest.writes), hasReads: !manifest.reads.isEmpty,
                hasWrites: !manifest.writes.isEmpty,
                planItems: manifest.planItems.joined(separator: " "),
                outside: manifest.outside?[language],
                isPersonal: !manifest.personalDataPurposes.isEmpty,
                purposes: manifest.personalDataPurposes.map { $0[language] },
                isOpenData: !manifest.publishes.isEmpty)
        }
    }
}
