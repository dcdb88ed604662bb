package import CityKernel

/// Why the broker refuses.
package enum BrokerError: Error, Sendable, Hashable {
    /// Rules that wait for each other, in their order along the circle.
    case ruleCircle([String])
    /// One writer per noun: these rules both write `type`.
    case twoWriters(type: String, rules: [String])
    case ruleNamedTwice(String)
    /// Only `rule` writes entities of `type`; nobody else may.
    case writtenByRule(type: String, rule: String)
    case notFound(EntityID)
    case attributeNotFound(EntityID, String)
    case instanceNotFound(EntityID, String)
    case alreadyExists(EntityID)
    case tooManyFacts(countMax: Int)
    case invalidName(String)
    case subscriptionNotFound(String)
    case subscriptionExists(String)
    case tooManySubscriptions(countMax: Int)
}

extension BrokerError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .ruleCircle(let names):
            Problem(
                .internalError, title: "Rules form a circle",
                detail: names.joined(separator: " → "),
                remedy: "Let one of these rules read history instead of what the others write.")
        case .twoWriters(let type, let rules):
            Problem(
                .internalError, title: "Two rules write one noun",
                detail: "\(type) is written by \(rules.joined(separator: ", ")).",
                remedy: "Leave one writer for each type.")
        case .ruleNamedTwice(let name):
            Problem(
                .internalError, title: "Two rules have one name", detail: name,
                remedy: "Rename one of them.")
        case .writtenByRule(let type, let rule):
            Problem(
                .forbidden, title: "Only a rule writes this type",
                detail: "Entities of type \(type) are derived by the rule \(rule).",
                remedy: "Change what the rule reads; the result follows by itself.")
        case .notFound(let id):
            Problem(.notFound, title: "The entity is not known", detail: "\(id) does not exist.")
        case .attributeNotFound(let id, let name):
            Problem(
                .notFound, title: "The attribute is not known",
                detail: "\(id) has no such attribute: \(name).")
        case .instanceNotFound(let id, let instanceID):
            Problem(
                .notFound, title: "The instance is not known",
                detail: "\(id) has no such instance of the attribute: \(instanceID).")
        case .alreadyExists(let id):
            Problem(
                .alreadyExists, title: "The entity exists already",
                detail: "\(id) was not changed.",
                remedy: "Update the entity instead, or delete it first.")
        case .tooManyFacts(let countMax):
            Problem(
                .tooLarge, title: "Too many facts at once",
                detail: "One transaction takes at most \(countMax) facts; nothing was stored.",
                remedy: "Send them in several requests.")
        case .invalidName(let name):
            Problem(
                .badRequestData, title: "The name is not usable",
                detail: "\"\(name.prefix(80))\" is empty, too long or holds a control character.")
        case .subscriptionNotFound(let id):
            Problem(
                .notFound, title: "The subscription is not known", detail: "\(id) does not exist.")
        case .subscriptionExists(let id):
            Problem(
                .alreadyExists, title: "The subscription exists already",
                detail: "\(id) was not changed.")
        case .tooManySubscriptions(let countMax):
            Problem(
                .tooLarge, title: "Too many subscriptions",
                detail: "The city keeps at most \(countMax) subscriptions.",
                remedy: "Delete those that nobody listens to.")
        }
    }
}
