import CityGateway
import CityKernel
package import CityWeb
import Hummingbird
import NIOCore

/// `/openapi.json`, and `/developers/try`: every door with a form that calls it from the browser.
/// Without scripts the form of a reading door opens its answer, and every door shows its call.
///
/// Plan: データ連携基盤, 公開API
package struct OpenAPIPages: Sendable {
    private let city: City
    private let document: OpenAPIDocument

    /// - Parameter router: with every route of the APIs.
    package init(city: City, router: CityRouter) {
        self.city = city
        document = OpenAPIDocument(of: router)
    }

    package func addRoutes(to router: CityRouter) {
        let body = ByteBuffer(
            bytes: document.json(
                title: city.configuration.name.japanese + " API", version: "1"
            ).bytes)
        router.get("openapi.json") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "application/json; charset=utf-8",
                    .cacheControl: "public, max-age=60", .accessControlAllowOrigin: "*",
                ],
                body: .init(byteBuffer: body))
        }
        router.get("developers/try") { request, context in
            try await city.pages.cached(request, context, topics: []) { links in
                let model = TryModel(document, links: links, texts: city.pages.texts)
                return Page(
                    title: model.title,
                    body: try city.pages.render("developers/try", model, links: links),
                    canonicalPath: DeveloperPaths.tryOut, assets: [.tryOut, .reference],
                    crumbs: [.developers(city, links)])
            }
        }
    }
}

/// The try-out: groups of doors.
struct TryModel {
    struct Parameter {
        let id: String
        let name: String
        let value: String
        let isInPath: Bool
    }

    struct Door {
        let id: String
        let method: String
        let path: String
        let summary: String
        let product: String?
        let parameters: [Parameter]
        let body: String?
        let bodyID: String
        let isRead: Bool
        /// What a form without scripts opens.
        let plainPath: String?
        let isWarning: Bool
    }

    struct Group {
        let name: String
        let doors: [Door]
    }

    let title: String
    let groups: [Group]

    private static let order = [
        "entities", "temporal", "subscriptions", "readings", "discovery", "batch",
        "snapshots", "contexts", "partners", "events", "ngsiv2", "other",
    ]

    init(_ document: OpenAPIDocument, links: Links, texts: Texts) {
        let language = links.language
        title = texts["developersTry"][language]
        let grouped = Dictionary(
            grouping: document.operations.filter { $0.path != "/events" && !$0.onlyRefuses },
            by: \.group)
        groups = Self.order.compactMap { name in
            grouped[name].map { operations in
                Group(
                    name: texts["apiGroup-\(name)"][language],
                    doors: operations.map { Self.door($0, language) })
            }
        }
    }

    private static func door(_ operation: APIOperation, _ language: Language) -> Door {
        let id = operation.key.filter { $0.isLetter || $0.isNumber }
        let hasPathPart = operation.parameters.contains { $0.place == .path }
        let isRead = operation.method == "GET"
        return Door(
            id: id, method: operation.method, path: operation.path,
            summary: operation.summary[language],
            product: operation.product.map { $0.title[language] },
            parameters: operation.parameters.map { parameter in
                Parameter(
                    id: "\(id)-\(parameter.name)", name: parameter.name,
                    value: parameter.example, isInPath: parameter.place == .path)
            },
            body: operation.body?.pretty, bodyID: "\(id)-body", isRead: isRead,
            plainPath: isRead && !hasPathPart ? operation.path : nil, isWarning: !isRead)
    }
}
