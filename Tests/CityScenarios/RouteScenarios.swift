import CityApp
import CityKernel
import CityPlatform
import CityStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
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

    @Test("OpenAPIは扉と一致し、どの扉も言葉で説明される")
    func openAPI() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            let router = try city.running.makeRouter()
            let document = OpenAPIDocument(of: router)
            let doors = Set(document.operations.map(\.key))
            let routes = router.routes.filter { $0.method != .head }
                .map { APIOperation(method: $0.method, path: $0.path.description) }
                .filter { operation in
                    APIOperation.prefixes.contains(where: operation.path.hasPrefix)
                }
            #expect(doors == Set(routes.map(\.key)))
            #expect(doors.count == document.operations.count)
            for operation in document.operations {
                #expect(operation.isDescribed, "\(operation.key)")
            }
            let paths = document.json(title: "市", version: "1")["paths"]?.object
            #expect(paths?.count == Set(document.operations.map(\.path)).count)
        }
    }

    /// Plan: 防災 防災ポータルサイト.
    @Test("最初のページ・あかり・APIは、同じ段階を同じ時に言う")
    func portalSaysWhatTheRiverIs() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            try await city.observe(300, at: japan("2026-07-04T01:30"))
            try await city.observe(350, at: japan("2026-07-04T02:00"))
            let application = Application(router: try city.running.makeRouter())
            try await application.test(.router) { client in
                for (language, words) in [
                    ("ja", ["氾濫危険", "3.50", "赤 点灯"]), ("en", ["Flood danger", "3.50", "Red"]),
                    ("easy", ["川が とても あぶない", "3.50"]),
                ] {
                    let answer = try await client.execute(
                        uri: "/?lang=\(language)", method: .get, headers: [.accept: "text/html"])
                    let html = String(buffer: answer.body)
                    #expect(answer.status == .ok)
                    for word in words { #expect(html.contains(word), "\(language): \(word)") }
                }
                let stage = try await client.execute(
                    uri: "/ngsi-ld/v1/entities?type=FloodStage&q=stage==%22danger%22",
                    method: .get)
                #expect(String(buffer: stage.body).contains("urn:ngsi-ld:FloodStage:hitoyoshi"))
            }
        }
    }

    /// Plan: データ連携基盤, センサー・既存システムとの接続.
    @Test("機器が送った水位は、保存され、履歴になり、購読者あての知らせになる")
    func readingBecomesHistoryAndNotification() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T02:00")) { city in
            let application = Application(router: try city.running.makeRouter())
            try await application.test(.router) { client in
                let subscribed = try await client.execute(
                    uri: "/ngsi-ld/v1/subscriptions", method: .post,
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(
                        string: """
                            {"type":"Subscription","entities":[{"type":"FloodStage"}],
                             "notification":{"endpoint":{"uri":"http://127.0.0.1:9/notify"}}}
                            """))
                #expect(subscribed.status == .created)
                let told = try await client.execute(
                    uri: "/ingest/v1/readings", method: .post,
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(
                        string: """
                            [{"gauge":"7055","level":3.41,"unit":"m",
                              "observedAt":"2026-07-04T01:55:00+09:00"}]
                            """))
                #expect(told.status == .ok)
                let past = try await client.execute(
                    uri: "/ngsi-ld/v1/temporal/entities/"
                        + "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi?attrs=waterLevel",
                    method: .get)
                #expect(String(buffer: past.body).contains("3.41"))
            }
            let waiting = try await city.running.city.store.read { connection in
                try Outbox.counts(in: connection).waiting
            }
            #expect(waiting >= 1)
        }
    }
}
