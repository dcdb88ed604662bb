import CityKernel

/// What became of the rows of a table: nothing is lost silently.
///
/// `read` = `created` + `changed` + `unchanged` + `missing` + `repeated` + `bad`.
struct RowReport: Sendable, Hashable {
    /// How many bad rows are named; the rest are only counted.
    static let faultsMax = 1_000

    var read = 0
    var created = 0
    var changed = 0
    var unchanged = 0
    /// Rows that say that there was no value (欠測); only tables of readings have them.
    var missing = 0
    var repeated = 0
    var bad = 0
    var faults: [RowFault] = []

    mutating func add(_ faults: [RowFault]) {
        bad += 1
        self.faults += faults.prefix(max(0, Self.faultsMax - self.faults.count))
    }

    /// What became of another table's rows too.
    mutating func add(_ other: RowReport) {
        read += other.read
        created += other.created
        changed += other.changed
        unchanged += other.unchanged
        missing += other.missing
        repeated += other.repeated
        bad += other.bad
        faults += other.faults.prefix(max(0, Self.faultsMax - faults.count))
    }

    var stored: Int { created + changed + unchanged }
}

extension RowReport {
    var json: JSONValue {
        [
            "read": .integer(Int64(read)), "created": .integer(Int64(created)),
            "changed": .integer(Int64(changed)), "unchanged": .integer(Int64(unchanged)),
            "repeated": .integer(Int64(repeated)), "bad": .integer(Int64(bad)),
            "faults": .array(
                faults.map {
                    [
                        "line": .integer(Int64($0.line)), "column": .string($0.column),
                        "seen": .string($0.seen), "message": .string($0.message),
                        "remedy": .string($0.remedy),
                    ]
                }),
        ]
    }

    init(_ json: JSONValue) {
        func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        self.init(
            read: count("read"), created: count("created"), changed: count("changed"),
            unchanged: count("unchanged"), missing: count("missing"), repeated: count("repeated"),
            bad: count("bad"),
            faults: (json["faults"]?.array ?? []).map {
                RowFault(
                    line: Int($0["line"]?.integer ?? 0), column: $0.textMember("column"),
                    seen: $0.textMember("seen"), message: $0.textMember("message"),
                    remedy: $0.textMember("remedy"))
            })
    }
}

extension RowReport {
    /// A table of water levels, judged by its own reader.
    init(_ levels: ImportReport) {
        self.init(
            read: levels.read, created: levels.stored, missing: levels.missing,
            repeated: levels.repeated, bad: levels.bad,
            faults: levels.diagnostics.map {
                RowFault(
                    line: $0.line, column: "", seen: "", message: $0.message,
                    remedy: $0.remedy ?? "")
            })
    }
}
