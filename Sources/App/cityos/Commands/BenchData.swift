import ArgumentParser
import CityApp
import CityKernel

/// Fills a city with invented sensors.
struct FillBenchData: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-data",
        abstract: "Fill a trial city with invented sensors and readings, for benchmarks.")

    @OptionGroup var options: CityOptions

    @Option(help: "How many sensors.")
    var entities = 10_000

    @Option(help: "How many readings each has.")
    var readings = 10

    func validate() throws {
        guard (1...10_000_000).contains(entities), (0...1_000_000).contains(readings) else {
            throw ValidationError("--entities is 1 to 10000000, --readings 0 to 1000000")
        }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let running = try await RunningCity(options.opening, logger: .quiet)
            let bar = ProgressBar("bench-data")
            try await running.closing {
                try await BenchData(entities: entities, readingsEach: readings)
                    .fill(running) { bar.show($0) }
            }
            let json: JSONValue = [
                "entities": .integer(Int64(entities)),
                "readings": .integer(Int64(entities * readings)),
            ]
            Console.print(
                options.json
                    ? json.text : "\(entities) sensors, \(entities * readings) readings")
        }
    }
}
