import CityKernel
import Hummingbird

/// The city's promise of access, and how to say that something fails: `/accessibility`.
struct AccessibilityPage: Sendable {
    let pages: PageRenderer

    func addRoutes(to router: CityRouter) {
        router.get("/accessibility") { request, context in
            try await pages.cached(request, context, topics: []) { links in
                Page(
                    title: pages.texts["accessTitle"][links.language],
                    body: try pages.render("accessibility", [String: String](), links: links),
                    canonicalPath: "/accessibility")
            }
        }
    }
}
