import CityKernel
import CityStore
import CityTesting
import Testing

private let notes = [
    Migration(
        "test-0001-note",
        [
            """
            CREATE TABLE note (
                id {identity}, body TEXT NOT NULL UNIQUE, level {integer} NOT NULL DEFAULT 0,
                depth {real}, photo {blob}
            ) {strict}
            """
        ])
]

private struct Refused: Error {}

@Suite("書き込み")
struct WriteTests {
    @Test("書いた値はそのまま読める", arguments: TestEngine.available)
    func valuesComeBack(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            let id = try await store.write { transaction in
                try transaction.first(
                    """
                    INSERT INTO note (body, level, depth, photo) VALUES ($1, $2, $3, $4)
                    RETURNING id
                    """,
                    [.text("球磨川 🌊 'x'"), .integer(.max), .real(2.55), .blob([0, 255, 7])]
                ) { $0.integer(0) }
            }
            try await store.write { transaction in
                _ = try transaction.execute(
                    "INSERT INTO note (body, level, depth, photo) VALUES ($1, $2, $3, $4)",
                    ["", .integer(.min), .null, .blob([])])
            }
            let rows = try await store.read { connection in
                try connection.query("SELECT body, level, depth, photo FROM note ORDER BY id") {
                    row in
                    "\(row.text(0)) \(row.integer(1)) \(String(describing: row.optionalReal(2))) "
                        + "\(row.isNull(3) ? [] : row.blob(3))"
                }
            }
            #expect(id == 1)
            #expect(
                rows == [
                    "球磨川 🌊 'x' \(Int64.max) Optional(2.55) [0, 255, 7]",
                    " \(Int64.min) nil []",
                ])
        }
    }

    @Test("同じ番号の値は二度使え、順を問わない", arguments: TestEngine.available)
    func parametersRepeat(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            try await store.write { transaction in
                _ = try transaction.execute(
                    "INSERT INTO note (level, body, depth) VALUES ($2, $1, $2)",
                    ["甲", 3])
            }
            let found = try await store.read { connection in
                try connection.query(
                    "SELECT level FROM note WHERE level = $1 OR (level > $1 AND body = $2)",
                    [3, "甲"]
                ) { $0.int(0) }
            }
            #expect(found == [3])
        }
    }

    @Test("失敗した書き込みは自分の変更だけを戻す", arguments: TestEngine.available)
    func failureUndoesOnlyItself(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await store.write { transaction in
                                _ = try transaction.execute(
                                    "INSERT INTO note (body) VALUES ($1)", [.text("\(number)")])
                                if number % 3 == 0 { throw Refused() }
                            }
                            return (number, true)
                        } catch {
                            return (number, false)
                        }
                    }
                }
                return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
            }
            let stored = try await store.read { connection in
                Set(try connection.query("SELECT body FROM note") { Int($0.text(0)) ?? -1 })
            }
            #expect(stored == Set((0..<200).filter { $0 % 3 != 0 }))
            #expect(outcomes.allSatisfy { $0.value == ($0.key % 3 != 0) })
        }
    }

    @Test("制約違反はその書き込みだけを断る", arguments: TestEngine.available)
    func constraintRefusesOne(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            async let first: Void = insert("同", into: store)
            async let other: Void = insert("別", into: store)
            try await first
            try await other
            await #expect {
                try await insert("同", into: store)
            } throws: { error in
                guard case StoreError.constraint = error else { return false }
                return true
            }
            #expect(try await count(store) == 2)
            #expect(store.health.state == .ok)
        }
    }

    @Test("失敗した文のあとは、セーブポイントに戻るまで進めない", arguments: TestEngine.available)
    func brokenUntilSavepoint(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            try await insert("同", into: store)
            await #expect(throws: StoreError.self) {
                try await store.write { transaction in
                    let insertion = "INSERT INTO note (body) VALUES ($1)"
                    do {
                        _ = try transaction.execute(insertion, ["同"])
                    } catch {
                        // The body thinks that it has recovered; the store knows better.
                    }
                    _ = try transaction.execute(insertion, ["後"])
                }
            }
            try await store.write { transaction in
                let insertion = "INSERT INTO note (body) VALUES ($1)"
                do {
                    _ = try transaction.savepoint { try transaction.execute(insertion, ["同"]) }
                } catch StoreError.constraint {
                    _ = try transaction.execute(insertion, ["後"])
                }
            }
            #expect(try await count(store) == 2)
        }
    }

    @Test("コミットの後の仕事は書いた順に、成功したものだけ走る", arguments: TestEngine.available)
    func afterCommitInOrder(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            let ran = Recorder<Int64>()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        // Every tenth is refused; the others are checked by what has run.
                        try? await store.write { transaction in
                            let id = try transaction.first(
                                "INSERT INTO note (body) VALUES ($1) RETURNING id",
                                [.text("\(number)")]
                            ) { $0.integer(0) }
                            transaction.afterCommit { ran.record(id ?? -1) }
                            if number % 10 == 0 { throw Refused() }
                        }
                    }
                }
            }
            let order = ran.elements
            #expect(order.count == 90)
            #expect(order == order.sorted())
        }
    }

    @Test("書いた人が返事を聞くとき、コミットの後の仕事はもう済んでいる", arguments: TestEngine.available)
    func afterCommitBeforeAnswer(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            let late = await withTaskGroup(of: Int.self) { group in
                for writer in 0..<32 {
                    group.addTask {
                        var late = 0
                        for turn in 0..<20 {
                            let done = Recorder<Int>()
                            do {
                                try await store.write { transaction in
                                    transaction.afterCommit { done.record(turn) }
                                    _ = try transaction.execute(
                                        "INSERT INTO note (body) VALUES ($1)",
                                        [.text("\(writer)-\(turn)")])
                                }
                            } catch {
                                Issue.record(error)
                            }
                            if done.elements != [turn] { late += 1 }
                        }
                        return late
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(late == 0)
        }
    }

    @Test("待ち行列が満ちたら断り、受けた分は書く", arguments: TestEngine.available)
    func queueIsBounded(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, queueMax: 4, migrations: notes) { store in
            let gate = Gate()
            async let blocker: Void = store.write { _ in gate.wait() }
            await gate.reached()
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        do {
                            try await insert("\(number)", into: store)
                            return true
                        } catch StoreError.busy(queueMax: 4) {
                            return false
                        } catch {
                            Issue.record(error)
                            return false
                        }
                    }
                }
                var refused = 0
                var stored = 0
                while refused < 6, let outcome = await group.next() {
                    refused += outcome ? 0 : 1
                    stored += outcome ? 1 : 0
                }
                #expect(store.health.waitingWrites == 4)
                gate.open()
                for await outcome in group { stored += outcome ? 1 : 0 }
                return (stored, refused)
            }
            try await blocker
            #expect(outcomes == (4, 6))
            #expect(try await count(store) == 4)
        }
    }

    @Test("閉じたあとは断る", arguments: TestEngine.available)
    func closedRefuses(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            await store.close()
            await #expect(throws: StoreError.closed) { try await insert("後", into: store) }
            await #expect(throws: StoreError.closed) { try await count(store) }
            #expect(store.health.state == .closed)
        }
    }

    @Test("読み取りの中では書けない", arguments: TestEngine.available)
    func readsCannotWrite(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            await #expect(throws: StoreError.self) {
                try await store.read { try $0.execute("INSERT INTO note (body) VALUES ('x')") }
            }
            let stored = try await count(store)
            #expect(stored == 0)
        }
    }

    @Test("読み取りは一つの時点を見続ける", arguments: TestEngine.available)
    func readsSeeOneMoment(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            let gate = Gate()
            async let counts = store.read { connection in
                let before = try connection.query("SELECT COUNT(*) FROM note") { $0.int(0) }
                gate.wait()
                return before + (try connection.query("SELECT COUNT(*) FROM note") { $0.int(0) })
            }
            await gate.reached()
            try await insert("途中", into: store)
            gate.open()
            let seen = try await counts
            #expect(seen == [0, 0])
            #expect(try await count(store) == 1)
        }
    }

    @Test("行を読みながら同じ問いを重ねられる", arguments: TestEngine.available)
    func queriesNest(_ engine: TestEngine) async throws {
        try await TestStores.with(engine, migrations: notes) { store in
            for body in ["甲", "乙"] { try await insert(body, into: store) }
            let pairs = try await store.read { connection in
                let question = "SELECT body FROM note ORDER BY id"
                return try connection.query(question) { outer in
                    try connection.query(question) { outer.text(0) + $0.text(0) }
                }
            }
            #expect(pairs == [["甲甲", "甲乙"], ["乙甲", "乙乙"]])
        }
    }

    @Test("後から効く制約は、その書き込みだけを断る", arguments: TestEngine.available)
    func deferredConstraintRefusesOne(_ engine: TestEngine) async throws {
        let family = Migration(
            "test-0002-family",
            [
                "CREATE TABLE parent (id {integer} NOT NULL PRIMARY KEY)",
                """
                CREATE TABLE child (
                    id {integer} NOT NULL PRIMARY KEY,
                    parent {integer} NOT NULL REFERENCES parent (id)
                        DEFERRABLE INITIALLY DEFERRED
                )
                """,
            ])
        try await TestStores.with(engine, migrations: notes + [family]) { store in
            let gate = Gate()
            async let blocker: Void = store.write { _ in gate.wait() }
            await gate.reached()
            async let good: Void = insert("良", into: store)
            let orphan = Task {
                try await store.write { transaction in
                    _ = try transaction.execute("INSERT INTO child (id, parent) VALUES (1, 99)")
                }
            }
            try await until("two writes wait") { store.health.waitingWrites == 2 }
            gate.open()
            try await blocker
            try await good
            let answer = await orphan.result
            #expect(throws: StoreError.self) { try answer.get() }
            #expect(try await count(store) == 1)
        }
    }

    private func insert(_ body: String, into store: any Store) async throws {
        try await store.write { transaction in
            _ = try transaction.execute("INSERT INTO note (body) VALUES ($1)", [.text(body)])
        }
    }

    private func count(_ store: any Store) async throws -> Int {
        try await store.read { connection in
            try connection.first("SELECT COUNT(*) FROM note") { $0.int(0) } ?? 0
        }
    }
}
