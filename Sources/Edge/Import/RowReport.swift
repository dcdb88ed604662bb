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
    /// For programs, with each bad row said in a language.
    func json(in language: Language) -> JSONValue {
        json { fault in
            JSONObject([
                ("reason", .string(fault.refusal.reason.rawValue)),
                ("message", .string(fault.refusal.message[language])),
                ("remedy", .string(fault.refusal.remedy[language])),
            ])
        }
    }

    /// For tables of the store: read again by `init(kept:)`.
    var kept: JSONValue {
        json { fault in JSONObject([("refusal", fault.refusal.kept)]) }
    }

    private func json(_ words: (RowFault) -> JSONObject) -> JSONValue {
        [
            "read": .integer(Int64(read)), "created": .integer(Int64(created)),
            "changed": .integer(Int64(changed)), "unchanged": .integer(Int64(unchanged)),
            "missing": .integer(Int64(missing)), "repeated": .integer(Int64(repeated)),
            "bad": .integer(Int64(bad)),
            "faults": .array(
                faults.map { fault in
                    var told = JSONObject([
                        ("line", .integer(Int64(fault.line))), ("column", .string(fault.column)),
                        ("seen", .string(fault.seen)),
                    ])
                    for (name, value) in words(fault) { told.append(name, value) }
                    return .object(told)
                }),
        ]
    }

    init(kept json: JSONValue) {
        func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        self.init(
            read: count("read"), created: count("created"), changed: count("changed"),
            unchanged: count("unchanged"), missing: count("missing"), repeated: count("repeated"),
            bad: count("bad"),
            faults: (json["faults"]?.array ?? []).map {
                RowFault(
                    line: Int($0["line"]?.integer ?? 0), column: $0.textMember("column"),
                    seen: $0.textMember("seen"),
                    // Before, the words stood beside the line.
                    refusal: ImportRefusal(kept: $0["refusal"] ?? $0))
            })
    }
}

extension RowReport {
    /// A table of water levels, judged by its own reader.
    init(_ levels: ImportReport) {
        self.init(
            read: levels.read, created: levels.stored, missing: levels.missing,
            repeated: levels.repeated, bad: levels.bad,
            faults: levels.badRows.map {
                RowFault(
                    line: $0.line, column: "", seen: $0.seen, refusal: ImportRefusal($0.refusal))
            })
    }
}
