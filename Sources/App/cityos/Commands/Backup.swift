import ArgumentParser
import CityApp
import CityKernel
import CityPlatform
import CityStore
import Foundation
import Logging

/// Copies a city's database into one file, while the city serves.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the city's database into one file while it is in use.")

    @OptionGroup var options: CityOptions

    @Option(help: "The file to write; must not exist.")
    var to: String

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let logger = Logger.quiet
            let store = try await Stores.open(
                options.storeConfiguration(), clock: SystemClock(), logger: logger)
            let isShown = Console.errorIsTerminal && !options.json
            do {
                try await store.backUp(to: to) { fraction in
                    ProgressBar("backup", isShown: isShown).show(fraction)
                }
            } catch {
                await store.close()
                throw error
            }
            await store.close()
            let json: JSONValue = ["file": .string(to), "status": 0]
            Console.print(options.json ? json.text : "\(to): written and checked")
        }
    }
}

/// Brings a backup back into an empty place.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup back. The data folder or schema must be empty.")

    @OptionGroup var options: CityOptions

    @Option(help: "The file that `cityos backup` wrote.")
    var from: String

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let configuration = try options.storeConfiguration()
            let folder = try DataFolder(options.opening.dataFolder)
            try await Stores.restore(from: from, into: configuration.location)
            withExtendedLifetime(folder) {}
            let json: JSONValue = ["file": .string(from), "status": 0]
            Console.print(options.json ? json.text : "\(from): restored and checked")
        }
    }
}

extension CityOptions {
    /// The database of the city, by its files.
    func storeConfiguration() throws -> StoreConfiguration {
        let files = try CityFiles(reading: opening.cityFolder)
        return opening.storeConfiguration(cityID: files.configuration.id)
    }
}
