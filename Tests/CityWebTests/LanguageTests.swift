import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("言語の選び方")
struct LanguageTests {
    @Test(
        "Accept-Language は強い順に選び、知らない言語だけなら英語にする",
        arguments: [
            ("en-US,en;q=0.9,ja;q=0.8", Language.english), ("ja,en;q=0.5", .japanese),
            ("vi-VN,vi;q=0.9", .english), ("fr,ja;q=0.3", .japanese), ("ja-x-easy", .easyJapanese),
            ("*", .japanese), ("en;q=0", .japanese),
        ])
    func accepted(field: String, expected: Language) async throws {
        let language = try await chosen(headers: [.acceptLanguage: field])
        #expect(language == expected.rawValue)
    }

    @Test("?lang= はクッキーより強く、クッキーは Accept-Language より強い")
    func order() async throws {
        let both: HTTPFields = [.cookie: "a=1; lang=easy", .acceptLanguage: "en"]
        #expect(try await chosen(headers: both) == "easy")
        #expect(try await chosen("/?lang=en", headers: both) == "en")
        #expect(try await chosen("/?lang=xx", headers: both) == "easy")
    }

    @Test("?lang= で選んだ言語はリンクに残り、ほかの質問も残る")
    func links() {
        let links = Links(.english, isLanguageInQuery: true, path: "/river", query: "hours=6")
        #expect(links.to("/shelters") == "/shelters?lang=en")
        #expect(links.to("/map?x=1") == "/map?x=1&lang=en")
        #expect(links.inLanguage(.easyJapanese) == "/river?hours=6&lang=easy")
        #expect(Links(.english).to("/shelters") == "/shelters")
    }

    private func chosen(_ path: String = "/", headers: HTTPFields) async throws -> String {
        let router = CityRouter(context: CityRequestContext.self)
        router.add(middleware: LanguageMiddleware())
        router.get("/") { _, context in context.language.rawValue }
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: headers) {
                String(buffer: $0.body)
            }
        }
    }
}
