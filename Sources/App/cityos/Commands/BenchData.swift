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

    @Option(help: "How many readings each has; with --history, how many in all.")
    var readings = 10

    @Flag(help: "Gauges that tell something every ten minutes of a year, in the order of time.")
    var history = false

    func validate() throws {
        let readingsMax = history ? 1_000_000_000 : 1_000_000
        guard (1...10_000_000).contains(entities), (0...readingsMax).contains(readings) else {
            throw ValidationError("--entities is 1 to 10000000, --readings 0 to 1000000")
        }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let running = try await RunningCity(options.opening, logger: .quiet)
            let bar = ProgressBar("bench-data")
            if history { return try await fillHistory(of: running, bar) }
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

    private func fillHistory(of running: RunningCity, _ bar: ProgressBar) async throws {
        let bench = BenchHistory(readings: readings)
        let report = try await running.closing {
            try await bench.fill(running) { bar.show($0) }
        }
        let json: JSONValue = [
            "sensors": .integer(Int64(bench.sensors)),
            "readings": .integer(Int64(report.readings)),
            "seconds": .number(report.seconds),
            "perSecond": .array(report.perSecond.map { .integer(Int64($0)) }),
            "end": .string(report.end.iso8601),
        ]
        Console.print(
            options.json
                ? json.text
                : "\(bench.sensors) sensors, \(report.readings) readings in \(report.seconds) s")
    }
}
