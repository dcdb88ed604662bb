import CityIdentity
import CityKernel
import CityPlatform
package import CityRelease
import CityStore
package import Foundation

/// Makes a release from files: reads, judges, spends the budget and tells the audit in one
/// transaction, and only then lets the files appear.
package struct ReleaseDesk: Sendable {
    private static let definitionBytesMax = 1_024 * 1_024
    private static let pieceBytesMax = 1_024 * 1_024

    package var definition: URL
    package var source: URL
    /// A folder that does not exist yet.
    package var target: URL
    package var approver: String

    package init(definition: URL, source: URL, target: URL, approver: String) {
        self.definition = definition
        self.source = source
        self.target = target
        self.approver = approver
    }

    /// - Throws: `CommandFailure` with the lines of a wrong definition; `Problem` when the release
    ///   does not reach what is asked.
    package func run(in running: RunningCity) async throws -> ReleaseDossier {
        guard !FileManager.default.fileExists(atPath: target.path) else {
            throw CommandFailure(
                .wrongInput, "\(target.path) exists already", remedy: "choose a new folder")
        }
        let text = try read(definition, bytesMax: Self.definitionBytesMax)
        let asked = try parse(text)
        let rows = try read(source, bytesMax: .max)
        let release = try AnonymisedRelease(
            of: try ReleaseTable(csv: rows), by: asked, random: SystemRandomNumberGenerator())
        var dossier = ReleaseDossier(
            release, approver: approver, at: running.city.clock.now,
            definitionHash: ContentHash(of: text).text, sourceHash: ContentHash(of: rows).text,
            programHash: try Self.programHash(), program: "cityos \(CityVersion.text)")
        let partial = target.appendingPathExtension("partial")
        try? FileManager.default.removeItem(at: partial)  // Left by a run that was stopped.
        try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
        dossier.budget = try await enter(dossier, in: running)
        try write(dossier, into: partial)
        try FileManager.default.moveItem(at: partial, to: target)
        return dossier
    }

    /// The budget is spent and the audit told before anything appears: a release that was stopped
    /// halfway has used its budget.
    private func enter(
        _ dossier: ReleaseDossier, in running: RunningCity
    ) async throws -> BudgetLedger.Account? {
        let definition = dossier.release.definition
        let epsilon = definition.counts.reduce(0) { $0 + $1.epsilon.thousandths }
        return try await running.city.store.write { transaction in
            var account: BudgetLedger.Account?
            if let budget = definition.budget, epsilon > 0 {
                account = try BudgetLedger.spend(
                    epsilon, of: budget, release: definition.id,
                    definitionHash: dossier.definitionHash, in: transaction)
            }
            try Identity.record(
                AuditEntry(
                    actor: "command", action: "release.make", noun: "release:\(definition.id)",
                    detail: "definition \(dossier.definitionHash), source \(dossier.sourceHash), "
                        + "approver \(dossier.approver)"),
                in: transaction)
            return account
        }
    }

    private func write(_ dossier: ReleaseDossier, into folder: URL) throws {
        let rows = dossier.release.rows
        var text = ReleaseCSV.line(rows.columns.map(\.name))
        for row in 0..<rows.rowCount {
            text += ReleaseCSV.line(rows.columns.map { $0.text(row) })
        }
        func put(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try put(text, "records.csv")
        for (index, table) in dossier.release.tables.enumerated() {
            let asked = dossier.release.definition.tables[index]
            try put(
                table.csv(corner: "\(asked.rows)＼\(asked.columns)", sum: "計"),
                "table-\(index + 1).csv")
        }
        for (index, counts) in dossier.release.counts.enumerated() {
            try put(counts.csv, "counts-\(index + 1).csv")
        }
        try put(dossier.json.text + "\n", "dossier.json")
    }

    private func parse(_ bytes: [UInt8]) throws -> ReleaseDefinition {
        let collector = DiagnosticCollector()
        let asked = ReleaseDefinition.parse(
            String(decoding: bytes, as: UTF8.self), file: definition.lastPathComponent,
            folder: definition.deletingLastPathComponent(), into: collector)
        guard let asked else {
            let count = collector.errors.count
            throw CommandFailure(
                .wrongInput, "the definition has \(count) \(count == 1 ? "mistake" : "mistakes")",
                remedy: "correct the lines named above", diagnostics: collector.diagnostics)
        }
        return asked
    }

    private func read(_ url: URL, bytesMax: Int) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: url.path), data.count <= bytesMax
        else {
            throw CommandFailure(
                .wrongInput, "\(url.path) cannot be read",
                remedy: "check its name, rights and size")
        }
        return Array(data)
    }

    private static func programHash() throws -> String {
        guard let path = Bundle.main.executablePath, let file = FileHandle(forReadingAtPath: path)
        else {
            throw CommandFailure(
                .surroundings, "the program cannot read itself",
                remedy: "give its user the right to read the file cityos")
        }
        var hash = ContentHash()
        while let piece = try file.read(upToCount: pieceBytesMax), !piece.isEmpty {
            hash.update(Array(piece))
        }
        return hash.text
    }
}
