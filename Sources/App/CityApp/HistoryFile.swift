package import CityBroker
import CityKernel
import CityPlatform
import CityStore
import Foundation
package import Logging

/// Writes a part of a city's history into a file, while the city serves or not.
package struct HistoryFile: Sendable {
    package var export: HistoryExport
    package var path: String
    /// The name of a tenant; `nil` for the city's own picture.
    package var tenant: String?

    package init(_ export: HistoryExport, path: String, tenant: String? = nil) {
        self.export = export
        self.path = path
        self.tenant = tenant
    }

    /// The file appears under its name once it is whole.
    /// - Returns: how many readings it has.
    /// - Throws: `CommandFailure`, `StoreError`.
    package func write(
        from opening: CityOpening, logger: Logger, progress: (Double) -> Void
    ) async throws -> Int {
        let cityID = try CityFiles(reading: opening.cityFolder).configuration.id
        let home = opening.storeConfiguration(cityID: cityID)
        guard let tenant else { return try await write(from: home, logger, progress) }
        let number = try await Self.withBroker(home, logger) { broker in
            try await TenantDirectory.list(in: broker.store).first { $0.name == tenant }?.number
        }
        guard let number else {
            throw CommandFailure(
                .wrongInput, "the city has no tenant \(tenant)",
                remedy: "write its name as in the header NGSILD-Tenant")
        }
        return try await write(
            from: opening.storeConfiguration(cityID: cityID, tenant: number), logger, progress)
    }

    private func write(
        from configuration: StoreConfiguration, _ logger: Logger, _ progress: (Double) -> Void
    ) async throws -> Int {
        try await Self.withBroker(configuration, logger) { try await write(from: $0, progress) }
    }

    private static func withBroker<Value>(
        _ configuration: StoreConfiguration, _ logger: Logger,
        _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        let store = try await Stores.open(configuration, clock: SystemClock(), logger: logger)
        do {
            let value = try await body(
                Broker(store: store, rules: [], clock: SystemClock(), logger: logger))
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    private func write(from broker: Broker, _ progress: (Double) -> Void) async throws -> Int {
        let partial = path + ".partial"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .wrongInput, "\(path) exists already", remedy: "choose a new name")
        }
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else {
            throw CommandFailure(
                .surroundings, "\(partial) cannot be written",
                remedy: "check that the folder exists and is writable")
        }
        let entities = try await broker.countEntities(of: export)
        let count = try await broker.exportHistory(export) { state in
            progress(Double(state.entities) / Double(max(entities, 1)))
        } to: { bytes in
            try file.write(contentsOf: bytes)
        }
        try file.synchronize()
        try file.close()
        try FileManager.default.moveItem(atPath: partial, toPath: path)
        return count
    }
}
