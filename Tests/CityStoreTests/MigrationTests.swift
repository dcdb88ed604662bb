import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("移行")
struct MigrationTests {
    private let first = Migration(
        "town-0001-a", ["CREATE TABLE a (id {identity}, v {real}) {strict}"])
    private let second = Migration("town-0002-b", ["CREATE TABLE b (id {integer} PRIMARY KEY)"])

    @Test("二度目は何もしない", arguments: TestEngine.available)
    func isIdempotent(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            try await store.migrate([first])
            try await store.migrate([first, second])
            try await store.migrate([first, second])
            #expect(try await applied(store) == ["town-0001-a", "town-0002-b"])
        }
    }

    @Test("適用済みの移行が変わっていたら、両方の名を挙げて断る", arguments: TestEngine.available)
    func mismatchIsRefused(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            try await store.migrate([first])
            var changed = first
            changed.statements[0] += " "
            await #expect {
                try await store.migrate([changed])
            } throws: { error in
                guard case StoreError.migration(let message) = error else { return false }
                return message.contains(first.checksum) && message.contains(changed.checksum)
            }
        }
    }

    @Test("新しいプログラムの移行を知らないなら断る", arguments: TestEngine.available)
    func newerSchemaIsRefused(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            try await store.migrate([first, second])
            await #expect {
                try await store.migrate([first])
            } throws: { error in
                guard case StoreError.migration(let message) = error else { return false }
                return message.contains("town-0002-b")
            }
            // Another owner's migrations say nothing about the town's.
            try await store.migrate([Migration("other-0001", ["CREATE TABLE c (id {identity})"])])
        }
    }

    @Test("途中で失敗した移行は跡を残さない", arguments: TestEngine.available)
    func failureLeavesNothing(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let faulty = Migration("town-0002-b", second.statements + ["CREATE NONSENSE"])
            await #expect(throws: StoreError.self) { try await store.migrate([first, faulty]) }
            try await store.migrate([first, second])
            #expect(try await applied(store) == ["town-0001-a", "town-0002-b"])
        }
    }

    @Test("同時に始めた二つの店も一度だけ適用する", arguments: TestEngine.available)
    func twoStoresMigrateOnce(_ engine: TestEngine) async throws {
        let configuration = StoreConfiguration(location: try TestStores.makeLocation(engine))
        try await TestStores.with(configuration) { store in
            let other = try await TestStores.open(configuration)
            async let one: Void = store.migrate([first, second])
            async let two: Void = other.migrate([first, second])
            try await one
            try await two
            #expect(try await applied(store) == ["town-0001-a", "town-0002-b"])
            await other.close()
        }
    }

    private func applied(_ store: any Store) async throws -> [String] {
        try await store.read { connection in
            try connection.query(
                "SELECT name FROM store_migration WHERE name LIKE 'town-%' ORDER BY position"
            ) { $0.text(0) }
        }
    }
}
