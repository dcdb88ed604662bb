import CityIdentity
import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("住民の入口")
struct MyPagesTests {
    private static let phone = "Mozilla/5.0 (Linux; Android 14)"

    /// Through the provider and back.
    /// - Returns: the answer to the way back.
    private static func come(
        _ city: TestCity, _ client: any TestClientProtocol, as subject: String = "one",
        by door: String = "/my/sign-in"
    ) async throws -> TestResponse {
        let away = try await client.get(door)
        #expect(away.status == .seeOther)
        let back = try city.issuer.approve(
            try #require(away.headers[.location]), as: subject)
        return try await client.get(
            "/my/callback?" + back.map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&"),
            [.cookie: try cookie(away), .userAgent: phone])
    }

    /// `name=value` of the first cookie that is set.
    private static func cookie(_ response: TestResponse) throws -> String {
        let field = try #require(response.headers[values: .setCookie].first)
        return String(field.prefix { $0 != ";" })
    }

    private static func formToken(_ page: String) throws -> String {
        let rest = try #require(page.split(separator: "name=\"csrf\" value=\"").dropFirst().first)
        return String(rest.prefix { $0 != "\"" })
    }

    @Test("入る前は、番号を聞かないことと窓口があることを言い、入れば端末が並ぶ")
    func way() async throws {
        try await TestCity.with(isTLS: true) { city, client in
            let before = try await client.get("/my", person)
            #expect(before.text.contains("href=\"/my/sign-in\""))
            #expect(before.text.contains("マイナンバー"))
            let back = try await Self.come(city, client)
            #expect(back.status == .seeOther)
            #expect(back.headers[.location] == "/my")
            let cookies = back.headers[values: .setCookie]
            #expect(cookies.count == 2)
            for part in ["__Host-my=", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
                #expect(cookies[0].contains(part))
            }
            #expect(cookies[1].hasPrefix("__Host-sign-in=;"))
            let page = try await client.get("/my", [.cookie: try Self.cookie(back)])
            #expect(page.text.contains("Android"))
            #expect(page.text.contains("この端末"))
            #expect(page.headers[.cacheControl] == "no-store")
        }
    }

    @Test("入っていない人は入口へ行き、その後もとの場所へ戻る")
    func next() async throws {
        let routes: @Sendable (CityRouter, TestCity) -> Void = { router, _ in
            router.get("/my/records") { _, context in
                try context.requireResident().session.resident.id
            }
        }
        try await TestCity.with(routes: routes) { city, client in
            let sent = try await client.get("/my/records", person)
            #expect(sent.headers[.location] == "/my?next=/my/records")
            let door = try await client.get("/my?next=/my/records", person)
            #expect(door.text.contains("/my/sign-in?next=/my/records"))
            let back = try await Self.come(city, client, by: "/my/sign-in?next=/my/records")
            #expect(back.headers[.location] == "/my/records")
            let evil = try await Self.come(city, client, by: "/my/sign-in?next=//evil.example")
            #expect(evil.headers[.location] == "/my")
            // A resident's session opens nothing of staff.
            let cookie = try Self.cookie(back)
            #expect(try await client.get("/my/records", [.cookie: cookie]).status == .ok)
            #expect(
                try await client.get("/staff/password", [.cookie: cookie]).status == .unauthorized)
        }
    }

    @Test("言葉を選んだまま入っても、入口のしるしは失われず、選んだ言葉で帰る")
    func language() async throws {
        try await TestCity.with { city, client in
            let back = try await Self.come(city, client, by: "/my/sign-in?lang=en")
            #expect(back.status == .seeOther)
            #expect(back.headers[.location] == "/my?lang=en")
            let page = try await client.get("/my?lang=en", [.cookie: try Self.cookie(back)])
            #expect(page.text.contains("Where you are signed in"))
        }
    }

    @Test("断られた理由はやさしく言い、提供者の言葉も秘密も見せない")
    func refusals() async throws {
        try await TestCity.with { city, client in
            city.issuer.bend(.expired)
            let refused = try await Self.come(city, client)
            #expect(refused.status == .badRequest)
            #expect(refused.text.contains("本人だと確かめられませんでした"))
            #expect(!refused.text.contains("expired"))
            #expect(refused.headers[values: .setCookie].allSatisfy { !$0.hasPrefix("my=") })
            city.issuer.bend(nil)
            city.issuer.fallSilent()
            let silent = try await client.get("/my/sign-in", person)
            // The document is known already: only the person's way back finds the silence.
            #expect(silent.status == .seeOther)
            let stale = try await client.get("/my/callback?code=a&state=b", person)
            #expect(stale.status == .badRequest)
            #expect(stale.text.contains("もう一度始めてください"))
        }
    }

    @Test("端末を切る、出る、やめるは、この会話のしるしがあるフォームだけ")
    func forms() async throws {
        try await TestCity.with { city, client in
            let old = try Self.cookie(try await Self.come(city, client))
            let cookie = try Self.cookie(try await Self.come(city, client))
            let page = try await client.get("/my", [.cookie: cookie]).text
            let token = try Self.formToken(page)
            let other = try #require(
                page.split(separator: "/my/sessions/").dropFirst().first?.prefix { $0 != "/" })
            let path = "/my/sessions/\(other)/end"
            #expect(try await client.post(path, "", [.cookie: cookie]).status == .forbidden)
            #expect(try await client.post(path, "csrf=\(token)").status == .unauthorized)
            let ended = try await client.post(path, "csrf=\(token)", [.cookie: cookie])
            #expect(ended.headers[.location] == "/my")
            #expect(try await client.get("/my", [.cookie: old]).text.contains("/my/sign-in"))
            #expect(
                try await client.post(path, "csrf=\(token)", [.cookie: cookie]).status == .notFound)

            #expect(try await client.get("/my/leave", [.cookie: cookie]).text.contains(token))
            let left = try await client.post(
                "/my/leave", "csrf=\(token)", [.cookie: cookie])
            #expect(left.status == .seeOther)
            #expect(try await client.get("/my", [.cookie: cookie]).text.contains("/my/sign-in"))
        }
    }
}
