import CityKernel
import CityStore

/// The entities that fulfil one condition of a `q`, found by value instead of one after the other.
///
/// Worth its while when few do: a page of a condition that many fulfil is soon full on a walk in order
/// of id.
struct ValueProbe {
    /// Entities looked at by value; with more of them a walk is quicker.
    static let candidatesMax = 1_000
    /// Characters of a text that the index holds.
    static let textPrefixMax = 64

    /// An entity that may match.
    struct Candidate: Hashable {
        var key: Int64
        var id: String
        var types: [String]
    }

    /// A condition that an index answers.
    private struct Condition {
        var text: String
        var arguments: [SQLValue]

        /// Counts no further than the last argument says.
        var counting: String {
            """
            SELECT COUNT(*) FROM (
                SELECT 1 AS one FROM broker_attribute a WHERE \(text) LIMIT $\(arguments.count + 1)
            ) AS found
            """
        }

        var listing: String {
            """
            SELECT e.key, e.id, e.types FROM broker_attribute a
            JOIN broker_entity e ON e.key = a.entity
            WHERE \(text) AND e.deleted_at IS NULL
            """
        }
    }

    private let conditions: [[Condition]]
    /// Whether the one condition says all that the filter says.
    let isExact: Bool

    /// - Returns: `nil` when no index helps.
    init?(_ filter: QueryExpression?, _ names: NameStore) throws {
        guard let filter else { return nil }
        let parts: [QueryExpression]
        if case .all(let all) = filter { parts = all } else { parts = [filter] }
        var conditions: [[Condition]] = []
        var isExact = parts.count == 1
        for part in parts {
            guard case .compare(let path, let comparison, let values) = part,
                let found = try Self.conditions(path, comparison, values, names)
            else { continue }
            conditions.append(found)
            if comparison == .equal { isExact = false }
        }
        guard !conditions.isEmpty else { return nil }
        self.conditions = conditions
        self.isExact = isExact
    }

    /// Alternatives that together cover the comparison.
    private static func conditions(
        _ path: AttributePath, _ comparison: Comparison, _ values: [QueryValue],
        _ names: NameStore
    ) throws -> [Condition]? {
        guard path.isOneName, !QueryExpression.systemNames.contains(path.attribute),
            values.count == 1, case .value(let value) = values[0]
        else { return nil }
        // A name that was never used matches nothing.
        let name = SQLValue.integer(try names.find(path.attribute) ?? -1)
        switch (comparison, value) {
        case (.greater, _), (.greaterOrEqual, _), (.less, _), (.lessOrEqual, _):
            guard let number = value.double else { return nil }
            return [
                Condition(
                    text: "a.name = $1 AND a.number \(comparison.rawValue) $2",
                    arguments: [name, .real(number)])
            ]
        case (.equal, .integer), (.equal, .number):
            return [
                Condition(
                    text: "a.name = $1 AND a.number = $2",
                    arguments: [name, .real(value.double ?? 0)]),
                json(name),
            ]
        case (.equal, .string(let text)) where Timestamp(iso8601: text, offsetSeconds: 0) == nil:
            // A term of a vocabulary is stored by its name and asked for by its IRI.
            let term = LDContext.core.name(of: text)
            let texts = term == text ? [text] : [text, term]
            return texts.map { Self.text($0, name) } + [json(name)]
        default: return nil
        }
    }

    private static func text(_ text: String, _ name: SQLValue) -> Condition {
        Condition(
            text: "a.name = $1 AND substr(a.text, 1, \(textPrefixMax)) = $2 AND a.text = $3",
            arguments: [name, .text(prefix(of: text)), .text(text)])
    }

    private static func json(_ name: SQLValue) -> Condition {
        Condition(text: "a.name = $1 AND a.json IS NOT NULL", arguments: [name])
    }

    /// As `substr` of both engines counts: by code points.
    static func prefix(of text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(textPrefixMax)))
    }

    /// How SQLite would run every statement, for tests of the plan.
    func plans(_ connection: any Connection) throws -> [String] {
        try conditions.joined().flatMap { condition in
            try connection.query(
                "EXPLAIN QUERY PLAN " + condition.listing, condition.arguments
            ) { $0.text(3) }
        }
    }

    /// - Returns: `nil` when every condition has too many.
    func candidates(_ connection: any Connection) throws -> [Candidate]? {
        for alternatives in conditions where try areFew(alternatives, connection) {
            var found: [Int64: Candidate] = [:]
            for condition in alternatives { try collect(condition, connection, into: &found) }
            return found.values.sorted { $0.id < $1.id }
        }
        return nil
    }

    private func areFew(_ alternatives: [Condition], _ connection: any Connection) throws -> Bool {
        var rest = Self.candidatesMax
        for condition in alternatives {
            rest -=
                try connection.first(
                    condition.counting, condition.arguments + [SQLValue(rest + 1)]
                ) { $0.int(0) } ?? 0
            if rest < 0 { return false }
        }
        return true
    }

    private func collect(
        _ condition: Condition, _ connection: any Connection,
        into found: inout [Int64: Candidate]
    ) throws {
        try connection.forEach(condition.listing, condition.arguments) { row in
            let key = row.integer(0)
            if found[key] == nil {
                found[key] = Candidate(
                    key: key, id: row.text(1), types: EntityStore.split(row.text(2)))
            }
            return true
        }
    }
}
