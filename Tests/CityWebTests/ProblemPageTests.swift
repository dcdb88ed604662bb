import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("断りの言葉と守りの見出し")
struct ProblemPageTests {
    private struct Secret: Error, CustomStringConvertible {
        var description: String { "password=hunter2" }
    }

    private static let routes: @Sendable (CityRouter, TestCity) -> Void = { router, _ in
        router.get("/api/levels") { _, _ -> String in
            throw Problem(
                .badRequestData, title: "空の行がある", detail: "3行が空です。",
                remedy: "値を書いてください。", places: [.init(place: "line 12", message: "空")])
        }
        router.get("/broken") { _, _ -> String in throw Secret() }
        router.get("/escape") { _, _ -> String in
            throw Problem(.invalidRequest, title: "", detail: "<script>alert(1)</script>")
        }
    }

    @Test("プログラムには problem+json で、どこをどう直すかを言う")
    func json() async throws {
        try await TestCity.with(routes: Self.routes) { _, client in
            let answer = try await client.get("/api/levels", person)
            #expect(answer.status == .badRequest)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let json = try JSONValue(parsing: Array(answer.text.utf8))
            #expect(json["remedy"] == "値を書いてください。")
            #expect(json["errors"]?[0]?["place"] == "line 12")
            #expect(json["type"] == "https://uri.etsi.org/ngsi-ld/errors/BadRequestData")
        }
    }

    @Test(
        "人には、その人の言葉のページで言う",
        arguments: [
            (Language.japanese, "ページが見つかりません"), (.easyJapanese, "ページが ありません"),
            (.english, "Page not found"),
        ])
    func page(language: Language, words: String) async throws {
        try await TestCity.with { _, client in
            let answer = try await client.get("/nowhere?lang=\(language.rawValue)", person)
            #expect(answer.status == .notFound)
            #expect(answer.text.contains("<h1>\(words)</h1>"))
            #expect(answer.text.contains("href=\"/?lang=\(language.rawValue)\""))
            let program = try await client.get("/nowhere")
            #expect(program.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("知らない失敗は500で、中身を言わない")
    func unknown() async throws {
        try await TestCity.with(routes: Self.routes) { _, client in
            for accept in [person, [:]] {
                let answer = try await client.get("/broken", accept)
                #expect(answer.status == .internalServerError)
                #expect(!answer.text.contains("hunter2"))
            }
        }
    }

    @Test("道はあるが方法が違うときは405で、使える方法を言う")
    func method() async throws {
        try await TestCity.with { _, client in
            let answer = try await client.execute(uri: "/health", method: .delete)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow]?.contains("GET") == true)
            let json = try JSONValue(parsing: Array(answer.text.utf8))
            #expect(json["status"] == 405)
        }
    }

    @Test("長すぎる道と大きすぎる体は、読む前に断る")
    func limits() async throws {
        try await TestCity.with { _, client in
            let long = "/" + String(repeating: "a", count: WebLimits.targetBytesMax)
            #expect(try await client.get(long).status == .badRequest)
            let large = try await client.execute(
                uri: "/staff/sign-in", method: .post,
                headers: [.contentLength: "\(WebLimits.uploadBytesMax + 1)"])
            #expect(large.status == .contentTooLarge)
        }
    }

    @Test("入力の文字はHTMLにならない")
    func escaping() async throws {
        try await TestCity.with(routes: Self.routes) { _, client in
            let answer = try await client.get("/escape", person)
            #expect(!answer.text.contains("<script>alert"))
            #expect(answer.text.contains("&lt;script&gt;alert"))
        }
        #expect(HTML.escape("<a b=\"c\">'&") == "&lt;a b=&quot;c&quot;&gt;&#39;&amp;")
    }

    @Test("どの答えにも守りの見出しがあり、ページの中の様式だけが許される")
    func headers() async throws {
        try await TestCity.with(isTLS: true) { _, client in
            for path in ["/accessibility", "/accessibility", "/nowhere", "/health", "/metrics"] {
                let answer = try await client.get(path, person)
                let policy = try #require(answer.headers[.contentSecurityPolicy])
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(policy.contains("style-src 'self' 'sha256-"))
                #expect(!policy.contains("unsafe-inline"))
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.strictTransportSecurity] != nil)
            }
        }
        try await TestCity.with { _, client in
            let plain = try await client.get("/health")
            #expect(plain.headers[.strictTransportSecurity] == nil)
        }
    }

    @Test("様式と台本は中身の名で永く置かれ、ページはその名を指す")
    func assets() async throws {
        try await TestCity.with { city, client in
            let page = try await client.get("/staff/sign-in", person)
            for name in ["city.css", "city.js", "icon.svg"] {
                let path = city.pages.assets.path(name)
                #expect(page.text.contains(path))
                let file = try await client.get(path, [.acceptEncoding: "gzip"])
                #expect(file.status == .ok)
                #expect(file.headers[.cacheControl]?.contains("immutable") == true)
            }
            #expect(try await client.get("/assets/../Package.swift").status == .notFound)
            let worker = try await client.get("/sw.js")
            #expect(worker.text.contains("const VERSION = \""))
            #expect(!worker.text.contains("{version}"))
        }
    }
}
