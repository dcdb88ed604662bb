import CityKernel
import CityStore
import Logging

/// Puts a notification into the outbox for each subscription that a transaction concerns.
///
/// What is written for one form of notification is written once, however many subscribe to it.
final class SubscriptionMatching {
    /// Entities in one notification; more follow in the next.
    static let entitiesMax = 1_000

    /// How one change looks to all subscriptions of one form.
    private struct Look: Hashable {
        var change: Int
        var form: Int
        /// Names of deleted attributes that are told; `nil` while nothing was deleted.
        var told: [String]?
    }

    /// Subscriptions whose notifications have the same bytes.
    private struct Audience {
        var looks: [Look]
        var subscriptions: [ReadySubscription]
    }

    /// The entity of a change, as it is or as it was before it was deleted; read once, when asked for.
    private final class Subject {
        private let work: BrokerTransaction
        private let change: EntityChange
        private var known: Entity??

        init(_ work: BrokerTransaction, _ change: EntityChange) {
            self.work = work
            self.change = change
        }

        func entity() throws -> Entity? {
            if let known { return known }
            let found = change.isDeleted ? change.deletedEntity : try work.entity(change.id)
            known = .some(found)
            return found
        }
    }

    private let work: BrokerTransaction
    private let index: SubscriptionIndex
    private var pieces: [Look: [JSONValue]] = [:]

    init(_ work: BrokerTransaction) throws {
        self.work = work
        index = try work.subscriptions()
    }

    /// The book follows every change of this process, and is forgotten when another one has written; a
    /// reader beside other processes asks for the version.
    static func index(
        _ broker: Broker, _ connection: any Connection
    ) throws -> SubscriptionIndex {
        let isWriter = connection is any Transaction
        let version =
            broker.isAlone || isWriter ? nil : try SubscriptionStore.version(in: connection)
        if let known = broker.subscriptionBook.index(version: version) { return known }
        let current = try version ?? SubscriptionStore.version(in: connection)
        let all = try SubscriptionStore.listAll(broker.contexts, in: connection)
        if !all.unreadable.isEmpty {
            broker.logger.error(
                "subscriptions cannot be read",
                metadata: ["subscriptions": "\(all.unreadable.joined(separator: " "))"])
        }
        // Writers come one after the other; a reader's snapshot may be older than what is known.
        return broker.subscriptionBook.load(
            all.subscriptions, version: current, isKept: isWriter)
    }

    func run(over changes: [EntityChange]) throws {
        guard !index.isEmpty else { return }
        var order: [ReadySubscription] = []
        var looks: [String: [Look]] = [:]
        for (place, change) in changes.enumerated() {
            let subject = Subject(work, change)
            let wanting = try index.candidates(change) { try subject.entity() }
                .filter { $0.wants(change, at: work.now) }
            if wanting.isEmpty { continue }
            guard let entity = try subject.entity() else { continue }
            let present = change.isDeleted ? nil : entity
            for ready in wanting
            where try ready.minds(change, entity) && ready.accepts(entity, work.entity) {
                let told = Self.told(change, present, to: ready)
                let look = Look(
                    change: place, form: ready.formNumber, told: told?.map(\.name))
                if pieces[look] == nil {
                    pieces[look] = try piece(entity, change, told ?? [], ready)
                }
                let id = ready.subscription.id
                if looks[id] == nil { order.append(ready) }
                looks[id, default: []].append(look)
            }
        }
        for audience in audiences(order, looks) { try tell(audience) }
    }

    /// Deleted instances that the subscriber hears of; `nil` when nothing was deleted.
    private static func told(
        _ change: EntityChange, _ entity: Entity?, to ready: ReadySubscription
    ) -> [NamedAttribute]? {
        if change.deletedAttributes.isEmpty, !change.isDeleted { return nil }
        let subscription = ready.subscription
        let triggers = subscription.triggers
        let hears =
            triggers.contains(.attributeDeleted)
            || (change.isDeleted
                ? subscription.form.showsChanges : triggers.contains(.entityUpdated))
        guard hears else { return [] }
        return change.before.filter { named in
            change.deletedAttributes.contains(named.name) && ready.watches(named.name)
                && !(entity?.attributes.contains {
                    $0.name == named.name && $0.attribute.datasetID == named.attribute.datasetID
                } ?? false)
        }
    }

    private func piece(
        _ entity: Entity, _ change: EntityChange, _ told: [NamedAttribute],
        _ ready: ReadySubscription
    ) throws -> [JSONValue] {
        if let form = ready.subscription.form.ngsiv2 {
            return [NGSIv2NotificationWriter(form: form).piece(entity, change)]
        }
        let writer = writer(for: ready)
        return change.isDeleted
            ? [writer.deleted(entity, gone: told)]
            : try writer.entity(entity, change, gone: told)
    }

    private func writer(for ready: ReadySubscription) -> NotificationWriter {
        NotificationWriter(ready.subscription.form, at: work.now) { [work] in
            try work.entity($0)
        }
    }

    /// Subscriptions that hear the same, in the order in which they were first concerned.
    private func audiences(
        _ order: [ReadySubscription], _ looks: [String: [Look]]
    ) -> [Audience] {
        var audiences: [Audience] = []
        var places: [[Look]: Int] = [:]
        for ready in order {
            let heard = looks[ready.subscription.id] ?? []
            if let place = places[heard] {
                audiences[place].subscriptions.append(ready)
            } else {
                places[heard] = audiences.count
                audiences.append(Audience(looks: heard, subscriptions: [ready]))
            }
        }
        return audiences
    }

    private func tell(_ audience: Audience) throws {
        let subscriptions = try audience.subscriptions.filter(mayTell)
        guard let first = subscriptions.first else { return }
        let data = audience.looks.flatMap { pieces[$0] ?? [] }
        let receivers = subscriptions.map(\.subscription.id)
        if let form = first.subscription.form.ngsiv2 {
            for payload in NGSIv2NotificationWriter(form: form).payloads(data) {
                try Self.send(payload, to: receivers, work)
            }
            return
        }
        let writer = writer(for: first)
        for start in stride(from: 0, to: data.count, by: Self.entitiesMax) {
            let part = Array(data[start..<min(start + Self.entitiesMax, data.count)])
            try Self.send(writer.notification(part), to: receivers, work)
        }
    }

    /// Whether the span that the subscriber wants to have between two notifications has passed, and
    /// what became of the earlier ones does not silence it.
    private func mayTell(_ ready: ReadySubscription) throws -> Bool {
        let (throttling, terms) = (ready.subscription.throttling, ready.subscription.ngsiv2)
        guard throttling != nil || terms?.isCounted == true else { return true }
        let id = ready.subscription.id
        let past = try SubscriptionStore.past(of: id, in: work.transaction)
        if let last = past.queuedAt {
            if terms?.isOneShot == true { return false }
            if let throttling, work.now.since(last) < throttling { return false }
        }
        if let most = terms?.failsMax, past.failsInRow > most { return false }
        try SubscriptionStore.noteQueued(id, at: work.now, in: work.transaction)
        return true
    }

    static func send(
        _ payload: [UInt8], to receivers: [String], _ work: BrokerTransaction
    ) throws {
        let addressed = receivers.map {
            (receiver: $0, key: "urn:ngsi-ld:Notification:" + work.broker.nextToken())
        }
        guard addressed.count == 1 else {
            return try work.transaction.send(
                OutboxCircular(
                    kind: NotificationSender.kind, receivers: addressed.map { ($0, $1) },
                    payload: payload))
        }
        try work.transaction.send(
            OutboxMessage(
                kind: NotificationSender.kind, receiver: addressed[0].receiver,
                idempotencyKey: addressed[0].key, payload: payload))
    }
}
