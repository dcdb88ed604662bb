import ArgumentParser
import CityApp
import CityEdge
import CityKernel

/// Brings tables of water levels into a city that is not serving.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import tables of water levels (CSV) into the city's history.",
        discussion: """
            Columns: 日時, 河川水位, id. Rows without a value count as missing; wrong rows are named \
            with file, line and remedy, and all other rows are kept. Importing twice stores nothing \
            twice. A serving city takes the same tables at POST /ingest/v1/readings.
            """)

    @OptionGroup var options: CityOptions

    @Argument(help: "CSV files, in any order.")
    var files: [String]

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one CSV file") }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let running = try await RunningCity(options.opening, logger: .quiet)
            let bar = ProgressBar("import")
            let reports = try await running.closing {
                try await LevelImport(running).importFiles(files) { fraction, file in
                    bar.show(fraction, note: file)
                }
            }
            say(reports)
            let findings = reports.flatMap(\.diagnostics)
            guard findings.isEmpty else {
                throw CommandFailure(
                    .wrongInput, "\(findings.count) rows or files were not accepted",
                    remedy: "all other rows are kept; correct these and import again",
                    diagnostics: findings)
            }
        }
    }

    private func say(_ reports: [ImportReport]) {
        guard !options.json else {
            return Console.print(JSONValue.array(reports.map(\.json)).text)
        }
        for report in reports {
            Console.print(
                "\(report.file): \(report.read) rows read, \(report.stored) stored, "
                    + "\(report.missing) missing, \(report.repeated) repeated, "
                    + "\(report.bad) refused")
        }
    }
}
