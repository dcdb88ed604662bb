import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Testing

struct KeyAndAuditTests {
    @Test("鍵は期限まで範囲の中だけを許し、取り消せばすぐ効かない", arguments: TestEngine.available)
    func keys(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let made = try await hall.identity.createKey(
                name: "球磨川 水位計", scope: .observe, expiresAt: hall.clock.now + .days(30),
                by: hall.manager)
            let device = try await hall.identity.principal(key: made.token)
            #expect(device.may(.observeContext))
            #expect(!device.may(.writeContext))
            #expect(!device.may(.viewStaffPages))
            #expect(try await hall.identity.listKeys().map(\.lastUsedAt) == [hall.clock.now])
            hall.clock.advance(by: .days(30))
            #expect(try await hall.identity.findKey(made.token) == nil)

            let second = try await hall.identity.createKey(
                name: "門", scope: .read, expiresAt: hall.clock.now + .days(1), by: nil)
            #expect(try await hall.identity.findKey(second.token) != nil)
            try await hall.identity.revokeKey(second.key.id, by: hall.manager)
            #expect(try await hall.identity.findKey(second.token) == nil)
            await #expect(throws: IdentityError.unknownKey) {
                try await hall.identity.revokeKey(second.key.id, by: hall.manager)
            }
        }
    }

    @Test("期限のない鍵、長すぎる鍵、名前のない鍵は作れない")
    func keyRules() async throws {
        try await CityHall.with { hall in
            let now = hall.clock.now
            for (name, end) in [
                ("a", now), ("a", now + Identity.keyLifeMax + .seconds(1)), ("", now + .days(1)),
            ] {
                await #expect(throws: IdentityError.self) {
                    try await hall.identity.createKey(
                        name: name, scope: .read, expiresAt: end, by: hall.manager)
                }
            }
        }
    }

    @Test("でたらめな文字列は秘密として読まれない")
    func tokens() {
        #expect(SecretToken("") == nil)
        #expect(SecretToken(String(repeating: "a", count: 42) + "!") == nil)
        #expect(SecretToken(String(repeating: "a", count: 44)) == nil)
        let fixed = RandomSource { Array(repeating: 255, count: $0) }
        let token = SecretToken(random: fixed)
        #expect(token.text == String(repeating: "_", count: 42) + "8")
        #expect(SecretToken(token.text) == token)
        #expect(SecretToken(random: .system) != SecretToken(random: .system))
    }

    @Test("フォームの証しは自分のセッションのものだけが通る")
    func csrf() {
        let mine = SecretToken(random: .system)
        let other = SecretToken(random: .system)
        #expect(CSRFToken.matches(CSRFToken.make(for: mine), for: mine))
        #expect(!CSRFToken.matches(CSRFToken.make(for: other), for: mine))
        #expect(!CSRFToken.matches("", for: mine))
        #expect(!CSRFToken.make(for: mine).contains(mine.text))
    }

    @Test("監査は変更と一緒に書かれ、変更が戻れば残らない", arguments: TestEngine.available)
    func audit(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            struct Refused: Error {}
            let entry = AuditEntry(
                actor: hall.manager.actor, action: "order.approve", noun: "urn:ngsi-ld:Order:4")
            try await hall.store.write { try Identity.record(entry, in: $0) }
            await #expect(throws: Refused.self) {
                try await hall.store.write { transaction in
                    try Identity.record(entry, in: transaction)
                    throw Refused()
                }
            }
            let lines = try await hall.identity.listAudit(of: "urn:ngsi-ld:Order:4")
            #expect(lines.map(\.action) == ["order.approve"])
            #expect(lines.first?.at == hall.clock.now)
            #expect(lines.first?.actor == hall.manager.actor)
            let all = try await hall.identity.listAudit()
            #expect(all.map(\.action) == ["order.approve", "staff.createFirst"])
            let older = try await hall.identity.listAudit(before: all[0].number)
            #expect(older.map(\.action) == ["staff.createFirst"])
        }
    }
}
