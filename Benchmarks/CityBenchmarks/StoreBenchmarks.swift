import Benchmark
import CityStore
import CityTesting
import Foundation
import GRDB

private let migration = Migration(
    "bench-0001-value",
    ["CREATE TABLE bench_value (id {integer} PRIMARY KEY, value {integer} NOT NULL) {strict}"])

private let upsert = """
    INSERT INTO bench_value (id, value) VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET value = excluded.value
    """

func registerStoreBenchmarks(on engine: TestEngine) {
    Benchmark("store: durable writes, 64 writers, \(engine)") { benchmark in
        try await TestStores.with(engine, durability: .full, migrations: [migration]) { store in
            try await benchmark.measureTogether(25_600) { writer, number in
                let id = SQLValue(writer * 100 + number % 100)
                try await store.write { transaction in
                    try transaction.execute(upsert, [id, SQLValue(number)])
                }
            }
        }
    }
    Benchmark("store: durable writes, 1 writer, \(engine)") { benchmark in
        try await TestStores.with(engine, durability: .full, migrations: [migration]) { store in
            let clock = ContinuousClock()
            let start = clock.now
            for number in 0..<2_000 {
                try await store.write { transaction in
                    try transaction.execute(upsert, [SQLValue(number % 100), SQLValue(number)])
                }
            }
            benchmark.record(2_000, in: clock.now - start)
        }
    }
}

/// The peer: the same rows by GRDB's bare connection, one transaction a row and one for 100 rows.
func registerRawSQLiteBenchmarks() {
    for rows in [1, 64] {
        Benchmark("raw SQLite: durable writes, \(rows) a transaction") { benchmark in
            let folder = try TestStores.makeDirectory("bench")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var configuration = Configuration()
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            }
            let queue = try DatabaseQueue(
                path: folder + "/raw.sqlite", configuration: configuration)
            try queue.write { database in
                try database.execute(
                    sql: "CREATE TABLE value (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
            }
            let transactions = rows == 1 ? 4_000 : 400
            let clock = ContinuousClock()
            let start = clock.now
            for transaction in 0..<transactions {
                try queue.write { database in
                    let statement = try database.cachedStatement(
                        sql: "INSERT INTO value VALUES (?, ?) ON CONFLICT (id) "
                            + "DO UPDATE SET value = excluded.value")
                    for row in 0..<rows {
                        try statement.execute(
                            arguments: [(transaction * rows + row) % 6_400, transaction])
                    }
                }
            }
            benchmark.record(transactions * rows, in: clock.now - start)
        }
    }
}
