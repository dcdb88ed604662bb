import ArgumentParser
import CityApp

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The command: `cityos serve`, `import`, `export`, `replay`, `backup`, `restore`, `check`, `staff`,
/// `audit`, `release`, `bench-data`.
///
/// Exit status: 0 done, 1 wrong input, 2 wrong use, 3 the surroundings (disk, port, database).
@main
struct CityOS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cityos",
        abstract: "City OS: one program that runs a small city's digital services.",
        discussion: """
            Start a city:      cityos serve --city Cities/hitoyoshi --data var/hitoyoshi
            Check its files:   cityos check --city Cities/hitoyoshi
            Watch a flood:     cityos replay --city Cities/fukui-demo --data var/demo

            Every command takes --json for machines. Exit status: 0 done, 1 wrong input, \
            2 wrong use, 3 surroundings (disk, port, database).
            """,
        version: CityVersion.text,
        subcommands: [
            Serve.self, Replay.self, Import.self, Export.self, Check.self,
            Backup.self, Restore.self, Staff.self, Key.self, Audit.self, Release.self,
            FillBenchData.self,
        ])

    static func main() async {
        // A reader that goes away must not end the city.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.say(failure)
            Glibc.exit(failure.status.rawValue)
        } catch {
            let status: CommandFailure.Status = exitCode(for: error).isSuccess ? .done : .wrongUse
            let text = fullMessage(for: error)
            if !text.isEmpty {
                if status == .done { Console.print(text) } else { Console.printError(text) }
            }
            Glibc.exit(status.rawValue)
        }
    }
}
