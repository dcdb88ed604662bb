import CityKernel

/// The rules in the order of what they read and write, and who writes what.
struct RuleBook: Sendable {
    let ordered: [any Rule]
    /// Which rule alone writes a type.
    let writerByType: [String: String]
    let readTypes: Set<String>

    init(_ rules: [any Rule]) throws(BrokerError) {
        var names: Set<String> = []
        var writers: [String: String] = [:]
        for rule in rules {
            guard names.insert(rule.name).inserted else { throw .ruleNamedTwice(rule.name) }
            for type in rule.writes.sorted() {
                if let other = writers[type] {
                    throw .twoWriters(type: type, rules: [other, rule.name])
                }
                writers[type] = rule.name
            }
        }
        ordered = try Self.sort(rules)
        writerByType = writers
        readTypes = rules.reduce(into: []) { $0.formUnion($1.reads) }
    }

    var isEmpty: Bool { ordered.isEmpty }

    /// Depth first, so that a rule stands after every rule whose results it reads; rules that do not
    /// concern each other keep the order they were given in.
    private static func sort(_ rules: [any Rule]) throws(BrokerError) -> [any Rule] {
        var done: Set<String> = []
        var path: [String] = []
        var ordered: [any Rule] = []
        func visit(_ rule: any Rule) throws(BrokerError) {
            if done.contains(rule.name) { return }
            if let start = path.firstIndex(of: rule.name) {
                throw .ruleCircle([rule.name] + path[start...].reversed())
            }
            path.append(rule.name)
            for earlier in rules where !earlier.writes.isDisjoint(with: rule.reads) {
                try visit(earlier)
            }
            path.removeLast()
            done.insert(rule.name)
            ordered.append(rule)
        }
        for rule in rules { try visit(rule) }
        return ordered
    }
}
