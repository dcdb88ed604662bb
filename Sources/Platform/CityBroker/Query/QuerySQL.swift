import CityKernel
import CityStore

/// What SQL can say of a `q`: a condition that every match fulfils, and whether it says all.
///
/// Attributes are tested by the clustered key of `broker_attribute`, one row each. What SQL of both
/// engines does not say alike (texts in order, patterns, members) is left to `QueryFilter`.
struct QuerySQL {
    private(set) var text = ""
    private(set) var arguments: [SQLValue]
    private(set) var isExact = true
    private let names: NameStore
    /// The column that holds the entity's key.
    private let entity: String

    /// - Parameter arguments: those that stand before the condition.
    init(
        _ expression: QueryExpression?, attributes: [String], entity: String,
        arguments: [SQLValue], names: NameStore
    ) throws {
        self.arguments = arguments
        self.names = names
        self.entity = entity
        var parts: [String] = []
        if !attributes.isEmpty {
            let numbers = try attributes.map { try bind(name: $0) }
            parts.append(exists("name IN (\(numbers.joined(separator: ", ")))"))
        }
        if let expression {
            if let part = try condition(expression) { parts.append(part) } else { isExact = false }
        }
        text = parts.joined(separator: " AND ")
    }

    private mutating func bind(_ value: SQLValue) -> String {
        arguments.append(value)
        return "$\(arguments.count)"
    }

    /// A name that was never used has no number; -1 stands for it and matches nothing.
    private mutating func bind(name: String) throws -> String {
        bind(.integer(try names.find(name) ?? -1))
    }

    private func exists(_ condition: String) -> String {
        "EXISTS (SELECT 1 FROM broker_attribute a WHERE a.entity = \(entity) AND a.\(condition))"
    }

    /// - Returns: `nil` when SQL can say nothing of it.
    private mutating func condition(_ expression: QueryExpression) throws -> String? {
        switch expression {
        case .all(let parts):
            var texts: [String] = []
            for part in parts {
                if let text = try condition(part) { texts.append(text) } else { isExact = false }
            }
            return texts.isEmpty ? nil : "(\(texts.joined(separator: " AND ")))"
        case .any(let parts):
            var texts: [String] = []
            let bound = arguments.count
            for part in parts {
                guard let text = try condition(part) else {
                    arguments.removeLast(arguments.count - bound)
                    return nil
                }
                texts.append(text)
            }
            return "(\(texts.joined(separator: " OR ")))"
        case .exists(let path):
            return try presence(of: path)
        case .missing(let path):
            guard path.isOneName, !Self.timeNames.contains(path.attribute) else { return nil }
            return "NOT " + exists("name = \(try bind(name: path.attribute))")
        case .compare(let path, let comparison, let values):
            return try comparisonCondition(path, comparison, values)
        }
    }

    private static let timeNames = QueryExpression.systemNames

    private mutating func presence(of path: AttributePath) throws -> String? {
        if Self.timeNames.contains(path.attribute) { return nil }
        if !path.isOneName { isExact = false }
        return exists("name = \(try bind(name: path.attribute))")
    }

    private mutating func comparisonCondition(
        _ path: AttributePath, _ comparison: Comparison, _ values: [QueryValue]
    ) throws -> String? {
        guard path.isOneName, values.count == 1,
            case .value(let value) = values[0], !Self.timeNames.contains(path.attribute)
        else {
            isExact = false
            return try presence(of: path)
        }
        switch (comparison, value) {
        case (.greater, _), (.greaterOrEqual, _), (.less, _), (.lessOrEqual, _):
            guard let number = value.double else { break }
            let name = try bind(name: path.attribute)
            let bound = bind(.real(number))
            return exists("name = \(name) AND a.number \(comparison.rawValue) \(bound)")
        case (.equal, .integer), (.equal, .number):
            // An array that holds the number is JSON: a candidate too.
            isExact = false
            let name = try bind(name: path.attribute)
            let bound = bind(.real(value.double ?? 0))
            return exists("name = \(name) AND (a.number = \(bound) OR a.json IS NOT NULL)")
        case (.equal, .string(let text)) where Timestamp(iso8601: text, offsetSeconds: 0) == nil:
            isExact = false
            let name = try bind(name: path.attribute)
            let bound = bind(.text(text))
            // A term of a vocabulary is stored by its name and asked for by its IRI.
            let term = bind(.text(LDContext.core.name(of: text)))
            return exists(
                "name = \(name) AND (a.text IN (\(bound), \(term)) OR a.json IS NOT NULL)")
        default: break
        }
        isExact = false
        return try presence(of: path)
    }
}

extension AttributePath {
    /// Whether it is nothing but the name of an attribute.
    var isOneName: Bool {
        subAttributes.isEmpty && members.isEmpty && linked.isEmpty
    }
}
