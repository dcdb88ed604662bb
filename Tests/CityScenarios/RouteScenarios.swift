import CityApp
import CityKernel
import CityPlatform
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("町の入り口")
struct RouteScenarios {
    @Test("データの流れは三つの言語で、すべてのサービスを示す", arguments: Language.allCases)
    func dataFlow(language: Language) async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            let application = Application(router: try city.running.makeRouter())
            try await application.test(.router) { client in
                try await client.execute(
                    uri: "/transparency?lang=\(language.rawValue)", method: .get,
                    headers: [.accept: "text/html"]
                ) { response in
                    #expect(response.status == .ok)
                    let html = String(buffer: response.body)
                    #expect(html.contains("lang=\"\(language.tag)\""))
                    for manifest in city.running.files.registry.manifests {
                        #expect(html.contains("id=\"\(manifest.id)\""))
                    }
                }
            }
        }
    }

    @Test("知らない住所は、人には頁で、機械にはproblem+jsonで断る")
    func notFound() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            let application = Application(router: try city.running.makeRouter())
            try await application.test(.router) { client in
                try await client.execute(
                    uri: "/nowhere", method: .get, headers: [.accept: "text/html"]
                ) { response in
                    #expect(response.status == .notFound)
                    #expect(response.headers[.contentType]?.contains("text/html") == true)
                }
                try await client.execute(uri: "/nowhere", method: .get) { response in
                    #expect(response.status == .notFound)
                    #expect(
                        response.headers[.contentType]?.contains("application/problem+json")
                            == true)
                }
            }
        }
    }
}
