import CityKernel

/// A `q` made ready: its patterns are compiled, so that it is cheap to ask of many entities.
struct QueryFilter: Sendable {
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

    func matches(_ entity: Entity) -> Bool { matches(expression, entity) }

    private func matches(_ expression: QueryExpression, _ entity: Entity) -> Bool {
        switch expression {
        case .all(let parts): parts.allSatisfy { matches($0, entity) }
        case .any(let parts): parts.contains { matches($0, entity) }
        case .exists(let path): !path.targets(in: entity).isEmpty
        case .compare(let path, let comparison, let values):
            matches(path.targets(in: entity), comparison, values)
        }
    }

    /// Whether one of the targets does; none does when there is none, whatever is asked.
    private func matches(
        _ targets: [JSONValue], _ comparison: Comparison, _ values: [QueryValue]
    ) -> Bool {
        switch comparison {
        case .equal: targets.contains { isEqual($0, values) }
        case .notEqual: targets.contains { !isEqual($0, values) }
        case .matches: targets.contains { matchesPattern($0, values) }
        case .notMatches: targets.contains { !matchesPattern($0, values) }
        case .greater, .greaterOrEqual, .less, .lessOrEqual:
            targets.contains { stands($0, comparison, values) }
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
        case .exists: []
        case .compare(_, .matches, let values), .compare(_, .notMatches, let values):
            values.compactMap {
                if case .value(.string(let text)) = $0 { text } else { nil }
            }
        case .compare: []
        }
    }
}

extension AttributePath {
    /// What a path means in an entity: nothing, one value, or several (instances, languages).
    func targets(in entity: Entity) -> [JSONValue] {
        let instances = entity.attributes.filter { $0.name == attribute }.map(\.attribute)
        if instances.isEmpty, subAttributes.isEmpty, members.isEmpty {
            return Self.time(attribute, entity.createdAt, entity.modifiedAt, nil)
        }
        return instances.flatMap { targets(in: $0, subAttributes[...]) }
    }

    private func targets(in attribute: Attribute, _ rest: ArraySlice<String>) -> [JSONValue] {
        guard let name = rest.first else { return values(of: attribute) }
        let subs = attribute.subAttributes.filter { $0.name == name }
        if !subs.isEmpty {
            return subs.flatMap { targets(in: $0.attribute, rest.dropFirst()) }
        }
        guard rest.count == 1 else { return [] }
        switch name {
        case "unitCode": return attribute.unitCode.map { [.string($0)] } ?? []
        case "datasetId": return attribute.datasetID.map { [.string($0)] } ?? []
        default:
            return Self.time(
                name, attribute.createdAt, attribute.modifiedAt, attribute.observedAt)
        }
    }

    private static func time(
        _ name: String, _ created: Timestamp?, _ modified: Timestamp?, _ observed: Timestamp?
    ) -> [JSONValue] {
        let time: Timestamp? =
            switch name {
            case "createdAt": created
            case "modifiedAt": modified
            case "observedAt": observed
            default: nil
            }
        return time.map { [.string($0.iso8601)] } ?? []
    }

    private func values(of attribute: Attribute) -> [JSONValue] {
        if attribute.kind == .languageProperty, members.isEmpty || members == ["*"] {
            return attribute.value.object?.map(\.value) ?? []
        }
        return members.reduce([attribute.value]) { values, key in
            values.flatMap { value in
                (value.array ?? [value]).compactMap { $0[key] }
            }
        }
    }
}
