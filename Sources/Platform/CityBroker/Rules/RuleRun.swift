import CityKernel
import CityStore
import Logging

/// One passage of all rules over what a transaction changed.
struct RuleRun {
    let work: BrokerTransaction
    /// Whether time alone may change results.
    let isTick: Bool
    private(set) var failedRules: [String] = []

    init(_ work: BrokerTransaction, isTick: Bool) {
        self.work = work
        self.isTick = isTick
    }

    /// Rules stand in order, so that each sees what the rules before it wrote.
    mutating func run() throws {
        for rule in work.broker.rules.ordered {
            let changed = work.changes.list
                .filter { change in change.types.contains { rule.reads.contains($0) } }
                .map(\.id)
            if !changed.isEmpty { try run(rule, .changed(changed)) }
            if isTick, rule.followsTime { try run(rule, .tick) }
        }
    }

    private mutating func run(_ rule: any Rule, _ trigger: RuleTrigger) throws {
        let work = work
        do {
            try work.savepoint {
                let context = TransactionContext(work: work)
                let facts = try rule.evaluate(trigger, in: context)
                try Self.check(facts, of: rule)
                try work.apply(facts, of: rule)
            }
        } catch let error as StoreError where !error.isRuleFault {
            throw error
        } catch {
            try note(rule, error)
        }
    }

    private mutating func note(_ rule: any Rule, _ error: any Error) throws {
        if !failedRules.contains(rule.name) { failedRules.append(rule.name) }
        let message = String(Self.describe(error).prefix(Self.messageCharactersMax))
        work.broker.logger.error(
            "rule failed", metadata: ["rule": "\(rule.name)", "reason": "\(message)"])
        try RuleFailureStore.record(
            rule.name, message, at: work.now, in: work.transaction)
    }

    private static let messageCharactersMax = 500

    private static func describe(_ error: any Error) -> String {
        guard let convertible = error as? any ProblemConvertible else { return "\(error)" }
        let problem = convertible.problem
        return "\(problem.title): \(problem.detail)"
    }

    private static func check(_ facts: [Fact], of rule: any Rule) throws(RuleError) {
        guard facts.count <= RuleLimits.factsMax else { throw .tooManyFacts }
        for fact in facts {
            for type in fact.types where !rule.writes.contains(type) {
                throw .undeclaredType(type)
            }
        }
    }
}

/// What a rule may not do.
enum RuleError: Error, Hashable, CustomStringConvertible {
    case tooManyFacts
    case undeclaredType(String)

    var description: String {
        switch self {
        case .tooManyFacts: "returned more than \(RuleLimits.factsMax) facts"
        case .undeclaredType(let type): "wrote \(type), which it does not declare"
        }
    }
}

extension StoreError {
    /// Only what the rule's own rows provoked is the rule's failure; a lost database is not.
    fileprivate var isRuleFault: Bool {
        switch self {
        case .constraint, .failed: true
        case .busy, .storageFull, .unavailable, .migration, .closed: false
        }
    }
}

/// The transaction as a rule sees it.
private struct TransactionContext: RuleContext {
    let work: BrokerTransaction

    var now: Timestamp { work.now }

    func entity(_ id: EntityID) throws -> Entity? { try work.entity(id) }

    func entities(ofType type: String) throws -> [Entity] {
        guard let number = try work.names.find(type) else { return [] }
        let keys = try work.transaction.query(
            "SELECT entity FROM broker_entity_type WHERE type = $1 ORDER BY id LIMIT $2",
            [.integer(number), SQLValue(RuleLimits.entitiesMax)]
        ) { $0.integer(0) }
        return try work.reader.entities(keys)
    }

    func history(
        of id: EntityID, _ attribute: String, in interval: ClosedRange<Timestamp>
    ) throws -> [Attribute] {
        try work.reader.history(
            of: id, attribute, in: interval, limit: RuleLimits.historyMax)
    }
}
