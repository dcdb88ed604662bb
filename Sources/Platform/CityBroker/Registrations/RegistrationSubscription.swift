package import CityKernel

/// Who wants to hear of registrations (§5.11): a subscription whose `entities` and
/// `watchedAttributes` are held against what registrations say they hold.
struct RegistrationSubscription: Sendable {
    let subscription: Subscription
    /// One for each selector of entities; one of them has to match.
    private let matchers: [RegistrationMatcher]

    /// - Throws: `Problem`.
    init(_ subscription: Subscription, _ library: ContextLibrary) throws {
        self.subscription = subscription
        var query = RegistrationQuery()
        query.scope.attributes = Set(subscription.watchedAttributes)
        query.filter = try Self.filter(subscription, library)
        query.geo = subscription.geo
        query.scopes = subscription.scopes
        try query.readTime(subscription.document["temporalQ"])
        var matchers: [RegistrationMatcher] = []
        for selector in subscription.selectors {
            query.scope.types = selector.types?.candidates ?? []
            query.scope.ids = selector.ids
            query.scope.idPattern = selector.idPattern
            matchers.append(try RegistrationMatcher(query))
        }
        if matchers.isEmpty { matchers = [try RegistrationMatcher(query)] }
        self.matchers = matchers
    }

    private static func filter(
        _ subscription: Subscription, _ library: ContextLibrary
    ) throws -> QueryExpression? {
        guard let text = subscription.document["csf"]?.string else { return nil }
        let words = try library.context(subscription.document[SubscriptionCodec.queryContext])
        return try QueryParser.parse(text, words)
    }

    /// Positions of the information that matches; `nil` when none does.
    func match(_ ready: ReadyRegistration) throws(Problem) -> [Int]? {
        var found: Set<Int> = []
        for matcher in matchers {
            if let match = try matcher.match(ready) { found.formUnion(match.information) }
        }
        return found.isEmpty ? nil : found.sorted()
    }

    func isAwake(at now: Timestamp) -> Bool {
        subscription.isActive && (subscription.expiresAt.map { $0 > now } ?? true)
    }
}

extension RegistrationQuery {
    /// The `temporalQ` of a document (§5.2.21).
    /// - Throws: `Problem`.
    package mutating func readTime(_ json: JSONValue?) throws(Problem) {
        guard let json else { return }
        let place = "/temporalQ"
        switch json["timeproperty"]?.string {
        case nil, "observedAt": timeProperty = .observed
        case "createdAt", "modifiedAt", "deletedAt": timeProperty = .managed
        default: throw .badData("this is not a timeproperty", at: place)
        }
        func instant(_ name: String) throws(Problem) -> Timestamp {
            guard let time = json[name]?.string.flatMap({ Timestamp(iso8601: $0) }) else {
                throw .badData("\(name) is a date and time", at: place)
            }
            return time
        }
        switch json["timerel"]?.string {
        case "before": time = .before(try instant("timeAt"))
        case "after": time = .after(try instant("timeAt"))
        case "between": time = .between(try instant("timeAt"), try instant("endTimeAt"))
        default: throw .badData("timerel is before, after or between", at: place)
        }
    }
}

/// Why a registration is told of (§5.2.36).
enum RegistrationTrigger: String {
    case newlyMatching, updated, noLongerMatching
}
