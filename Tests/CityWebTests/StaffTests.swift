import CityIdentity
import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("職員の入口")
struct StaffTests {
    private static let routes: @Sendable (CityRouter, TestCity) -> Void = { router, _ in
        router.get("/staff") { _, context in
            try context.requireStaff(.operateShelters).staff.displayName
        }
        router.post("/staff/shelters") { request, context in
            try context.requireStaff(.operateShelters)
            return try await request.readForm()["name"]
        }
        router.get("/staff/audit") { _, context in
            try context.requireStaff(.viewAudit).staff.displayName
        }
    }

    @Test("サインインしていない人は入口へ行き、その後もとの場所へ戻る")
    func redirect() async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            let sent = try await client.get("/staff", person)
            #expect(sent.status == .seeOther)
            #expect(sent.headers[.location] == "/staff/sign-in?next=/staff")
            #expect(try await client.get("/staff").status == .unauthorized)
            let cookie = try await Self.signIn(city, client, next: "/staff/audit")
            #expect(cookie.location == "/staff/audit")
            let page = try await client.get("/staff", [.cookie: cookie.value])
            #expect(page.text == "高木 文")
            #expect(
                try await client.get("/staff/audit", [.cookie: cookie.value]).status == .forbidden)
        }
    }

    @Test(
        "ほかの場所へ連れて行く next は使わない",
        arguments: ["https://evil.example", "//evil.example", "/staff//evil", "/\\evil", "/river"])
    func next(asked: String) async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            let cookie = try await Self.signIn(city, client, next: asked)
            #expect(cookie.location == "/staff")
        }
    }

    @Test("パスワードが違えば401で、ログインIDは残り、パスワードは残らない")
    func wrong() async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            _ = try await Self.signIn(city, client, next: "")
            let answer = try await client.post(
                "/staff/sign-in", "login=takagi&password=chigau-chigau", person)
            #expect(answer.status == .unauthorized)
            #expect(answer.text.contains("value=\"takagi\""))
            #expect(!answer.text.contains("chigau"))
            #expect(answer.headers[.setCookie] == nil)
        }
    }

    @Test("この会話のしるしがないフォームは受けない")
    func forms() async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            let cookie = try await Self.signIn(city, client, next: "")
            let without = try await client.post(
                "/staff/shelters", "name=x", [.cookie: cookie.value])
            #expect(without.status == .forbidden)
            let with = try await client.post(
                "/staff/shelters", "name=%E7%AC%AC%E4%B8%80+%E4%B8%AD&csrf=\(cookie.formToken)",
                [.cookie: cookie.value])
            #expect(with.status == .ok)
            #expect(with.text == "第一 中")
            let foreign = try await client.post(
                "/staff/shelters", "name=x&csrf=\(cookie.formToken)",
                [.cookie: cookie.value, .init("Sec-Fetch-Site")!: "cross-site"])
            #expect(foreign.status == .forbidden)
        }
    }

    @Test("出れば、そのクッキーはもう使えない")
    func signOut() async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            let cookie = try await Self.signIn(city, client, next: "")
            let out = try await client.post(
                "/staff/sign-out", "csrf=\(cookie.formToken)", [.cookie: cookie.value])
            #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await client.get("/staff", [.cookie: cookie.value]).status == .unauthorized)
        }
    }

    @Test("https ではクッキーは __Host- で、外から読めず、ほかから送られない")
    func cookie() async throws {
        try await TestCity.with(isTLS: true, routes: Self.routes) { city, client in
            let cookie = try await Self.signIn(city, client, next: "")
            #expect(cookie.whole.hasPrefix("__Host-session="))
            for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
                #expect(cookie.whole.contains(part))
            }
        }
    }

    @Test("最初のパスワードは、変えるまでほかのページを見せない")
    func firstPassword() async throws {
        try await TestCity.with(routes: Self.routes) { city, client in
            let first = try #require(try await city.identity.createFirstStaff())
            let sent = try await client.post(
                "/staff/sign-in", "login=\(first.staff.login)&password=\(first.password)", person)
            #expect(sent.headers[.location] == "/staff/password")
            let cookie = String(try #require(sent.headers[.setCookie]).prefix { $0 != ";" })
            #expect(try await client.get("/staff", [.cookie: cookie]).status == .forbidden)
            let form = try await client.get(
                "/staff/password", [.cookie: cookie, .accept: "text/html"])
            let token = try Self.formToken(form.text)
            let changed = try await client.post(
                "/staff/password",
                "current=\(first.password)&new=asagiri-no-kawa-1&csrf=\(token)",
                [.cookie: cookie])
            #expect(changed.status == .seeOther)
        }
    }

    // MARK: - Steps

    private struct Cookie {
        let whole: String
        let value: String
        let location: String?
        let formToken: String
    }

    private static func signIn(
        _ city: TestCity, _ client: any TestClientProtocol, next: String
    ) async throws -> Cookie {
        let first = try #require(try await city.identity.createFirstStaff())
        let admin = try await city.identity.signIn(
            Credentials(login: first.staff.login, password: first.password, address: "test"))
        try await city.identity.createStaff(
            login: "takagi", displayName: "高木 文", duties: [.shelter],
            password: "asagiri-no-kawa-1", by: .staff(admin.session))
        let answer = try await client.post(
            "/staff/sign-in", "login=takagi&password=asagiri-no-kawa-1&next=\(next)", person)
        let whole = try #require(answer.headers[.setCookie])
        let value = String(whole.prefix { $0 != ";" })
        let page = try await client.get(
            "/staff/password", [.cookie: value, .accept: "text/html"])
        return Cookie(
            whole: whole, value: value, location: answer.headers[.location],
            formToken: try formToken(page.text))
    }

    private static func formToken(_ html: String) throws -> String {
        let mark = "name=\"csrf\" value=\""
        let start = try #require(html.firstRange(of: mark)).upperBound
        return String(html[start...].prefix { $0 != "\"" })
    }
}
