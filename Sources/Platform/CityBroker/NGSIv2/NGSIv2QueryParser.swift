package import CityKernel

/// Reads `q` and `mq` of NGSIv2: statements joined by `;`, such as `temperature>=20;status=='open'`.
package struct NGSIv2QueryParser {
    /// What the dots of a path mean.
    package enum Subject: Sendable { case attributes, metadata }

    /// Statements in one query.
    package static let statementsMax = 100

    private let subject: Subject

    /// - Throws: `Problem` of kind `badRequestData`.
    package static func parse(
        _ text: String, _ subject: Subject = .attributes
    ) throws(Problem) -> QueryExpression {
        let parser = NGSIv2QueryParser(subject: subject)
        let statements = split(text, at: ";")
        guard statements.count <= statementsMax else {
            throw Problem(
                .tooComplexQuery, title: "The query has too many conditions",
                detail: "q has at most \(statementsMax) statements.")
        }
        var parts: [QueryExpression] = []
        for statement in statements { parts.append(try parser.statement(statement)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private static let operators: [(text: String, comparison: Comparison)] = [
        ("==", .equal), ("!=", .notEqual), (">=", .greaterOrEqual), ("<=", .lessOrEqual),
        ("~=", .matches), (">", .greater), ("<", .less), (":", .equal),
    ]

    private func statement(_ text: String) throws(Problem) -> QueryExpression {
        guard !text.isEmpty else { throw Self.refusal(text) }
        let place = text.indices.first { index in
            Self.operators.contains { text[index...].hasPrefix($0.text) }
        }
        guard let place,
            let found = Self.operators.first(where: { text[place...].hasPrefix($0.text) })
        else {
            let isMissing = text.hasPrefix("!")
            let path = try path(String(isMissing ? text.dropFirst() : text[...]))
            return isMissing ? .missing(path) : .exists(path)
        }
        let path = try path(String(text[..<place]))
        let rest = String(text[place...].dropFirst(found.text.count))
        guard !rest.isEmpty else { throw Self.refusal(text) }
        switch found.comparison {
        case .matches, .notMatches:
            return .compare(path, found.comparison, [.value(.string(Self.unquoted(rest)))])
        case .equal, .notEqual:
            var values: [QueryValue] = []
            for item in Self.split(rest, at: ",") { values.append(try value(item)) }
            return .compare(path, found.comparison, values)
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            return .compare(path, found.comparison, [.value(Self.literal(rest))])
        }
    }

    private func value(_ text: String) throws(Problem) -> QueryValue {
        guard !text.hasPrefix("'"), let dots = text.firstRange(of: "..") else {
            return .value(Self.literal(text))
        }
        return .range(
            Self.literal(String(text[..<dots.lowerBound])),
            Self.literal(String(text[dots.upperBound...])))
    }

    private func path(_ text: String) throws(Problem) -> AttributePath {
        let names = Self.split(text, at: ".").map(Self.unquoted)
        guard let first = names.first, !names.contains("") else { throw Self.refusal(text) }
        let name = Self.systemNames[first] ?? first
        switch subject {
        case .attributes:
            return AttributePath(name, members: Array(names.dropFirst()))
        case .metadata:
            guard names.count >= 2 else { throw Self.refusal(text) }
            let sub = Self.systemNames[names[1]] ?? names[1]
            return AttributePath(name, subAttributes: [sub], members: Array(names.dropFirst(2)))
        }
    }

    /// How the city calls what Orion has names for.
    package static let systemNames = [
        "dateCreated": "createdAt", "dateModified": "modifiedAt", "dateExpires": "expiresAt",
    ]

    private static func literal(_ text: String) -> JSONValue {
        if text.hasPrefix("'") { return .string(unquoted(text)) }
        switch text {
        case "true": return true
        case "false": return false
        case "null": return .null
        default: break
        }
        if let whole = Int64(text) { return .integer(whole) }
        if let number = Double(text), number.isFinite { return .number(number) }
        return .string(text)
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return text }
        return String(text.dropFirst().dropLast())
    }

    /// Parts between `separator`, which means nothing between quotation marks.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "'" { isQuoted.toggle() }
            if character == separator, !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func refusal(_ text: String) -> Problem {
        .badData("invalid query expression: \(text.prefix(80))", at: "q")
    }
}
