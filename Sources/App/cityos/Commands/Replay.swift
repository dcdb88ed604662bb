import ArgumentParser
import CityApp
import CityEdge
import CityKernel
import Foundation

/// Plays a recorded flood into a demonstration city and serves it.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a recorded flood into a demonstration city, and serve it.",
        discussion: """
            The whole city lives on the recorded day: ages, trends and the bridge light are those \
            of that time. Only a city with `demonstration: true` is played, into a data folder of \
            its own; lamps are reached on this machine only.
            """)

    @OptionGroup var options: CityOptions
    @OptionGroup var serving: ServingOptions

    @Option(help: "Which replay of city.yaml; the first when not given.")
    var series: String?

    @Option(help: "How many times faster than real time, 1 to 10000.")
    var speed = 240.0

    @Option(help: "When to begin, \"YYYY-MM-DDTHH:mm\" in Japan; what lies before is history.")
    var from: String?

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let logger = serving.makeLogger()
            let plan = try ReplayPlan(
                opening: serving.complete(options.opening), seriesID: series, speed: speed,
                from: from)
            let running = try await RunningCity(
                plan.opening, clock: plan.clock, logger: logger)
            announceFirstStaff(running)
            let day = plan.clock.start.iso8601Japan.prefix(16)
            try await running.serve(beside: [plan.feed(into: running, logger: logger)]) { address in
                Console.print("ready \(address)")
                Console.printError("再生 \(plan.seriesID): \(day) から \(Int(plan.speed)) 倍の速さ")
            }
        }
    }
}
