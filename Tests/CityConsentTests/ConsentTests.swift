import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Logging
import Testing

@testable import CityConsent

/// A city with two purposes and a clock of its own.
struct ConsentDesk {
    let consent: Consent
    let store: any Store
    let clock: ManualClock
    let identity: Identity

    static func text(_ words: String) -> LocalizedText {
        LocalizedText(words, easy: words, en: words)
    }

    static func notice(_ id: String, kinds: [String], benefit: String = "早く助かる") -> ConsentNotice {
        ConsentNotice(
            id: id, recipient: "fire", kinds: kinds, retention: .days(365), title: text("避難の手助け"),
            purpose: text("避難を手伝う"), anonymisation: text("番号に置きかえる"), benefit: text(benefit),
            safety: text("暗号にして守る"))
    }

    static let catalogue = ConsentCatalogue(
        kinds: ["contact": text("連絡先"), "health": text("健康")], recipients: ["fire": text("消防")],
        notices: [
            notice("evacuation", kinds: ["contact"]), notice("checkup", kinds: ["health"]),
        ])

    static func with(
        _ engine: TestEngine = .sqlite, _ body: (ConsentDesk) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(
            engine, clock: clock, migrations: Identity.migrations + Consent.migrations
        ) { store in
            try await body(
                ConsentDesk(
                    consent: Consent(
                        catalogue: catalogue, store: store, key: VaultKey(), clock: clock),
                    store: store, clock: clock, identity: try quickIdentity(store, clock)))
        }
    }

    private static func quickIdentity(
        _ store: any Store, _ clock: ManualClock
    ) throws -> Identity {
        var settings = IdentityConfiguration()
        settings.scrypt = .quick
        return Identity(
            store: store, clock: clock,
            logger: Logger(label: "city.test") { _ in SwiftLogNoOpLogHandler() },
            configuration: settings)
    }

    /// A member of staff with one duty, signed in.
    func staff(_ duty: Duty) async throws -> Principal {
        func signIn(_ login: String, _ password: String) async throws -> Principal {
            .staff(
                try await identity.signIn(
                    Credentials(login: login, password: password, address: "192.0.2.1")
                ).session)
        }
        if let first = try await identity.createFirstStaff() {
            try await identity.createStaff(
                login: "joho", displayName: "情報", duties: [.information],
                password: "川霧にともる灯りをみる夜", by: try await signIn(first.staff.login, first.password))
        }
        let manager = try await signIn("joho", "川霧にともる灯りをみる夜")
        let made = try await identity.hire(
            login: duty.rawValue, displayName: "職員", duties: [duty], by: manager)
        return try await signIn(made.staff.login, made.password)
    }

    func version(_ purpose: String) -> String { consent.catalogue.notice(purpose)?.version ?? "" }

    func grant(_ purpose: String = "evacuation", for person: String = "hana") async throws {
        try await consent.grant(
            purpose, version: version(purpose), for: person, by: "resident:\(person)")
    }

    func read(
        _ kind: String = "contact", _ purpose: String = "evacuation"
    ) async throws
        -> JSONValue?
    {
        try await consent.read(kind, of: "hana", for: purpose, by: "staff:sato")
    }

    /// Actions of the audit, in order.
    func audited() async throws -> [String] {
        try await store.read { connection in
            try connection.query("SELECT action FROM identity_audit ORDER BY number") {
                $0.text(0)
            }
        }
    }
}

@Suite("同意")
struct ConsentTests {
    private func isRefused(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return false
        } catch is Problem {
            return true
        }
    }

    @Test("同意がある間だけ、その目的のその種類だけが読める。読むたびに記録が残る", arguments: TestEngine.available)
    func reading(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            let phone: JSONValue = ["phone": "0966-22-2111"]
            try await desk.consent.put(phone, kind: "contact", of: "hana", by: "resident:hana")
            try await desk.consent.put("well", kind: "health", of: "hana", by: "resident:hana")
            #expect(try await isRefused { _ = try await desk.read() })
            try await desk.grant()
            #expect(try await desk.read() == phone)
            #expect(try await isRefused { _ = try await desk.read("health") })
            #expect(try await isRefused { _ = try await desk.read("health", "checkup") })
            try await desk.consent.withdraw("evacuation", of: "hana", by: "resident:hana")
            #expect(try await isRefused { _ = try await desk.read() })
            #expect(
                try await isRefused {
                    try await desk.consent.withdraw("evacuation", of: "hana", by: "resident:hana")
                })
            try await desk.grant()
            desk.clock.advance(by: .days(365))
            #expect(try await isRefused { _ = try await desk.read() })
            #expect(
                try await desk.audited() == [
                    "personal.write", "personal.write", "consent.grant", "personal.read",
                    "consent.withdraw", "consent.grant",
                ])
        }
    }

    @Test("案内の言葉が変われば別の案内で、古い案内への同意はもらえない")
    func versions() async throws {
        try await ConsentDesk.with { desk in
            let old = desk.version("evacuation")
            let changed = ConsentDesk.notice(
                "evacuation", kinds: ["contact"], benefit: "もっと早く助かる")
            #expect(changed.version != old && old.count == 64)
            let renewed = Consent(
                catalogue: ConsentCatalogue(
                    kinds: desk.consent.catalogue.kinds, notices: [changed]),
                store: desk.store, key: VaultKey(), clock: desk.clock)
            for (purpose, version) in [
                ("evacuation", old), ("evacuation", ""), ("unknown", changed.version),
            ] {
                let isRefused = try await isRefused {
                    try await renewed.grant(
                        purpose, version: version, for: "hana", by: "resident:hana")
                }
                #expect(isRefused, "\(purpose) \(version)")
            }
        }
    }

    @Test("受領書は、読んだ案内と出来事を27560の形で持つ", arguments: TestEngine.available)
    func receipt(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            let record = try await desk.consent.grant(
                "evacuation", version: desk.version("evacuation"), for: "hana", by: "staff:kondo",
                .paper, reference: "2026-窓-12")
            try await desk.consent.withdraw("evacuation", of: "hana", by: "resident:hana")
            let receipt = try #require(try await desk.consent.receipt(record.id, of: "hana"))
            let json = receipt.json(controller: "人吉市", at: desk.clock.now)
            let processing = try #require(json["processing"]?.array?.first)
            #expect(processing["privacy_notice"]?["benefit"]?["ja"]?.string == "早く助かる")
            #expect(processing["privacy_notice_version"]?.string == desk.version("evacuation"))
            #expect(
                json["events"]?.array?.compactMap { $0["event_type"]?.string }
                    == ["given", "withdrawn"])
            #expect(json["events"]?.array?.first?["event_way"]?.string == "paper")
            #expect(try await desk.consent.receipt(record.id, of: "taro") == nil)
        }
    }

    @Test("取り消しは受け手に伝わり、七日で督促になり、受け手が認めて終わる", arguments: TestEngine.available)
    func acknowledging(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            try await desk.grant()
            try await desk.consent.withdraw("evacuation", of: "hana", by: "resident:hana")
            let open = try #require(try await desk.consent.listUnacknowledged(by: "fire").first)
            #expect(!open.isOverdue(at: desk.clock.now))
            desk.clock.advance(by: Consent.acknowledgeWithin)
            #expect(open.isOverdue(at: desk.clock.now))
            #expect(try await desk.consent.listUnacknowledged(by: "school").isEmpty)
            #expect(
                try await isRefused {
                    try await desk.consent.acknowledge(
                        open.consentID, by: "school", actor: "key:1")
                })
            try await desk.consent.acknowledge(open.consentID, by: "fire", actor: "key:1")
            #expect(try await desk.consent.listUnacknowledged().isEmpty)
            #expect(
                try await isRefused {
                    try await desk.consent.acknowledge(open.consentID, by: "fire", actor: "key:1")
                })
        }
    }

    @Test("取り消しと読み取りが競っても、取り消しの後に読めることはない", arguments: TestEngine.available)
    func race(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            try await desk.consent.put("x", kind: "contact", of: "hana", by: "resident:hana")
            for _ in 0..<20 {
                try await desk.grant()
                async let withdrawing: Void = desk.consent.withdraw(
                    "evacuation", of: "hana", by: "resident:hana")
                let reads = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask { (try? await desk.read()) != nil }
                    }
                    return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                try await withdrawing
                #expect(try await isRefused { _ = try await desk.read() })
                // Every read that gave something stands in the audit before the withdrawal.
                let lines = try await desk.audited()
                let last = try #require(lines.lastIndex(of: "consent.withdraw"))
                let begun = try #require(lines.lastIndex(of: "consent.grant"))
                #expect(lines[begun..<last].count { $0 == "personal.read" } == reads)
                #expect(!lines[last...].contains("personal.read"))
            }
        }
    }

    @Test("取り消しは別の処理にもすぐ効く")
    func otherProcess() async throws {
        guard let engine = TestEngine.available.first(where: { $0 != .sqlite }) else { return }
        let configuration = StoreConfiguration(
            location: try TestStores.makeLocation(engine), durability: .relaxed)
        try await TestStores.with(configuration) { store in
            try await store.migrate(Identity.migrations + Consent.migrations)
            let other = try await TestStores.open(configuration)
            let key = VaultKey()
            let (here, there) = (
                Consent(
                    catalogue: ConsentDesk.catalogue, store: store, key: key, clock: SystemClock()),
                Consent(
                    catalogue: ConsentDesk.catalogue, store: other, key: key, clock: SystemClock())
            )
            let version = try #require(here.catalogue.notice("evacuation")?.version)
            try await here.grant("evacuation", version: version, for: "hana", by: "resident:hana")
            try await here.put("x", kind: "contact", of: "hana", by: "resident:hana")
            #expect(
                try await there.read("contact", of: "hana", for: "evacuation", by: "staff:s") == "x"
            )
            try await here.withdraw("evacuation", of: "hana", by: "resident:hana")
            #expect(
                try await isRefused {
                    _ = try await there.read(
                        "contact", of: "hana", for: "evacuation", by: "staff:s")
                })
            await other.close()
        }
    }

    @Test("監査に書けない読み取りは、何も返さない")
    func failsClosed() async throws {
        try await ConsentDesk.with { desk in
            try await desk.consent.put("x", kind: "contact", of: "hana", by: "resident:hana")
            try await desk.grant()
            #expect(try await desk.read() == "x")
            try await desk.store.write { transaction in
                _ = try transaction.execute("ALTER TABLE identity_audit RENAME TO away")
            }
            await #expect(throws: (any Error).self) { try await desk.read() }
        }
    }

    @Test("値は封じられ、移した行は開かず、鍵を消せば写しからも読めない", arguments: TestEngine.available)
    func vault(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            let secret: JSONValue = "球磨川のほとり"
            for person in ["hana", "taro"] {
                try await desk.consent.put(secret, kind: "contact", of: person, by: "test")
                try await desk.grant(for: person)
            }
            func sealed(_ person: String) async throws -> [UInt8]? {
                try await desk.store.read {
                    try VaultStore.find("contact", of: person, in: $0)
                }
            }
            let rows = (
                try #require(try await sealed("hana")), try #require(try await sealed("taro"))
            )
            #expect(rows.0 != rows.1)
            #expect(!String(decoding: rows.0, as: UTF8.self).contains("球磨川"))
            try await desk.store.write {
                try VaultStore.put(rows.1, kind: "contact", of: "hana", in: $0)
            }
            #expect(try await isRefused { _ = try await desk.read() })
            try await desk.consent.forget("hana", by: "resident:hana")
            try await desk.store.write {
                try VaultStore.put(rows.0, kind: "contact", of: "hana", in: $0)
            }
            try await desk.grant()
            #expect(try await desk.read() == nil)
            #expect(
                try await desk.consent.read(
                    "contact", of: "taro", for: "evacuation", by: "staff:s") == secret)
            #expect(
                try await isRefused {
                    try await desk.consent.put("x", kind: "unknown", of: "hana", by: "test")
                })
            let large = JSONValue.string(
                String(repeating: "x", count: PersonalVault.valueBytesMax))
            #expect(
                try await isRefused {
                    try await desk.consent.put(large, kind: "contact", of: "hana", by: "test")
                })
        }
    }

    @Test("災害時の開示は担当と時間を限り、皆と本人に見える", arguments: TestEngine.available)
    func emergency(engine: TestEngine) async throws {
        try await ConsentDesk.with(engine) { desk in
            let consent = desk.consent
            try await consent.put("x", kind: "contact", of: "hana", by: "resident:hana")
            let officer = try await desk.staff(.headquarters)
            let clerk = try await desk.staff(.counter)
            await #expect(throws: IdentityError.self) {
                try await consent.openEmergency(
                    reason: "洪水", kinds: ["contact"], for: .hours(1), by: clerk)
            }
            for (reason, kinds, span) in [
                ("", ["contact"], Duration.hours(1)), ("洪水", [], .hours(1)),
                ("洪水", ["unknown"], .hours(1)), ("洪水", ["contact"], .hours(73)),
            ] {
                #expect(
                    try await isRefused {
                        _ = try await consent.openEmergency(
                            reason: reason, kinds: kinds, for: span, by: officer)
                    })
            }
            let path = try await consent.openEmergency(
                reason: "洪水", kinds: ["contact"], for: .hours(24), by: officer)
            func read(_ kind: String) async throws -> JSONValue? {
                try await consent.readInEmergency(kind, of: "hana", under: path.id, by: officer)
            }
            #expect(try await read("contact") == "x")
            #expect(try await isRefused { _ = try await read("health") })
            desk.clock.advance(by: .hours(24))
            #expect(try await isRefused { _ = try await read("contact") })
            let listed = try #require(try await consent.listEmergencies().first)
            #expect(listed.readCount == 1 && !listed.isOpen(at: desk.clock.now))
            #expect(try await consent.listEmergencyReads(of: "hana").map(\.kind) == ["contact"])
            let second = try await consent.openEmergency(
                reason: "洪水", kinds: ["contact"], for: .hours(1), by: officer)
            try await consent.closeEmergency(second.id, by: officer)
            #expect(
                try await isRefused {
                    _ = try await consent.readInEmergency(
                        "contact", of: "hana", under: second.id, by: officer)
                })
        }
    }

    @Test("一人の記録の数には限りがあり、数は目的ごとに人で数える")
    func limits() async throws {
        try await ConsentDesk.with { desk in
            try await desk.grant()
            try await desk.grant()
            try await desk.grant(for: "taro")
            try await desk.grant("checkup", for: "taro")
            #expect(try await desk.consent.counts() == ["evacuation": 2, "checkup": 1])
            #expect(
                try await desk.consent.list(of: "hana").map { $0.state(at: desk.clock.now) }
                    == [.given, .replaced])
            for _ in 2..<Consent.grantsPerDayMax { try await desk.grant() }
            #expect(try await isRefused { try await desk.grant() })
            try await desk.consent.withdraw("evacuation", of: "hana", by: "resident:hana")
            desk.clock.advance(by: .days(1))
            try await desk.grant()
        }
    }
}
