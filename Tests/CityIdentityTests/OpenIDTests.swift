import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Logging
import Testing

/// A city whose residents come by an OpenID provider that checks everything.
private struct ResidentTown {
    let identity: Identity
    let issuer: StrictIssuer
    let signIn: OpenIDSignIn
    let clock: ManualClock
    let store: any Store

    static func with(
        _ engine: TestEngine = .sqlite, _ body: (ResidentTown) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock, migrations: Identity.migrations) { store in
            var logger = Logger(label: "city.test")
            logger.logLevel = .critical
            let identity = Identity(store: store, clock: clock, logger: logger)
            let issuer = StrictIssuer(clock: clock)
            let settings = try OpenIDSettings(
                issuer: StrictIssuer.issuer, clientID: StrictIssuer.clientID,
                redirectAddress: StrictIssuer.redirectAddress, keyPEM: issuer.clientKeyPEM)
            try await body(
                ResidentTown(
                    identity: identity, issuer: issuer,
                    signIn: OpenIDSignIn(settings, identity: identity, connection: issuer),
                    clock: clock, store: store))
        }
    }

    /// From the door of the city to the provider and back.
    func come(
        as subject: String = "pairwise-1", replacing old: SecretToken? = nil
    ) async throws -> SignedInResident {
        let (address, secret) = try await signIn.begin(next: "/my")
        let back = try issuer.approve(address, as: subject)
        return try await signIn.complete(
            answer(back), secret: secret, device: "Android", replacing: old
        ).signedIn
    }

    func answer(_ query: [String: String]) -> OpenIDSignIn.Answer {
        .init(
            code: query["code"], state: query["state"], issuer: query["iss"],
            error: query["error"])
    }

    /// What a sign-in was refused with; `nil` when it was not.
    func refusal(_ work: () async throws -> Void) async throws -> SignInRefusal? {
        do {
            try await work()
            return nil
        } catch let refusal as SignInRefusal {
            return refusal
        }
    }
}

struct OpenIDTests {
    @Test("本人確認から帰ると入っていて、次に来ても同じ人、別の人は別の人", arguments: TestEngine.available)
    func samePerson(engine: TestEngine) async throws {
        try await ResidentTown.with(engine) { town in
            let first = try await town.come()
            #expect(
                try await town.identity.findResidentSession(first.token) == first.session)
            let again = try await town.come(replacing: first.token)
            #expect(again.session.resident == first.session.resident)
            #expect(again.token != first.token)
            #expect(try await town.identity.findResidentSession(first.token) == nil)
            let other = try await town.come(as: "pairwise-2")
            #expect(other.session.resident.id != first.session.resident.id)
            // The provider's document and keys are read once, not at each sign-in.
            #expect(town.issuer.reads("openid-configuration") == 1)
            #expect(town.issuer.reads("keys") == 1)
        }
    }

    @Test("データベースには、本人確認の言葉も秘密も残らない")
    func nothingKept() async throws {
        try await ResidentTown.with { town in
            let signedIn = try await town.come(as: "pairwise-secret")
            let hashes = try await town.store.read { connection in
                try connection.query("SELECT proof_hash FROM identity_resident_login", []) {
                    $0.blob(0)
                }
            }
            #expect(hashes.map(\.count) == [32])
            #expect(!"\(signedIn)".contains(signedIn.token.text))
            let audit = try await town.identity.listAudit()
            #expect(audit.map(\.action) == ["resident.join"])
            #expect(!"\(audit)".contains("pairwise-secret"))
        }
    }

    @Test("だめなトークンはどれも断り、誰も入らない", arguments: StrictIssuer.Fault.allCases)
    func faults(fault: StrictIssuer.Fault) async throws {
        try await ResidentTown.with { town in
            town.issuer.bend(fault)
            let refusal = try await town.refusal { _ = try await town.come() }
            guard case .invalid = refusal else {
                Issue.record("\(fault): \(String(describing: refusal))")
                return
            }
            town.issuer.bend(nil)
            // The same strict way lets a right token in: the refusal was of the fault.
            town.clock.advance(by: .minutes(2))
            _ = try await town.come()
        }
    }

    @Test("帰り道は一度だけ、その端末だけ、10分だけ")
    func oneWayBack() async throws {
        try await ResidentTown.with { town in
            let (address, secret) = try await town.signIn.begin(next: "/my")
            let back = try town.issuer.approve(address, as: "a")
            let (_, other) = try await town.signIn.begin(next: "/my")
            func complete(_ secret: SecretToken?) async throws -> SignInRefusal? {
                try await town.refusal {
                    _ = try await town.signIn.complete(
                        town.answer(back), secret: secret, device: "", replacing: nil)
                }
            }
            // Another browser, or none that we know.
            #expect(try await complete(nil) == .unknownSignIn)
            #expect(try await complete(other) == .unknownSignIn)
            #expect(try await complete(secret) == nil)
            // Reused.
            #expect(try await complete(secret) == .unknownSignIn)

            let (later, late) = try await town.signIn.begin(next: "/my")
            let slow = try town.issuer.approve(later, as: "a")
            town.clock.advance(by: .minutes(10))
            let refusal = try await town.refusal {
                _ = try await town.signIn.complete(
                    town.answer(slow), secret: late, device: "", replacing: nil)
            }
            #expect(refusal == .unknownSignIn)
        }
    }

    @Test("使われたコード、ほかの発行者の返事、やめた人、エラーを見分ける")
    func answers() async throws {
        try await ResidentTown.with { town in
            func end(
                _ change: (inout [String: String]) -> Void
            ) async throws -> SignInRefusal? {
                let (address, secret) = try await town.signIn.begin(next: "/my")
                var back = try town.issuer.approve(address, as: "a")
                change(&back)
                let answer = town.answer(back)
                return try await town.refusal {
                    _ = try await town.signIn.complete(
                        answer, secret: secret, device: "", replacing: nil)
                }
            }
            let code = try await end { $0["code"] = "made-up" }
            #expect(code == .invalid("the token endpoint refused the code: 400"))
            #expect(town.issuer.refusals == ["code"])
            let issuer = try await end { $0["iss"] = "https://evil.example" }
            #expect(issuer == .invalid("the answer of another issuer"))
            #expect(try await end { $0["error"] = "access_denied" } == .cancelled)
            #expect(try await end { $0["state"] = "forged" } == .unknownSignIn)
            let none = try await end { $0["code"] = nil }
            #expect(none == .invalid("an answer without a code"))
        }
    }

    @Test("提供者が黙っていても、名をかたっても、誰も入らず、戻れば入れる")
    func provider() async throws {
        try await ResidentTown.with { town in
            town.issuer.fallSilent()
            var refusal = try await town.refusal { _ = try await town.come() }
            guard case .unavailable = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            town.issuer.fallSilent(false)
            town.issuer.call(itself: "https://evil.example")
            refusal = try await town.refusal { _ = try await town.come() }
            #expect(refusal == .unavailable("the document is of another issuer"))
            town.issuer.call(itself: StrictIssuer.issuer)
            _ = try await town.come()
        }
    }

    @Test("途中の本人確認は上限までで、古いものから消える")
    func pendingLimit() async throws {
        try await ResidentTown.with { town in
            let (address, first) = try await town.signIn.begin(next: "/my")
            let back = try town.issuer.approve(address, as: "a")
            town.clock.advance(by: .seconds(1))
            try await town.store.write { transaction in
                for number in 0..<OpenIDSettings.pendingMax {
                    try transaction.execute(
                        """
                        INSERT INTO identity_sign_in
                            (secret_hash, state, nonce, verifier, next, ends_at)
                        VALUES ($1, '', '', '', '', $2)
                        """,
                        [
                            .blob(Array("\(number)".utf8)),
                            .integer((transaction.now + .minutes(10)).microseconds),
                        ])
                }
            }
            _ = try await town.signIn.begin(next: "/my")
            let count = try await town.store.read {
                try $0.first("SELECT count(*) FROM identity_sign_in", []) { $0.int(0) }
            }
            #expect(count == OpenIDSettings.pendingMax)
            let refusal = try await town.refusal {
                _ = try await town.signIn.complete(
                    town.answer(back), secret: first, device: "", replacing: nil)
            }
            #expect(refusal == .unknownSignIn)
        }
    }

    @Test("住民のセッションは使わなければ1時間で切れ、自分で切れ、やめれば全部終わる")
    func sessions() async throws {
        try await ResidentTown.with { town in
            let phone = try await town.come()
            let tablet = try await town.come()
            let resident = phone.session.resident
            #expect(try await town.identity.listSessions(of: resident).count == 2)
            let stranger = try await town.come(as: "pairwise-9").session.resident
            await #expect(throws: IdentityError.unknownSession) {
                try await town.identity.revokeSession(tablet.session.id, of: stranger)
            }
            try await town.identity.revokeSession(tablet.session.id, of: resident)
            #expect(try await town.identity.findResidentSession(tablet.token) == nil)
            #expect(try await town.identity.findResidentSession(phone.token) != nil)
            town.clock.advance(by: .hours(1))
            #expect(try await town.identity.findResidentSession(phone.token) == nil)

            let back = try await town.come()
            #expect(back.session.resident == resident)
            try await town.identity.leave(resident)
            #expect(try await town.identity.findResidentSession(back.token) == nil)
            let new = try await town.come()
            #expect(new.session.resident.id != resident.id)
        }
    }
}
