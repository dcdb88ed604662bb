import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Testing

struct AuditLogTests {
    /// A log with lines about shelters.
    private static func withLog(
        _ engine: TestEngine, lines: Int,
        _ body: (AuditLog, any Store, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock, migrations: Identity.migrations) { store in
            let log = try AuditLog(
                store: store, clock: clock, secret: AuditSecret(),
                settings: AuditLogSettings(origin: "city.example/audit"))
            try await log.open()
            try await write(lines, to: store)
            try await body(log, store, clock)
        }
    }

    private static func write(_ count: Int, to store: any Store) async throws {
        try await store.write { transaction in
            for number in 0..<count {
                try Identity.record(
                    AuditEntry(
                        actor: "staff:\(number % 3)", action: "shelter.open",
                        noun: "urn:ngsi-ld:Shelter:\(number)"),
                    in: transaction)
            }
        }
    }

    private static func verify(
        _ log: AuditLog, _ store: any Store, kept: [Checkpoint] = []
    ) async throws -> AuditReport {
        var verification = AuditVerification(store: store, key: log.key, kept: kept)
        return try await verification.run()
    }

    @Test("同時に書く人が多くても順番は一つで、全部の行が木にある", arguments: TestEngine.available)
    func manyWriters(engine: TestEngine) async throws {
        try await Self.withLog(engine, lines: 0) { log, store, _ in
            struct Refused: Error {}
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        // Every fifth write is undone, and its line with it.
                        try? await store.write { transaction in
                            try Identity.record(
                                AuditEntry(actor: "a", action: "b", noun: "\(number)"),
                                in: transaction)
                            if number.isMultiple(of: 5) { throw Refused() }
                        }
                    }
                }
            }
            let signed = try await log.sign()
            #expect(signed.checkpoint.size == 320)
            let report = try await Self.verify(log, store)
            #expect(report.findings == [])
            #expect(report.root == signed.checkpoint.root)
        }
    }

    @Test("どの行も、署名された根までの証明を持つ", arguments: TestEngine.available)
    func proofs(engine: TestEngine) async throws {
        try await Self.withLog(engine, lines: 700) { log, store, _ in
            #expect(try await log.proof(of: 3) == nil)
            let first = try await log.sign()
            #expect(try await log.sign() == first)
            try await Self.write(20, to: store)
            for number: Int64 in [0, 255, 256, 511, 699] {
                let proof = try #require(try await log.proof(of: number))
                #expect(proof.holds(for: log.key))
                #expect(proof.entry.number == number)
            }
            #expect(try await log.proof(of: 700) == nil)
            await #expect(throws: AuditError.unknownEntry(720)) { try await log.proof(of: 720) }
            let second = try await log.sign()
            let path = try #require(try await log.consistencyProof(from: 700, to: 720))
            #expect(
                MerkleProof.isConsistent(
                    old: 700, size: 720, oldRoot: first.checkpoint.root,
                    root: second.checkpoint.root, path: path))
            #expect(try await log.consistencyProof(from: 700, to: 721) == nil)
        }
    }

    @Test("タイルは C2SP の形で、署名された大きさまでだけ配られる", arguments: TestEngine.available)
    func tiles(engine: TestEngine) async throws {
        try await Self.withLog(engine, lines: 600) { log, _, _ in
            #expect(try await log.tile(level: 0, number: 0, width: nil) == nil)
            try await log.sign()
            let full = try #require(try await log.tile(level: 0, number: 1, width: nil))
            #expect(full.count == 256 * 32)
            let partial = try #require(try await log.tile(level: 0, number: 2, width: 88))
            #expect(partial.count == 88 * 32)
            #expect(try await log.tile(level: 0, number: 2, width: 89) == nil)
            #expect(try await log.tile(level: 0, number: 2, width: nil) == nil)
            #expect(try await log.tile(level: 1, number: 0, width: 2)?.count == 64)
            #expect(try await log.tile(level: 8, number: 0, width: 1) == nil)
            #expect(try await log.tile(level: 0, number: .max, width: nil) == nil)
            #expect(try await log.tile(level: 0, number: -1, width: 1) == nil)
            let bundle = try #require(try await log.bundle(number: 2, width: 88))
            let length = Int(bundle[0]) << 8 | Int(bundle[1])
            #expect(MerkleHash.leaf(Array(bundle[2..<2 + length])) == Array(partial[0..<32]))
        }
    }

    @Test("消した行、直した行、入れ替えた行、足した行が名指しされる", arguments: TestEngine.available)
    func tampering(engine: TestEngine) async throws {
        typealias Finding = AuditReport.Finding
        let cases: [([String], [Finding])] = [
            (["DELETE FROM identity_audit WHERE number = 5"], [.removed(5)]),
            (["UPDATE identity_audit SET actor = 'nobody' WHERE number = 7"], [.edited(7)]),
            (["UPDATE identity_audit SET at = at + 1 WHERE number = 0"], [.edited(0)]),
            (
                [
                    "UPDATE identity_audit SET number = 1000 WHERE number = 3",
                    "UPDATE identity_audit SET number = 3 WHERE number = 9",
                    "UPDATE identity_audit SET number = 9 WHERE number = 1000",
                ], [.swapped(3, 9)]
            ),
            (
                [
                    """
                    INSERT INTO identity_audit (number, at, actor, action, noun, detail, salt)
                    SELECT 300, at, actor, action, noun, detail, salt FROM identity_audit
                    WHERE number = 1
                    """
                ], [.added(300)]
            ),
            (
                ["DELETE FROM identity_audit_hash WHERE level = 1"],
                [.hashChanged(level: 1, lines: 0..<256)]
            ),
            (["UPDATE identity_audit_tree SET edge = $1"], [.edgeChanged]),
            (
                ["UPDATE identity_audit_checkpoint SET note = 'x' WHERE size = 300"],
                [.unsigned(checkpoint: 300)]
            ),
        ]
        for (statements, findings) in cases {
            try await Self.withLog(engine, lines: 300) { log, store, _ in
                try await log.sign()
                #expect(try await Self.verify(log, store).isSound)
                try await store.write { transaction in
                    for statement in statements {
                        let values: [SQLValue] = statement.contains("$1") ? [.blob([1])] : []
                        try transaction.execute(statement, values)
                    }
                }
                #expect(try await Self.verify(log, store).findings == findings)
            }
        }
    }

    @Test("全部を計算し直した書き換えも、署名されたチェックポイントとは合わない", arguments: TestEngine.available)
    func rewriting(engine: TestEngine) async throws {
        try await Self.withLog(engine, lines: 100) { log, store, _ in
            try await log.sign()
            try await Self.write(50, to: store)
            let kept = try await log.sign().checkpoint
            // Whoever owns the database edits a line and lets the tree be made anew.
            try await store.write { transaction in
                try transaction.execute("UPDATE identity_audit SET actor = 'x' WHERE number = 120")
                try transaction.execute("DELETE FROM identity_audit_hash")
                try transaction.execute("DELETE FROM identity_audit_tree")
            }
            try await log.open()
            #expect(
                try await Self.verify(log, store).findings
                    == [.rewritten(lines: 100..<150, checkpoint: 150)])
            // Without the newest checkpoint nothing here shows it; the copy that a citizen kept does.
            try await store.write { transaction in
                _ = try transaction.execute(
                    "DELETE FROM identity_audit_checkpoint WHERE size = 150")
            }
            #expect(try await Self.verify(log, store).isSound)
            #expect(
                try await Self.verify(log, store, kept: [kept]).findings
                    == [.rewritten(lines: 100..<150, checkpoint: 150)])
            // Cutting the end off shows as well.
            try await store.write { transaction in
                try transaction.execute("DELETE FROM identity_audit WHERE number >= 130")
                try transaction.execute("DELETE FROM identity_audit_hash")
                try transaction.execute("DELETE FROM identity_audit_tree")
            }
            try await log.open()
            #expect(
                try await Self.verify(log, store, kept: [kept]).findings
                    == [.shortened(lines: 130..<150, checkpoint: 150)])
        }
    }

    @Test("端の行が壊れていれば、記録も変更も書かれない", arguments: TestEngine.available)
    func failClosed(engine: TestEngine) async throws {
        try await Self.withLog(engine, lines: 3) { _, store, _ in
            try await store.write { transaction in
                _ = try transaction.execute(
                    "UPDATE identity_audit_tree SET edge = $1", [.blob([7])])
            }
            await #expect(throws: AuditError.brokenEdge) {
                try await store.write { transaction in
                    try transaction.execute("DELETE FROM identity_attempt")
                    try Identity.record(
                        AuditEntry(actor: "a", action: "b", noun: "c"), in: transaction)
                }
            }
        }
    }

    @Test("別の鍵は同じ名前では署名しない。名前を変えれば続けられる")
    func otherKey() async throws {
        try await Self.withLog(.sqlite, lines: 3) { log, store, clock in
            try await log.sign()
            try await Self.write(1, to: store)
            let other = try AuditLog(
                store: store, clock: clock, secret: AuditSecret(), settings: log.settings)
            await #expect(throws: AuditError.otherKey(origin: "city.example/audit")) {
                try await other.sign()
            }
            let renamed = try AuditLog(
                store: store, clock: clock, secret: AuditSecret(),
                settings: AuditLogSettings(origin: "city.example/audit/2"))
            #expect(try await renamed.sign().checkpoint.size == 4)
            #expect(try await Self.verify(renamed, store).isSound)
        }
    }

    @Test("木より古い行は番号の順に木へ移される", arguments: TestEngine.available)
    func carriedOver(engine: TestEngine) async throws {
        let before = Array(Identity.migrations.prefix(3))
        try await TestStores.with(engine, migrations: before) { store in
            try await store.write { transaction in
                for number in [4, 9, 2_000] {
                    try transaction.execute(
                        """
                        INSERT INTO identity_audit (number, at, actor, action, noun, detail)
                        VALUES ($1, 5, 'a', 'b', 'c', '')
                        """, [SQLValue(number)])
                }
            }
            try await store.migrate(Identity.migrations)
            let log = try AuditLog(
                store: store, clock: SystemClock(), secret: AuditSecret(),
                settings: AuditLogSettings(origin: "city.example/audit"))
            try await log.open()
            try await Self.write(1, to: store)
            #expect(try await log.sign().checkpoint.size == 4)
            let report = try await Self.verify(log, store)
            #expect(report.findings == [])
            #expect(try await log.proof(of: 2)?.entry.salt == [])
            #expect(try await log.proof(of: 2)?.holds(for: log.key) == true)
        }
    }
}
