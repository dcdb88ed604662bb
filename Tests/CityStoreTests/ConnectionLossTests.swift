import CityKernel
import CityStore
import CityTesting
import Testing

/// The server ends connections here as its restart would, but only those of the one test.
@Suite("サーバーとの接続")
struct ConnectionLossTests {
    private let notes = Migration(
        "test-0001-note", ["CREATE TABLE note (id {identity}, body TEXT NOT NULL)"])

    @Test("届かないサーバーは、開くときに分かる")
    func unreachableServer() async throws {
        let location = StoreLocation.postgres(url: "postgres://city@127.0.0.1:1/city", schema: "x")
        await #expect {
            _ = try await TestStores.open(StoreConfiguration(location: location))
        } throws: { error in
            guard case StoreError.unavailable = error else { return false }
            return true
        }
    }

    @Test("休んでいた接続が切れても、次の読み書きは通る", .enabled(if: TestStores.postgresURL != nil))
    func idleLossIsInvisible() async throws {
        try await withNamedStore { store, server in
            var gaps = store.listen(to: "town").makeAsyncIterator()
            try await insert("前", into: store)
            try await server.endConnections()
            #expect(await gaps.next() == "")
            try await insert("後", into: store)
            #expect(try await bodies(store) == ["前", "後"])
            #expect(store.health.state == .ok)
        }
    }

    @Test("コミットの前に切れた書き込みは、やり直して一度だけ残る", .enabled(if: TestStores.postgresURL != nil))
    func lossBeforeCommitIsRetried() async throws {
        try await withNamedStore { store, server in
            let gate = Gate()
            let runs = Recorder<Int>()
            async let written: Void = store.write { transaction in
                let insertion = "INSERT INTO note (body) VALUES ($1)"
                _ = try transaction.execute(insertion, ["一"])
                runs.record(1)
                gate.wait()
                _ = try transaction.execute(insertion, ["二"])
            }
            await gate.reached()
            try await server.endConnections()
            gate.open()
            try await written
            #expect(runs.elements.count == 2)
            #expect(try await bodies(store) == ["一", "二"])
        }
    }

    @Test("コミットの途中で切れた書き込みは、分からないと答える", .enabled(if: TestStores.postgresURL != nil))
    func lossAtCommitIsUnknown() async throws {
        try await withNamedStore { store, server in
            let gate = Gate()
            let written = Task {
                try await store.write { transaction in
                    _ = try transaction.execute("INSERT INTO note (body) VALUES ('一')")
                    gate.wait()
                }
            }
            await gate.reached()
            try await server.endConnections()
            gate.open()
            let answer = await written.result
            #expect {
                try answer.get()
            } throws: { error in
                guard case StoreError.unavailable = error else { return false }
                return true
            }
            try await insert("次", into: store)
            #expect(store.health.state == .ok)
            #expect(store.health.lastFailure != nil)
        }
    }

    private func insert(_ body: String, into store: any Store) async throws {
        try await store.write { transaction in
            _ = try transaction.execute("INSERT INTO note (body) VALUES ($1)", [.text(body)])
        }
    }

    private func bodies(_ store: any Store) async throws -> [String] {
        try await store.read { connection in
            try connection.query("SELECT body FROM note ORDER BY id") { $0.text(0) }
        }
    }

    /// A store whose connections bear a name of their own, and a hand on the server's switch.
    private func withNamedStore(
        _ body: (any Store, Switch) async throws -> Void
    ) async throws {
        guard case .postgres(let url, let schema) = try TestStores.makeLocation(.postgreSQL) else {
            return
        }
        let location = StoreLocation.postgres(
            url: "\(url)?application_name=\(schema)", schema: schema)
        try await TestStores.with(.postgreSQL) { hand in
            try await TestStores.with(StoreConfiguration(location: location)) { store in
                try await store.migrate([notes])
                try await body(store, Switch(hand: hand, name: schema))
            }
        }
    }

    private struct Switch {
        var hand: any Store
        var name: String

        /// Returns once the server has ended every connection that was open.
        func endConnections() async throws {
            let name = name
            let ended = try await hand.read { connection in
                try connection.query(
                    """
                    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = $1
                    """, [.text(name)]
                ) { $0.integer(0) }
            }
            for process in ended {
                try await until("the connection ends") { try await !isRunning(process) }
            }
        }

        private func isRunning(_ process: Int64) async throws -> Bool {
            try await hand.read { connection in
                try connection.first(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = $1", [.integer(process)]
                ) { _ in true } ?? false
            }
        }
    }
}
