import ArgumentParser
import CityApp
import CityIdentity
import CityKernel
import Logging

/// Runs the city until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the city: portal, staff pages, APIs, lamps and feeds.",
        discussion: """
            Prints `ready http://…` once it serves. Stops gracefully on SIGTERM and Ctrl-C.
            Several processes may serve one city when they share one PostgreSQL (--database).
            """)

    @OptionGroup var options: CityOptions
    @OptionGroup var serving: ServingOptions

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let logger = serving.makeLogger()
            let running = try await RunningCity(
                serving.complete(options.opening), logger: logger)
            announceFirstStaff(running)
            try await running.serve { address in
                Console.print("ready \(address)")
            }
        }
    }
}

/// Where and how to serve.
struct ServingOptions: ParsableArguments {
    @Option(help: "The address to listen on; 0.0.0.0 for every network.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one. Default: the city's own.")
    var port: Int?

    @Flag(help: "Open the APIs without keys; on loopback only.")
    var openApi = false

    @Flag(help: "Readers come by https through a proxy in front: secure cookies, HSTS.")
    var behindTls = false

    @Option(help: "debug, info, notice, warning or error.")
    var logLevel = "notice"

    func validate() throws {
        if openApi, host != "127.0.0.1", host != "::1", host != "localhost" {
            throw ValidationError("--open-api is for loopback only: leave --host at 127.0.0.1")
        }
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port is 0 to 65535")
        }
        if Logger.Level(rawValue: logLevel) == nil {
            throw ValidationError("--log-level is debug, info, notice, warning or error")
        }
    }

    func complete(_ opening: CityOpening) -> CityOpening {
        var opening = opening
        opening.host = host
        opening.port = port
        opening.isOpenAPI = openApi
        opening.isBehindTLS = behindTls
        return opening
    }

    func makeLogger() -> Logger {
        var logger = Logger(label: "cityos") { _ in JSONLogHandler() }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        return logger
    }
}

/// The first password is shown once, on the terminal of who started the city.
func announceFirstStaff(_ running: RunningCity) {
    guard let staff = running.firstStaff else { return }
    Console.printError(
        """
        First staff account (shown only now):
          login     \(staff.staff.login)
          password  \(staff.password)
        """)
}
