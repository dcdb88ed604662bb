import ArgumentParser
import CityApp
import CityIdentity
import CityKernel
import CityPlatform

/// Keys of devices, vendors and neighbouring systems.
struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a key for a device or a vendor's program; it is shown once.")

    @OptionGroup var options: CityOptions

    @Option(help: "What the key is for.")
    var name: String

    @Option(help: "read, observe (readings) or write (any context).")
    var scope = "observe"

    @Option(help: "After how many days it ends.")
    var days = 365

    func validate() throws {
        if DeviceKey.Scope(rawValue: scope) == nil {
            throw ValidationError("--scope is read, observe or write")
        }
        guard (1...3_650).contains(days) else { throw ValidationError("--days is 1 to 3650") }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let running = try await RunningCity(options.opening, logger: .quiet)
            let made = try await running.closing {
                try await running.city.identity.createKey(
                    name: name, scope: DeviceKey.Scope(rawValue: scope) ?? .observe,
                    expiresAt: running.city.clock.now + .days(days), by: nil)
            }
            let json: JSONValue = [
                "name": .string(name), "scope": .string(scope), "key": .string(made.token.text),
            ]
            Console.print(options.json ? json.text : "key  \(made.token.text)")
        }
    }
}
