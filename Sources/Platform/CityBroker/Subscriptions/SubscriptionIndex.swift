import CityKernel
import CityPlaces
import Synchronization

/// A subscription made ready: patterns compiled, geometry prepared.
struct ReadySubscription: Sendable {
    let subscription: Subscription
    private let filter: QueryFilter?
    private let geo: SpatialFilter?
    private let patterns: [String: TextPattern]

    init(_ subscription: Subscription) throws(Problem) {
        self.subscription = subscription
        if let expression = subscription.filter {
            filter = try QueryFilter(expression)
        } else {
            filter = nil
        }
        if let query = subscription.geo {
            geo = try SpatialFilter(query.spatialRelation, query.geometry)
        } else {
            geo = nil
        }
        var patterns: [String: TextPattern] = [:]
        for selector in subscription.selectors {
            if let text = selector.idPattern { patterns[text] = try TextPattern(text) }
        }
        self.patterns = patterns
    }

    /// Whether the change is of the kind, and of the things, that the subscriber asked for.
    func wants(_ change: EntityChange, at now: Timestamp) -> Bool {
        guard subscription.isActive, subscription.expiresAt.map({ $0 > now }) ?? true else {
            return false
        }
        return isTriggered(by: change) && selects(change)
    }

    private func isTriggered(by change: EntityChange) -> Bool {
        func watches(_ names: [String]) -> Bool {
            subscription.watchedAttributes.isEmpty
                ? !names.isEmpty : names.contains(where: subscription.watchedAttributes.contains)
        }
        return subscription.triggers.contains { trigger in
            switch trigger {
            case .entityCreated: change.isCreated && !change.isDeleted
            case .entityUpdated:
                !change.isCreated && !change.isDeleted
                    && (watches(change.createdAttributes) || watches(change.updatedAttributes)
                        || watches(change.deletedAttributes))
            case .entityDeleted: change.isDeleted
            case .attributeCreated: !change.isDeleted && watches(change.createdAttributes)
            case .attributeUpdated: !change.isDeleted && watches(change.updatedAttributes)
            case .attributeDeleted: !change.isDeleted && watches(change.deletedAttributes)
            }
        }
    }

    private func selects(_ change: EntityChange) -> Bool {
        if subscription.selectors.isEmpty { return true }
        return subscription.selectors.contains { selector in
            (selector.type.map(change.types.contains) ?? true)
                && (selector.id.map { $0 == change.id } ?? true)
                && (selector.idPattern.map { patterns[$0]?.matches(change.id.text) ?? false }
                    ?? true)
        }
    }

    /// Whether the entity as it is now meets `q` and `geoQ`.
    func accepts(_ entity: Entity) -> Bool {
        guard filter?.matches(entity) ?? true else { return false }
        guard let geo, let query = subscription.geo else { return true }
        return entity.attributes.contains { named in
            guard named.name == query.attribute, let place = named.attribute.geometry else {
                return false
            }
            // A stored place whose numbers are damaged lies nowhere.
            return (try? geo.matches(place)) ?? false
        }
    }
}

/// Which subscriptions a change can concern, found without looking at the others.
struct SubscriptionIndex: Sendable {
    /// Stands for "any type" and "any attribute".
    private static let any = ""

    private struct Place: Hashable {
        var type: String
        var attribute: String
    }

    private var ready: [String: ReadySubscription] = [:]
    private var byPlace: [Place: Set<String>] = [:]
    private var byEntity: [EntityID: Set<String>] = [:]

    var isEmpty: Bool { ready.isEmpty }

    mutating func put(_ subscription: ReadySubscription) {
        remove(subscription.subscription.id)
        ready[subscription.subscription.id] = subscription
        edit(subscription.subscription) { $0.insert(subscription.subscription.id) }
    }

    mutating func remove(_ id: String) {
        guard let known = ready.removeValue(forKey: id) else { return }
        edit(known.subscription) { $0.remove(id) }
    }

    private mutating func edit(_ subscription: Subscription, _ body: (inout Set<String>) -> Void) {
        // Creation and deletion concern whole entities, whatever attributes are watched.
        let wholes: Set<Subscription.Trigger> = [.entityCreated, .entityDeleted]
        let isWhole = !subscription.triggers.isDisjoint(with: wholes)
        let attributes =
            subscription.watchedAttributes.isEmpty || isWhole
            ? [Self.any] : subscription.watchedAttributes
        let selectors =
            subscription.selectors.isEmpty ? [Subscription.Selector()] : subscription.selectors
        for selector in selectors {
            if let id = selector.id {
                body(&byEntity[id, default: []])
                if byEntity[id]?.isEmpty == true { byEntity[id] = nil }
                continue
            }
            for attribute in attributes {
                let place = Place(type: selector.type ?? Self.any, attribute: attribute)
                body(&byPlace[place, default: []])
                if byPlace[place]?.isEmpty == true { byPlace[place] = nil }
            }
        }
    }

    /// In order of id.
    func candidates(_ change: EntityChange) -> [ReadySubscription] {
        if ready.isEmpty { return [] }
        var ids = byEntity[change.id] ?? []
        let attributes = change.attributes.union([Self.any])
        for type in change.types + [Self.any] {
            for attribute in attributes {
                if let found = byPlace[Place(type: type, attribute: attribute)] {
                    ids.formUnion(found)
                }
            }
        }
        return ids.sorted().compactMap { ready[$0] }
    }
}

/// The index as of one version of the table.
final class SubscriptionBook: Sendable {
    private struct State {
        var version: Int64?
        var index = SubscriptionIndex()
    }

    private let state = Mutex(State())

    /// `nil` when it has to be read (again).
    func index(version: Int64?) -> SubscriptionIndex? {
        state.withLock { state in
            guard let known = state.version, version == nil || version == known else { return nil }
            return state.index
        }
    }

    func load(_ subscriptions: [Subscription], version: Int64) -> SubscriptionIndex {
        var index = SubscriptionIndex()
        for subscription in subscriptions {
            // What was accepted once is ready again; a stricter program leaves the rest silent.
            if let ready = try? ReadySubscription(subscription) { index.put(ready) }
        }
        state.withLock { state in
            state.index = index
            state.version = version
        }
        return index
    }

    /// Follows one committed change, unless others came between: then the next write reads again.
    func follow(version: Int64, _ edit: @Sendable (inout SubscriptionIndex) -> Void) {
        state.withLock { state in
            guard state.version == version - 1 else {
                state.version = nil
                return
            }
            edit(&state.index)
            state.version = version
        }
    }
}
