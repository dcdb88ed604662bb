package import CityKernel

/// What became of a table of readings: nothing is lost silently.
///
/// `read` = `stored` + `missing` + `repeated` + `bad`.
package struct ImportReport: Sendable, Hashable {
    /// How many bad rows are named; the rest are only counted.
    package static let diagnosticsMax = 1_000

    package var file: String
    /// Rows below the header.
    package var read = 0
    /// Readings with a level that were applied.
    package var stored = 0
    /// Rows that say the gauge had no value (blank, `*`, `---`).
    package var missing = 0
    /// The same gauge, time and level as an earlier row.
    package var repeated = 0
    package var bad = 0
    package var badByReason: [ReadingRefusal: Int] = [:]
    package var diagnostics: [Diagnostic] = []
    /// Bad rows by their reason; as many as are named.
    package var badRows: [BadRow] = []
    /// The newest time that a good row carried.
    package var newestReadingAt: Timestamp?
    /// Rules that failed while the facts were applied; the facts are stored all the same.
    package var failedRules: Set<String> = []

    /// One row that is not believed.
    package struct BadRow: Sendable, Hashable {
        package var line: Int
        package var refusal: ReadingRefusal
        package var seen: String
    }

    package init(file: String) { self.file = file }

    /// Whether the whole file was refused.
    package var isRefused: Bool { read == 0 && !diagnostics.isEmpty }

    mutating func add(_ refusal: ReadingRefusal, line: Int, seen: String) {
        bad += 1
        badByReason[refusal, default: 0] += 1
        guard diagnostics.count < Self.diagnosticsMax else { return }
        badRows.append(BadRow(line: line, refusal: refusal, seen: String(seen.prefix(40))))
        let quoted = seen.isEmpty ? "" : "「\(seen.prefix(40))」"
        diagnostics.append(
            Diagnostic(
                file: file, line: line, message: refusal.message.japanese + quoted,
                remedy: refusal.remedy.japanese))
    }
}

extension ImportReport {
    /// For `--json` and for the answer of the ingest door.
    package var json: JSONValue {
        [
            "file": .string(file), "read": .integer(Int64(read)),
            "stored": .integer(Int64(stored)), "missing": .integer(Int64(missing)),
            "repeated": .integer(Int64(repeated)), "bad": .integer(Int64(bad)),
            "badByReason": .object(
                JSONObject(
                    badByReason.sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { ($0.key.rawValue, .integer(Int64($0.value))) })),
            "badRows": .array(diagnostics.map(\.json)),
            "failedRules": .array(failedRules.sorted().map(JSONValue.string)),
        ]
    }
}

extension Diagnostic {
    fileprivate var json: JSONValue {
        [
            "line": .integer(Int64(line)), "message": .string(message),
            "remedy": remedy.map(JSONValue.string) ?? .null,
        ]
    }
}
