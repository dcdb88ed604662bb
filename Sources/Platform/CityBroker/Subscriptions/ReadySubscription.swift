import CityKernel

/// A subscription made ready: patterns compiled, geometry prepared. A class, since it is passed on at
/// every notification and has much to copy.
final class ReadySubscription: Sendable {
    let subscription: Subscription
    /// Asked first, since it needs no more than what a change knows.
    private let selection: EntityMatcher
    private let conditions: EntityMatcher
    private let hasConditions: Bool
    /// The same for subscriptions whose notifications look alike; given by the index.
    let formNumber: Int

    init(_ subscription: Subscription) throws(Problem) {
        self.subscription = subscription
        formNumber = 0
        var selection = EntityQuery()
        selection.selectors = subscription.selectors
        self.selection = try EntityMatcher(selection)
        var conditions = EntityQuery()
        conditions.filter = subscription.filter
        conditions.geo = subscription.geo
        conditions.scopes = subscription.scopes
        self.conditions = try EntityMatcher(conditions)
        hasConditions = conditions != EntityQuery()
    }

    private init(_ ready: ReadySubscription, formNumber: Int) {
        subscription = ready.subscription
        selection = ready.selection
        conditions = ready.conditions
        hasConditions = ready.hasConditions
        self.formNumber = formNumber
    }

    func numbered(_ formNumber: Int) -> ReadySubscription {
        ReadySubscription(self, formNumber: formNumber)
    }

    /// Everything that the subscriber selects now.
    var query: EntityQuery {
        var query = EntityQuery()
        query.select(subscription.selectors)
        query.filter = subscription.filter
        query.geo = subscription.geo
        query.scopes = subscription.scopes
        return query
    }

    /// Whether anybody is told at `now`.
    func isAwake(at now: Timestamp) -> Bool {
        subscription.isActive && subscription.expiresAt.map { $0 > now } ?? true
    }

    /// Whether the change is of the kind, and of the things, that the subscriber asked for.
    func wants(_ change: EntityChange, at now: Timestamp) -> Bool {
        guard isAwake(at: now), isTriggered(by: change) else { return false }
        if subscription.selectors.isEmpty { return true }
        let known = Entity(id: change.id, types: change.types)
        // Without a look-up a selection reads nothing that could fail.
        return (try? selection.matches(known) { _ in nil }) ?? false
    }

    func watches(_ name: String) -> Bool {
        subscription.watchedAttributes.isEmpty || subscription.watchedAttributes.contains(name)
    }

    /// Whether the change is more than the subscriber wants to be left alone with.
    func minds(_ change: EntityChange, _ entity: Entity) -> Bool {
        subscription.ngsiv2?.isMoreThanMetadata(change, entity, watches: watches) ?? true
    }

    private func isTriggered(by change: EntityChange) -> Bool {
        if let terms = subscription.ngsiv2 {
            return terms.isTriggered(by: change, watches: watches)
        }
        return subscription.triggers.contains { trigger in
            switch trigger {
            case .entityCreated: change.isCreated && !change.isDeleted
            case .entityUpdated:
                !change.isCreated && !change.isDeleted
                    && (change.createdAttributes.contains(where: watches)
                        || change.updatedAttributes.contains(where: watches)
                        || change.deletedAttributes.contains(where: watches))
            case .entityDeleted: change.isDeleted
            case .attributeCreated:
                !change.isDeleted && change.createdAttributes.contains(where: watches)
            case .attributeUpdated:
                !change.isDeleted && change.updatedAttributes.contains(where: watches)
            case .attributeDeleted: change.deletedAttributes.contains(where: watches)
            }
        }
    }

    /// Whether the entity meets `q`, `geoQ` and `scopeQ`.
    func accepts(_ entity: Entity, _ lookUp: QueryFilter.LookUp) throws -> Bool {
        try !hasConditions || conditions.matches(entity, lookUp)
    }
}
