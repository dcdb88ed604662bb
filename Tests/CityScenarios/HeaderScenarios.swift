import CityKernel
import CityPlatform
import CityWeb
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import CityApp

@Suite("どの扉の答えにもある守り")
struct HeaderScenarios {
    /// Streams for ever.
    private static let endless = "/events"

    @Test("知らない住所も、断りも、ファイルも、守りの欄を持ち、クッキーは外から触れない")
    func everyDoor() async throws {
        let strict: (inout CityOpening) -> Void = {
            $0.isOpenAPI = false
            $0.isBehindTLS = true
        }
        try await ScenarioCity.with(
            "hitoyoshi", at: japan("2026-07-04T01:00"), opening: strict
        ) { city in
            let router = try city.running.makeRouter()
            var doors = router.routes.map { ($0.method, $0.path.description) }
                .filter { $0.0 != .head && $0.1 != Self.endless }
            doors += [(.get, "/nowhere"), (.delete, "/"), (.post, "/health"), (.get, "/staff/x")]
            let all = doors
            let responder = city.running.server.makeResponder(router)
            try await Application(responder: responder).test(.router) { client in
                for (method, path) in all {
                    let place = path.replacing(/\{[^}]*\}/, with: "1").replacing("**", with: "1")
                    for accept in ["text/html", "text/html", "application/json"] {
                        try await client.execute(
                            uri: place, method: method,
                            headers: [.accept: accept, .contentType: "text/plain"],
                            body: .init(string: "x")
                        ) { response in
                            check(response, "\(method) \(path) \(response.status)")
                        }
                    }
                }
            }
        }
    }

    private func check(_ response: TestResponse, _ door: String) {
        let fields = response.headers
        #expect(fields[.xContentTypeOptions] == "nosniff", "\(door)")
        for cookie in fields[values: .setCookie] {
            #expect(cookie.hasPrefix("__Host-"), "\(door)")
            for word in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                #expect(cookie.contains(word), "\(door)")
            }
        }
        // A file of the program's own is never a document.
        let isFile = fields[.cacheControl]?.contains("immutable") ?? false
        guard !isFile else { return }
        let policy = fields[.contentSecurityPolicy] ?? ""
        #expect(policy.contains("script-src 'self'"), "\(door)")
        #expect(policy.contains("frame-ancestors 'none'"), "\(door)")
        #expect(!policy.contains("unsafe"), "\(door)")
        #expect(fields[.strictTransportSecurity] != nil, "\(door)")
        #expect(fields[.init("Referrer-Policy")!] != nil, "\(door)")
        if response.status.code >= 500, response.status != .notImplemented {
            Issue.record("\(door)")
        }
        // Nothing of the program's inside leaves with a refusal.
        let text = String(buffer: response.body)
        #expect(!text.contains("/Sources/") && !text.contains("StoreError"), "\(door)")
    }
}
