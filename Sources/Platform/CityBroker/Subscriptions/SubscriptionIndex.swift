import CityKernel

/// Subscriptions by what they watch, so that a change meets only those that it may concern.
struct SubscriptionIndex: Sendable {
    private struct Place: Hashable {
        var type: String
        var attribute: String
    }

    /// Forms that several subscriptions may share.
    private struct KnownForm {
        var number: Int
        var uses: Int
    }

    /// Stands for every type or attribute; no name is like it.
    private static let any = "*"

    private var numbers: [String: Int] = [:]
    private var ready: [Int: ReadySubscription] = [:]
    private var byEntity: [EntityID: GuardedNumbers] = [:]
    private var byPlace: [Place: GuardedNumbers] = [:]
    private var forms: [NotificationForm: KnownForm] = [:]
    private var next = 1
    private var showingChanges = 0
    private var followingDeletions = 0
    private var hearingRepeats = 0

    var isEmpty: Bool { ready.isEmpty }
    var count: Int { ready.count }
    /// Whether anybody wants values as they were before.
    var wantsChanges: Bool { showingChanges > 0 }
    /// Whether anybody wants to hear of what is gone.
    var wantsDeletions: Bool { followingDeletions > 0 }
    /// Somebody hears of what is written and was so before.
    var wantsRepeats: Bool { hearingRepeats > 0 }

    /// In order of id.
    var all: [Subscription] {
        ready.values.map(\.subscription).sorted { $0.id < $1.id }
    }

    func find(_ id: String) -> ReadySubscription? { numbers[id].flatMap { ready[$0] } }

    mutating func put(_ subscription: ReadySubscription) {
        let id = subscription.subscription.id
        remove(id)
        next += 1
        let number = next
        numbers[id] = number
        ready[number] = subscription.numbered(use(subscription.subscription.form))
        count(subscription.subscription, 1)
        let guarding = QueryGuard(subscription.subscription.filter)
        edit(subscription.subscription) { $0.insert(number, guarding) }
    }

    mutating func remove(_ id: String) {
        guard let number = numbers.removeValue(forKey: id),
            let known = ready.removeValue(forKey: number)
        else { return }
        release(known.subscription.form)
        count(known.subscription, -1)
        let guarding = QueryGuard(known.subscription.filter)
        edit(known.subscription) { $0.remove(number, guarding) }
    }

    private mutating func use(_ form: NotificationForm) -> Int {
        next += 1
        forms[form, default: KnownForm(number: next, uses: 0)].uses += 1
        return forms[form]?.number ?? next
    }

    private mutating func release(_ form: NotificationForm) {
        guard var known = forms[form] else { return }
        known.uses -= 1
        forms[form] = known.uses == 0 ? nil : known
    }

    private mutating func count(_ subscription: Subscription, _ step: Int) {
        if subscription.form.showsChanges { showingChanges += step }
        if subscription.ngsiv2?.hearsRepeats == true { hearingRepeats += step }
        let followsDeletions = subscription.triggers.contains {
            $0 == .entityDeleted || $0 == .attributeDeleted || $0 == .entityUpdated
        }
        if followsDeletions { followingDeletions += step }
    }

    private mutating func edit(
        _ subscription: Subscription, _ body: (inout GuardedNumbers) -> Void
    ) {
        // Those that follow the clock are not asked at changes.
        if subscription.timeInterval != nil { return }
        // Creation and deletion concern whole entities, whatever attributes are watched.
        let wholes: Set<Subscription.Trigger> = [.entityCreated, .entityDeleted]
        let isWhole = !subscription.triggers.isDisjoint(with: wholes)
        let attributes =
            subscription.watchedAttributes.isEmpty || isWhole
            ? [Self.any] : subscription.watchedAttributes
        let selectors =
            subscription.selectors.isEmpty
            ? [EntitySelector(types: nil)] : subscription.selectors
        for selector in selectors {
            for id in selector.ids {
                body(&byEntity[id, default: .init()])
                if byEntity[id]?.isEmpty == true { byEntity[id] = nil }
            }
            guard selector.ids.isEmpty else { continue }
            // An entity that matches has at least one of the candidates.
            for type in selector.types?.candidates ?? [Self.any] {
                for attribute in attributes {
                    let place = Place(type: type, attribute: attribute)
                    body(&byPlace[place, default: .init()])
                    if byPlace[place]?.isEmpty == true { byPlace[place] = nil }
                }
            }
        }
    }

    /// In the order in which they were put.
    /// - Parameter entity: is asked for only when that tells whom the change may concern.
    func candidates(
        _ change: EntityChange, _ entity: () throws -> Entity?
    ) rethrows -> [ReadySubscription] {
        if ready.isEmpty { return [] }
        var found: Set<Int> = []
        try byEntity[change.id]?.collect(into: &found, entity)
        var attributes = change.attributes
        attributes.formUnion(change.repeatedAttributes)
        attributes.insert(Self.any)
        for type in change.types + [Self.any] {
            for attribute in attributes {
                let place = Place(type: type, attribute: attribute)
                try byPlace[place]?.collect(into: &found, entity)
            }
        }
        return found.sorted().compactMap { ready[$0] }
    }
}
