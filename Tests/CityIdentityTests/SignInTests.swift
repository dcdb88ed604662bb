import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Testing

struct SignInTests {
    @Test("正しい組で入り、クッキーの秘密から職員がわかり、出れば終わる", arguments: TestEngine.available)
    func roundTrip(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let staff = try await hall.hire()
            let signedIn = try await hall.signIn("  ＳＡＴＯ ")
            #expect(signedIn.session.staff == staff)
            let found = try await hall.identity.findSession(signedIn.token)
            #expect(found == signedIn.session)
            let principal = try await hall.identity.principal(session: signedIn.token)
            #expect(principal.may(.proposeOrder))
            #expect(!principal.may(.manageStaff))
            try await hall.identity.signOut(signedIn.token)
            #expect(try await hall.identity.findSession(signedIn.token) == nil)
            #expect(try await hall.identity.principal(session: signedIn.token) == .anyone)
        }
    }

    @Test("知らないID、違うパスワード、閉じた口座は同じ答えになる")
    func oneAnswer() async throws {
        try await CityHall.with { hall in
            var staff = try await hall.hire()
            #expect(try await hall.refusal("nobody", CityHall.password) == .wrongCredentials)
            #expect(try await hall.refusal("sato", "ちがうパスワードです") == .wrongCredentials)
            #expect(try await hall.refusal("sato", "") == .wrongCredentials)
            staff.isActive = false
            try await hall.identity.update(staff, by: hall.manager)
            hall.clock.advance(by: .minutes(20))
            #expect(try await hall.refusal("sato", CityHall.password) == .wrongCredentials)
        }
    }

    @Test("全角と合成文字のちがいは同じパスワードとみなす")
    func normalForms() async throws {
        try await CityHall.with { hall in
            try await hall.identity.createStaff(
                login: "mori", displayName: "森", duties: [.shelter],
                password: "ガラス2026gate!", by: hall.manager)
            #expect(try await hall.refusal("mori", "ｶﾞﾗｽ２０２６gate！") == nil)
        }
    }

    @Test("使わないセッションは切れ、使っていても決めた長さで切れる")
    func ends() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            let idle = try await hall.signIn()
            hall.clock.advance(by: .minutes(119))
            #expect(try await hall.identity.findSession(idle.token) != nil)
            hall.clock.advance(by: .minutes(119))
            #expect(try await hall.identity.findSession(idle.token) != nil)
            hall.clock.advance(by: .hours(2))
            #expect(try await hall.identity.findSession(idle.token) == nil)

            let busy = try await hall.signIn()
            for _ in 0..<11 {
                hall.clock.advance(by: .hours(1))
                #expect(try await hall.identity.findSession(busy.token) != nil)
            }
            hall.clock.advance(by: .hours(1))
            #expect(try await hall.identity.findSession(busy.token) == nil)
        }
    }

    @Test("入り直すと秘密は新しくなり、前のセッションは終わる")
    func rotation() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            let first = try await hall.signIn()
            let second = try await hall.signIn(replacing: first.token)
            #expect(first.token != second.token)
            #expect(try await hall.identity.findSession(first.token) == nil)
            #expect(try await hall.identity.findSession(second.token) != nil)
        }
    }

    @Test("自分のセッションを一覧し、取り消せる。他人のは取り消せない。数には上限がある")
    func list() async throws {
        let three: (inout IdentityConfiguration) -> Void = { $0.staffSessions.countMax = 3 }
        try await CityHall.with(configure: three) { hall in
            let staff = try await hall.hire()
            let other = try await hall.hire("tanaka")
            var tokens: [SecretToken] = []
            for _ in 0..<5 {
                tokens.append(try await hall.signIn().token)
                hall.clock.advance(by: .seconds(1))
            }
            let sessions = try await hall.identity.listSessions(of: staff.id)
            #expect(sessions.count == 3)
            #expect(sessions.map(\.device) == ["庁内端末", "庁内端末", "庁内端末"])
            #expect(try await hall.identity.findSession(tokens[1]) == nil)
            #expect(try await hall.identity.findSession(tokens[2]) != nil)
            await #expect(throws: IdentityError.unknownSession) {
                try await hall.identity.revokeSession(sessions[0].id, of: other.id)
            }
            try await hall.identity.revokeSession(sessions[0].id, of: staff.id)
            #expect(try await hall.identity.findSession(tokens[4]) == nil)
        }
    }

    @Test("表には秘密もパスワードも、試した人のIDや住所も残らない", arguments: TestEngine.available)
    func nothingSecretIsStored(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            try await hall.hire()
            let signedIn = try await hall.signIn()
            _ = try await hall.refusal("guess", "ちがうパスワードです", from: "203.0.113.9")
            let stored = try await hall.store.read { connection in
                try connection.query(
                    """
                    SELECT password_hash FROM identity_staff
                    """
                ) { $0.text(0) }
                    + connection.query("SELECT token_hash FROM identity_session") {
                        String(decoding: $0.blob(0), as: UTF8.self)
                    }
                    + connection.query("SELECT bucket FROM identity_attempt") {
                        String(decoding: $0.blob(0), as: UTF8.self)
                    }
            }
            #expect(stored.count > 4)
            for secret in [CityHall.password, signedIn.token.text, "203.0.113.9", "guess"] {
                #expect(!stored.contains { $0.contains(secret) })
            }
            #expect(!"\(signedIn)".contains(signedIn.token.text))
        }
    }
}
