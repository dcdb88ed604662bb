import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Testing

struct WitnessTests {
    /// Two cities: one keeps a log, the other is its witness.
    private static func withNeighbours(
        _ engine: TestEngine,
        _ body: (_ log: AuditLog, _ logStore: any Store, _ witness: AuditLog) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        let secrets = (AuditSecret(), AuditSecret())
        try await TestStores.with(engine, clock: clock, migrations: Identity.migrations) { one in
            try await TestStores.with(engine, clock: clock, migrations: Identity.migrations) {
                other in
                var ofLog = AuditLogSettings(origin: "one.example/audit")
                var ofWitness = AuditLogSettings(origin: "other.example/audit")
                let name = try AuditLog(
                    store: one, clock: clock, secret: secrets.0, settings: ofLog)
                ofWitness.neighbours = [name.key]
                let witness = try AuditLog(
                    store: other, clock: clock, secret: secrets.1, settings: ofWitness)
                ofLog.witnesses = [.init(key: witness.witnessKey, url: "https://other.example")]
                let log = try AuditLog(
                    store: one, clock: clock, secret: secrets.0, settings: ofLog)
                try await body(log, one, witness)
            }
        }
    }

    private static func write(_ count: Int, to store: any Store) async throws {
        try await store.write { transaction in
            for number in 0..<count {
                try Identity.record(
                    AuditEntry(actor: "a", action: "b", noun: "\(number)"), in: transaction)
            }
        }
    }

    private static func request(
        _ log: AuditLog, _ signed: SignedCheckpoint, from old: Int64
    ) async throws -> WitnessRequest {
        let path = try await log.consistencyProof(from: old, to: signed.checkpoint.size) ?? []
        return WitnessRequest(oldSize: old, path: path, note: signed.note)
    }

    @Test("隣の市はログが続いていることを確かめてから共同署名する", arguments: TestEngine.available)
    func cosigning(engine: TestEngine) async throws {
        try await Self.withNeighbours(engine) { log, store, witness in
            try await Self.write(5, to: store)
            let first = try await log.sign()
            let request = try await Self.request(log, first, from: 0)
            #expect(WitnessRequest(request.body) == request)
            guard case .cosigned(let lines) = try await witness.addCheckpoint(request.body) else {
                Issue.record("the first checkpoint is cosigned")
                return
            }
            #expect(try await log.add(cosignatures: lines, to: first) == 1)
            #expect(try await log.add(cosignatures: lines, to: first) == 0)
            let held = try #require(try await log.checkpoint())
            #expect(held.cosigned(by: [witness.witnessKey]).first?.at == TestStores.morning)
            #expect(held.note.isSigned(by: log.key))
            // A line that is nobody's, and one that the log signed itself, are not kept.
            let strange = log.key.name + " AAAAAAAAAAAAAAAAAAAAAAAA"
            #expect(try await log.add(cosignatures: "— \(strange)\n", to: first) == 0)

            try await Self.write(300, to: store)
            let second = try await log.sign()
            let wrong = try await Self.request(log, second, from: 0)
            #expect(try await witness.addCheckpoint(wrong.body) == .otherSize(5))
            let next = try await Self.request(log, second, from: 5)
            guard case .cosigned = try await witness.addCheckpoint(next.body) else {
                Issue.record("what continues is cosigned")
                return
            }
            #expect(try await witness.listWitnessed().map(\.seen?.size) == [305])
            // The same head again is cosigned again; an older one never.
            let same = WitnessRequest(oldSize: 305, path: [], note: second.note)
            guard case .cosigned = try await witness.addCheckpoint(same.body) else {
                Issue.record("the same head is cosigned again")
                return
            }
            #expect(try await witness.addCheckpoint(request.body) == .otherSize(305))
        }
    }

    @Test("続いていないログ、知らないログ、署名の合わないログには署名しない", arguments: TestEngine.available)
    func refusals(engine: TestEngine) async throws {
        try await Self.withNeighbours(engine) { log, store, witness in
            try await Self.write(5, to: store)
            let first = try await log.sign()
            let request = try await Self.request(log, first, from: 0)
            for body in [
                "", "old 0", "old 01\n\n" + first.note.description, "old 0\nxx\n\n",
                "old 6\n\n" + first.note.description,
                "old 0\n" + String(repeating: "AAAA\n", count: 64) + "\n"
                    + first.note.description,
            ] {
                #expect(try await witness.addCheckpoint(body) == .unreadable)
            }
            var unsigned = request
            unsigned.note.text = unsigned.note.text.replacing("\n5\n", with: "\n6\n")
            #expect(try await witness.addCheckpoint(unsigned.body) == .untrusted)
            #expect(try await log.addCheckpoint(request.body) == .unknownLog)
            _ = try await witness.addCheckpoint(request.body)

            // The log forgets a line and signs another history.
            try await store.write { transaction in
                for table in ["identity_audit_hash", "identity_audit_tree"] {
                    try transaction.execute("DELETE FROM \(table)")
                }
                try transaction.execute("DELETE FROM identity_audit_checkpoint")
                try transaction.execute("UPDATE identity_audit SET actor = 'x' WHERE number = 2")
            }
            try await log.open()
            let forked = try await log.sign()
            #expect(forked.checkpoint.size == first.checkpoint.size)
            let same = WitnessRequest(oldSize: 5, path: [], note: forked.note)
            #expect(try await witness.addCheckpoint(same.body) == .otherRoot)
            try await Self.write(3, to: store)
            let longer = try await Self.request(log, try await log.sign(), from: 5)
            #expect(try await witness.addCheckpoint(longer.body) == .inconsistent)
        }
    }
}
