import CityKernel
import CityStore
import CityTesting
import Foundation
import Testing

@Suite("保存先の故障")
struct StorageTests {
    private let notes = Migration(
        "test-0001-note", ["CREATE TABLE note (id {identity}, body TEXT NOT NULL, photo {blob})"])

    /// GRDB sets up the WAL with `synchronous = NORMAL`, which answers before the disk has it.
    @Test(
        "受けた書き込みはディスクに届いてから答える",
        arguments: [(StoreConfiguration.Durability.full, 2), (.relaxed, 1)])
    func fullDurabilityIsInForce(
        _ durability: StoreConfiguration.Durability, level: Int
    ) async throws {
        try await TestStores.with(durability: durability) { store in
            let found = try await store.write { transaction in
                try transaction.query("PRAGMA synchronous") { $0.int(0) }
                    + transaction.query("SELECT journal_mode = 'wal' FROM pragma_journal_mode") {
                        $0.int(0)
                    }
            }
            #expect(found == [level, 1])
        }
    }

    /// The same on PostgreSQL, where `off` answers before the disk has it.
    @Test(
        "PostgreSQL でも、ディスクに届いてから答える", .enabled(if: TestStores.postgresURL != nil),
        arguments: [(StoreConfiguration.Durability.full, "on"), (.relaxed, "off")])
    func fullDurabilityIsInForceOnPostgreSQL(
        _ durability: StoreConfiguration.Durability, setting: String
    ) async throws {
        try await TestStores.with(.postgreSQL, durability: durability) { store in
            let found = try await store.write { transaction in
                try transaction.query("SELECT current_setting('synchronous_commit')") { $0.text(0) }
            }
            #expect(found == [setting])
        }
    }

    @Test(
        "ディスクが満ちたら断り、受けた分は残り、空けば自然に直る",
        .enabled(if: TinyDisk.isPossible, "tmpfs が作れない"))
    func fullDiskRefusesAndMends() async throws {
        try await TinyDisk.with(megabytes: 8) { path in
            let ballast = path + "/ballast"
            try Data(count: 3 << 20).write(to: URL(fileURLWithPath: ballast))
            let configuration = StoreConfiguration(
                location: .sqlite(path: path + "/city.sqlite"), durability: .full)
            let store = try await TestStores.open(configuration)
            try await store.migrate([notes])
            let acknowledged = try await fill(store)
            #expect(acknowledged > 0)
            #expect(store.health.state == .storageFull)
            #expect(try await count(store) == acknowledged)

            try FileManager.default.removeItem(atPath: ballast)
            try await insert(store)
            #expect(store.health.state == .ok)
            #expect(try await count(store) == acknowledged + 1)
            await store.close()
        }
    }

    @Test("控えの途中でディスクが満ちても、半端な控えは残らない", .enabled(if: TinyDisk.isPossible, "tmpfs が作れない"))
    func fullDiskLeavesNoHalfBackup() async throws {
        try await TinyDisk.with(megabytes: 1) { path in
            try await TestStores.with(migrations: [notes]) { store in
                for _ in 0..<40 { try await insert(store) }
                await #expect(throws: StoreError.storageFull) {
                    try await store.backUp(to: path + "/town.backup") { _ in }
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
        }
    }

    /// Writes until the disk refuses.
    private func fill(_ store: any Store) async throws -> Int {
        for acknowledged in 0..<1_000 {
            do {
                try await insert(store)
            } catch StoreError.storageFull {
                return acknowledged
            }
        }
        Issue.record("the disk never filled")
        return 0
    }

    private func insert(_ store: any Store) async throws {
        try await store.write { transaction in
            _ = try transaction.execute(
                "INSERT INTO note (body, photo) VALUES ('写真', $1)",
                [.blob(Array(repeating: 7, count: 64 << 10))])
        }
    }

    private func count(_ store: any Store) async throws -> Int {
        try await store.read { connection in
            try connection.first("SELECT COUNT(*) FROM note") { $0.int(0) } ?? 0
        }
    }
}
