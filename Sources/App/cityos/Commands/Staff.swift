import ArgumentParser
import CityApp
import CityIdentity
import CityKernel
import CityPlatform

/// Accounts of staff, for lost passwords; everything else is done on the staff pages.
struct Staff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set a new password for a member of staff.",
        subcommands: [ResetPassword.self])

    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a new random password, shown once; ends the person's sessions.")

        @OptionGroup var options: CityOptions

        @Option(help: "The name to sign in with.")
        var login: String

        func run() async throws {
            try await reporting(asJSON: options.json) {
                let running = try await RunningCity(options.opening, logger: .quiet)
                let made = try await running.closing {
                    try await running.city.identity.resetPassword(login: login, by: nil)
                }
                Staff.say(made, asJSON: options.json)
            }
        }
    }

    private static func say(_ made: NewStaff, asJSON: Bool) {
        let json: JSONValue = [
            "login": .string(made.staff.login), "password": .string(made.password),
        ]
        Console.print(
            asJSON ? json.text : "login     \(made.staff.login)\npassword  \(made.password)")
    }
}
