import ArgumentParser
import CityApp
import CityKernel
import CityRelease
import Foundation

/// 匿名加工: data that may leave the city.
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an anonymised release from a CSV and a definition, with its dossier.",
        discussion: """
            Nothing is written unless k, l, t and the five measures of 規則62条 hold. Noisy counts \
            spend the data set's budget for ever. docs/operations/release.md shows a definition.
            """)

    @OptionGroup var options: CityOptions

    @Argument(help: "The definition (YAML).")
    var definition: String

    @Option(help: "The table with personal data (CSV, first line names the columns).")
    var from: String

    @Option(help: "The folder to make; must not exist.")
    var to: String

    @Option(help: "Who approved the release: a name or duty for the dossier.")
    var approver: String

    func validate() throws {
        if approver.isEmpty || approver.count > 100 {
            throw ValidationError("--approver names who approved the release")
        }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let running = try await RunningCity(options.opening, logger: .quiet)
            let dossier = try await running.closing {
                try await ReleaseDesk(
                    definition: URL(filePath: definition), source: URL(filePath: from),
                    target: URL(filePath: to, directoryHint: .isDirectory), approver: approver
                ).run(in: running)
            }
            Console.print(options.json ? dossier.json.text : Self.words(dossier, to))
        }
    }

    private static func words(_ dossier: ReleaseDossier, _ folder: String) -> String {
        let release = dossier.release
        let share = (release.suppressedShare * 1_000).rounded() / 10
        let loss = (release.informationLoss * 1_000).rounded() / 10
        var lines = [
            "\(folder): \(release.report.rows) of \(release.sourceRows) rows, "
                + "\(share) % left out, information loss \(loss) %",
            "k = \(release.report.k)"
                + (release.report.l.map { ", l = \($0)" } ?? "")
                + (release.report.t.map { ", t = \(($0 * 1_000).rounded() / 1_000)" } ?? ""),
        ]
        lines += release.checks.map { "62条\($0.measure.rawValue)号 \($0.measure.title): 満たす" }
        if let budget = dossier.budget {
            lines.append("budget \(budget.dataset): \(Epsilon.text(budget.left)) left")
        }
        return lines.joined(separator: "\n")
    }
}
