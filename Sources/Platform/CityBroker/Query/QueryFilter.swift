import CityKernel

/// A `q` made ready: its patterns are compiled, so that it is cheap to ask of many entities.
struct QueryFilter: Sendable {
    /// Finds the entity at the other end of a relationship.
    typealias LookUp = (EntityID) throws -> Entity?

    let expression: QueryExpression
    private let patterns: [String: TextPattern]

    /// - Throws: `Problem` for a pattern that is not a regular expression.
    init(_ expression: QueryExpression) throws(Problem) {
        self.expression = expression
        var patterns: [String: TextPattern] = [:]
        for text in expression.patternTexts where patterns[text] == nil {
            patterns[text] = try TextPattern(text)
        }
        self.patterns = patterns
    }

    /// Where nothing is looked up, no relationship is followed.
    func matches(_ entity: Entity) -> Bool { matches(entity) { _ in nil } }

    func matches(_ entity: Entity, _ lookUp: LookUp) rethrows -> Bool {
        try matches(expression, entity, lookUp)
    }

    private func matches(
        _ expression: QueryExpression, _ entity: Entity, _ lookUp: LookUp
    ) rethrows -> Bool {
        switch expression {
        case .all(let parts): try parts.allSatisfy { try matches($0, entity, lookUp) }
        case .any(let parts): try parts.contains { try matches($0, entity, lookUp) }
        case .exists(let path): try !path.targets(in: entity, lookUp).isEmpty
        case .missing(let path): try path.targets(in: entity, lookUp).isEmpty
        case .compare(let path, let comparison, let values):
            matches(try path.targets(in: entity, lookUp), comparison, values)
        }
    }

    /// Whether one of the targets does; none does when there is none, whatever is asked.
    private func matches(
        _ targets: [QueryTarget], _ comparison: Comparison, _ values: [QueryValue]
    ) -> Bool {
        switch comparison {
        case .equal: targets.contains { isEqual($0.value, values) }
        case .notEqual: targets.contains { !isEqual($0.value, values) }
        case .matches: targets.contains { !$0.isLink && matchesPattern($0.value, values) }
        case .notMatches: targets.contains { !$0.isLink && !matchesPattern($0.value, values) }
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            targets.contains { !$0.isLink && stands($0.value, comparison, values) }
        }
    }

    /// An array equals a value when it holds it.
    private func isEqual(_ target: JSONValue, _ values: [QueryValue]) -> Bool {
        let elements = target.array ?? [target]
        return elements.contains { element in
            values.contains { value in
                switch value {
                case .value(let value): Self.order(element, value) == .same
                case .range(let low, let high):
                    Self.order(element, low).isAtLeast && Self.order(element, high).isAtMost
                }
            }
        }
    }

    private func matchesPattern(_ target: JSONValue, _ values: [QueryValue]) -> Bool {
        let texts = (target.array ?? [target]).compactMap(\.string)
        return values.contains { value in
            guard case .value(.string(let text)) = value, let pattern = patterns[text] else {
                return false
            }
            return texts.contains(where: pattern.matches)
        }
    }

    private func stands(
        _ target: JSONValue, _ comparison: Comparison, _ values: [QueryValue]
    ) -> Bool {
        guard case .value(let value)? = values.first else { return false }
        let order = Self.order(target, value)
        return switch comparison {
        case .greater: order == .after
        case .greaterOrEqual: order.isAtLeast
        case .less: order == .before
        case .lessOrEqual: order.isAtMost
        default: false
        }
    }

    private enum Order {
        case before, same, after
        /// Not of one type: neither equal nor in any order.
        case incomparable

        var isAtLeast: Bool { self == .same || self == .after }
        var isAtMost: Bool { self == .same || self == .before }

        init<Value: Comparable>(_ left: Value, _ right: Value) {
            self = left == right ? .same : left < right ? .before : .after
        }
    }

    /// Numbers by size, instants by time, other texts by their characters.
    private static func order(_ target: JSONValue, _ value: JSONValue) -> Order {
        if let left = target.double, let right = value.double { return Order(left, right) }
        if let left = target.string, let right = value.string {
            if let first = Timestamp(iso8601: left, offsetSeconds: 0),
                let second = Timestamp(iso8601: right, offsetSeconds: 0)
            {
                return Order(first, second)
            }
            return Order(left, right)
        }
        return target == value ? .same : .incomparable
    }
}

extension QueryExpression {
    fileprivate var patternTexts: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.patternTexts)
        case .exists, .missing: []
        case .compare(_, .matches, let values), .compare(_, .notMatches, let values):
            values.compactMap {
                if case .value(.string(let text)) = $0 { text } else { nil }
            }
        case .compare: []
        }
    }
}
