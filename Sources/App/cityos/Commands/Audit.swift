import ArgumentParser
import CityApp
import CityIdentity
import CityKernel
import Foundation

/// The audit as a log that anyone can check.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the audit of what staff and programs did, and prove its lines.",
        discussion: "Works while the city serves or not, and changes nothing.",
        subcommands: [Verify.self, Proof.self, Keys.self])
}

extension Audit {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the whole log from its lines; name the first bad one.",
            discussion: """
                Exit status 1 when a line was removed, edited, swapped or added, or when a signed \
                checkpoint does not fit.
                """)

        @OptionGroup var options: CityOptions

        @Option(help: "A checkpoint that somebody has kept, as a file; may be given again.")
        var checkpoint: [String] = []

        func run() async throws {
            try await reporting(asJSON: options.json) {
                let bar = ProgressBar(
                    "verify", isShown: Console.errorIsTerminal && !options.json)
                let report = try await AuditDesk(options.opening, logger: .quiet)
                    .verify(kept: checkpoint) { bar.show($0) }
                guard report.isSound else { throw Self.failure(report) }
                let root = report.root.lowercaseHexadecimal
                let json: JSONValue = [
                    "status": 0, "size": .integer(report.size), "root": .string(root),
                    "checkpoints": .integer(Int64(report.checkpoints)),
                ]
                Console.print(
                    options.json
                        ? json.text
                        : "audit: \(report.size) lines stand as they were written\n"
                            + "root \(root), \(report.checkpoints) checkpoints fit")
            }
        }

        private static func failure(_ report: AuditReport) -> CommandFailure {
            let first = report.findings.first?.words ?? "the log is not sound"
            let rest = report.findingCount - 1
            return CommandFailure(
                .wrongInput,
                "audit: \(first)"
                    + (rest > 0 ? ", and \(rest) more \(rest == 1 ? "finding" : "findings")" : ""),
                remedy: "stop, keep the database as it is, and compare it with a backup",
                diagnostics: report.findings.map {
                    Diagnostic(
                        file: "audit", line: Int($0.firstLine ?? 0), message: $0.words)
                })
        }
    }

    struct Proof: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show that a line is in the signed log (C2SP tlog-proof).")

        @OptionGroup var options: CityOptions

        @Argument(help: "The line's number, from 0.")
        var entry: Int64

        func validate() throws {
            if entry < 0 { throw ValidationError("lines count from 0") }
        }

        func run() async throws {
            try await reporting(asJSON: options.json) {
                let (proof, key) = try await AuditDesk(options.opening, logger: .quiet)
                    .proof(of: entry)
                guard let proof else {
                    throw CommandFailure(
                        .wrongInput, "no signed checkpoint holds line \(entry) yet",
                        remedy: "ask again when the serving city has signed its next one")
                }
                guard proof.holds(for: key) else {
                    throw CommandFailure(
                        .wrongInput, "line \(entry) does not fit the signed log",
                        remedy: "find the first difference by cityos audit verify")
                }
                Console.print(options.json ? Self.json(proof).text : Self.text(proof))
            }
        }

        private static func text(_ proof: AuditProof) -> String {
            let extra = Data(proof.entry.canonical.utf8).base64EncodedString()
            let path = proof.path.map { Data($0).base64EncodedString() + "\n" }.joined()
            return "c2sp.org/tlog-proof@v1\nextra \(extra)\nindex \(proof.entry.number)\n\(path)\n"
                + proof.signed.note.description.dropLast()
        }

        private static func json(_ proof: AuditProof) -> JSONValue {
            [
                "entry": .string(proof.entry.canonical),
                "index": .integer(proof.entry.number),
                "leaf": .string(proof.entry.leafHash.lowercaseHexadecimal),
                "path": .array(proof.path.map { .string($0.lowercaseHexadecimal) }),
                "size": .integer(proof.signed.checkpoint.size),
                "root": .string(proof.signed.checkpoint.root.lowercaseHexadecimal),
                "checkpoint": .string(proof.signed.note.description),
            ]
        }
    }

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the public keys of this city's log and of it as a witness.")

        @OptionGroup var options: CityOptions

        func run() async throws {
            try await reporting(asJSON: options.json) {
                let keys = try await AuditDesk(options.opening, logger: .quiet).keys()
                let json: JSONValue = [
                    "log": .string(keys.log.text), "witness": .string(keys.witness.text),
                ]
                Console.print(
                    options.json
                        ? json.text : "log \(keys.log.text)\nwitness \(keys.witness.text)")
            }
        }
    }
}
