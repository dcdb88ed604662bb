import ArgumentParser
import CityApp
import CityKernel
import CityPlatform
import Foundation

/// Judges a city's files without opening it.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a city's files; name every mistake with file, line and remedy.")

    @Option(help: "The city's folder, with city.yaml.")
    var city: String

    @Flag(help: "Speak JSON.")
    var json = false

    func run() async throws {
        try await reporting(asJSON: json) {
            let files = try CityFiles(reading: URL(filePath: city, directoryHint: .isDirectory))
            guard !json else {
                let result: JSONValue = [
                    "status": 0, "city": .string(files.configuration.id),
                    "diagnostics": .array(files.diagnostics.map(\.json)),
                ]
                return Console.print(result.text)
            }
            for finding in files.diagnostics { Console.printError(finding.description) }
            Console.print(
                "\(files.configuration.name.japanese): no mistakes, "
                    + "\(files.configuration.gauges.count) gauges, "
                    + "\(files.services.count) services")
        }
    }
}
