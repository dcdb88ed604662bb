import ArgumentParser
import CityApp
import CityStore
import Foundation

/// Which city, and where its data lies: shared by most commands.
struct CityOptions: ParsableArguments {
    @Option(help: "The city's folder, with city.yaml.")
    var city: String

    @Option(help: "Where the city's data lies; made when absent.")
    var data: String

    @Option(help: "postgres://… to use PostgreSQL instead of a file in the data folder.")
    var database: String?

    @Flag(help: "Answer writes before they are on disk. For trials only.")
    var relaxedDurability = false

    @Flag(help: "Speak JSON.")
    var json = false

    var opening: CityOpening {
        CityOpening(
            cityFolder: URL(filePath: city, directoryHint: .isDirectory),
            dataFolder: URL(filePath: data, directoryHint: .isDirectory),
            databaseURL: database, durability: relaxedDurability ? .relaxed : .full)
    }
}

/// Runs `body` and turns what it throws into a failure in the form that was asked for.
func reporting<Value>(
    asJSON: Bool, _ body: () async throws -> Value
) async throws(CommandFailure) -> Value {
    do {
        return try await body()
    } catch {
        var failure = CommandFailure(error)
        failure.asJSON = asJSON
        throw failure
    }
}
