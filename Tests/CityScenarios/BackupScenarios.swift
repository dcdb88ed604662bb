import CityBroker
import CityKernel
import CityStore
import Foundation
import Logging
import Testing

@testable import CityApp

@Suite("控えと復旧")
struct BackupScenarios {
    private static let entity = EntityID(type: "Lamp", name: "1")

    private static func fact(_ value: JSONValue) -> Fact {
        Fact(entity, type: "Lamp", "brightness", .property(value))
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "city-backup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func backup(_ folder: URL, data: String, _ city: ScenarioCity) throws -> CityBackup {
        let opening = CityOpening(
            cityFolder: ScenarioCity.repository.appending(path: "Cities/hitoyoshi"),
            dataFolder: folder.appending(path: data))
        return try CityBackup(
            folder.appending(path: "town.backup").path, of: opening, clock: city.clock,
            logger: Logger(label: "scenario") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("控えには、隣の部屋（テナント）も入り、戻せばみなある")
    func tenants() async throws {
        let morning = japan("2026-06-01T09:00")
        try await withFolder { folder in
            let first = folder.appending(path: "first")
            try await ScenarioCity.open("hitoyoshi", data: first, at: morning) { city in
                try await city.broker.apply([Self.fact(1)], source: "test")
                for (name, value) in [("water", JSONValue(2)), ("roads", 3)] {
                    try await city.running.tenants.findOrMake(name)
                        .apply([Self.fact(value)], source: "test")
                }
                let backup = try backup(folder, data: "first", city)
                let files = try await backup.write { _ in }
                #expect(
                    files == [
                        backup.path(ofTenant: 1), backup.path(ofTenant: 2), backup.path,
                    ])
                // A second one never writes over the first.
                await #expect(throws: StoreError.self) { try await backup.write { _ in } }
                #expect(FileManager.default.fileExists(atPath: backup.path))
                let second = try self.backup(folder, data: "second", city)
                try FileManager.default.createDirectory(
                    at: folder.appending(path: "second"), withIntermediateDirectories: true)
                #expect(try await second.restore() == 3)
            }
            let second = folder.appending(path: "second")
            try await ScenarioCity.open("hitoyoshi", data: second, at: morning) { city in
                #expect(try await city.broker.entity(Self.entity)?["brightness"]?.value == 1)
                for (name, value) in [("water", JSONValue(2)), ("roads", 3)] {
                    let tenant = try await city.running.tenants.find(name)
                    #expect(try await tenant?.entity(Self.entity)?["brightness"]?.value == value)
                }
            }
        }
    }

    @Test("ファイルへの書き出しは、部屋を名で選ぶ")
    func export() async throws {
        try await withFolder { folder in
            let data = folder.appending(path: "data")
            try await ScenarioCity.open("hitoyoshi", data: data, at: japan("2026-06-01T09:00")) {
                city in
                try await city.broker.apply([Self.fact(1)], source: "test")
                try await city.running.tenants.findOrMake("water")
                    .apply([Self.fact(2), Self.fact(3)], source: "test")
            }
            let opening = CityOpening(
                cityFolder: ScenarioCity.repository.appending(path: "Cities/hitoyoshi"),
                dataFolder: data)
            let logger = Logger(label: "scenario") { _ in SwiftLogNoOpLogHandler() }
            let export = HistoryExport(.csv, types: ["Lamp"])
            for (tenant, line) in [(nil, ",1,"), ("water", ",3,")] {
                let path = folder.appending(path: "\(tenant ?? "home").csv").path
                let count = try await HistoryFile(export, path: path, tenant: tenant).write(
                    from: opening, logger: logger
                ) { _ in }
                #expect(count == 1)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.contains(line))
            }
            await #expect(throws: CommandFailure.self) {
                try await HistoryFile(
                    export, path: folder.appending(path: "no.csv").path, tenant: "nobody"
                ).write(from: opening, logger: logger) { _ in }
            }
        }
    }
}
