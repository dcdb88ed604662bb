import ArgumentParser
import CityApp
import CityKernel
import Logging

/// Copies a city's databases into files, while the city serves.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the city's databases into files while they are in use.",
        discussion: """
            The city's own database becomes the named file, that of each tenant a file beside it, \
            FILE.tenant-NUMBER. The named file comes last.
            """)

    @OptionGroup var options: CityOptions

    @Option(help: "The file to write; must not exist.")
    var to: String

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let isShown = Console.errorIsTerminal && !options.json
            let files = try await CityBackup(to, of: options.opening, logger: .quiet).write {
                ProgressBar("backup", isShown: isShown).show($0)
            }
            let json: JSONValue = [
                "file": .string(to), "files": .array(files.map(JSONValue.string)), "status": 0,
            ]
            let lines = files.map { "\($0): written and checked" }
            Console.print(options.json ? json.text : lines.joined(separator: "\n"))
        }
    }
}

/// Brings a backup back into an empty place.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup back, tenants too. The data folder or schema must be empty.")

    @OptionGroup var options: CityOptions

    @Option(help: "The file that `cityos backup` wrote; those of tenants lie beside it.")
    var from: String

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let backup = try CityBackup(from, of: options.opening, logger: .quiet)
            let folder = try DataFolder(options.opening.dataFolder)
            let count = try await backup.restore()
            withExtendedLifetime(folder) {}
            let json: JSONValue = [
                "file": .string(from), "databases": .integer(Int64(count)), "status": 0,
            ]
            let tenants = count == 1 ? "" : " with \(count - 1) tenants"
            Console.print(
                options.json ? json.text : "\(from): restored and checked\(tenants)")
        }
    }
}
