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

    package init(_ export: HistoryExport, path: String) {
        self.export = export
        self.path = path
    }

    /// The file appears under its name once it is whole.
    /// - Returns: how many readings it has.
    /// - Throws: `CommandFailure`, `StoreError`.
    package func write(
        from opening: CityOpening, logger: Logger, progress: (Double) -> Void
    ) async throws -> Int {
        let files = try CityFiles(reading: opening.cityFolder)
        let store = try await Stores.open(
            opening.storeConfiguration(cityID: files.configuration.id), clock: SystemClock(),
            logger: logger)
        do {
            let broker = try Broker(
                store: store, rules: [], clock: SystemClock(), logger: logger)
            let count = try await write(from: broker, progress)
            await store.close()
            return count
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
