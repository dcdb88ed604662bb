import CityKernel
import CityStore
import CityTesting
import Foundation
import Testing

@Suite("控え")
struct BackupTests {
    private let notes = Migration(
        "test-0001-note", ["CREATE TABLE note (id {identity}, body TEXT NOT NULL, photo {blob})"])

    @Test("使用中に控えを取り、空の場所に戻せる", arguments: TestEngine.available)
    func backupComesBack(_ engine: TestEngine) async throws {
        let directory = try TestStores.makeDirectory("city_backup")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/town.backup"
        let reports = Recorder<Double>()
        try await TestStores.with(engine, migrations: [notes]) { store in
            try await insert("前\t\\改行\n", into: store, count: 500)
            async let more: Void = insert("最中", into: store, count: 100)
            try await store.backUp(to: path) { reports.record($0) }
            try await more
            await #expect(throws: StoreError.self) { try await store.backUp(to: path) { _ in } }
        }
        let location = try TestStores.makeLocation(engine)
        try await Stores.restore(from: path, into: location)
        let configuration = StoreConfiguration(location: location)
        try await TestStores.with(configuration) { store in
            try await store.migrate([notes])
            let bodies = try await store.read { connection in
                try connection.query("SELECT body, photo FROM note ORDER BY id") { row in
                    #expect(row.blob(1) == [0, 1, 255])
                    return row.text(0)
                }
            }
            #expect(bodies.prefix(500) == ArraySlice(repeatElement("前\t\\改行\n", count: 500)))
            try await insert("後", into: store, count: 1)
            await #expect(throws: StoreError.self) {
                try await Stores.restore(from: path, into: location)
            }
        }
        #expect(reports.elements.last == 1)
        #expect(reports.elements == reports.elements.sorted())
    }

    @Test("壊れた控えは戻さない", arguments: TestEngine.available)
    func damageIsFound(_ engine: TestEngine) async throws {
        let directory = try TestStores.makeDirectory("city_backup")
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/town.backup"
        try await TestStores.with(engine, migrations: [notes]) { store in
            try await insert("前", into: store, count: 2_000)
            try await store.backUp(to: path) { _ in }
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let middle = bytes.count / 2
        bytes.replaceSubrange(middle..<(middle + 64), with: Data(repeating: 0xAA, count: 64))
        try bytes.write(to: URL(fileURLWithPath: path))
        let location = try TestStores.makeLocation(engine)
        await #expect(throws: StoreError.self) {
            try await Stores.restore(from: path, into: location)
        }
        try await TestStores.with(StoreConfiguration(location: location)) { store in
            let tables = try await store.read { connection in
                try connection.query(
                    "SELECT name FROM store_migration WHERE name = 'test-0001-note'"
                ) { $0.text(0) }
            }
            #expect(tables.isEmpty)
        }
    }

    private func insert(_ body: String, into store: any Store, count: Int) async throws {
        for _ in 0..<count {
            try await store.write { transaction in
                _ = try transaction.execute(
                    "INSERT INTO note (body, photo) VALUES ($1, $2)",
                    [.text(body), .blob([0, 1, 255])])
            }
        }
    }
}
