import CityKernel
import CityStore
import Logging

/// Puts a notification into the outbox for each subscription that a transaction concerns.
struct SubscriptionMatching {
    /// Entities in one notification; more follow in the next.
    private static let entitiesMax = 1_000

    private let work: BrokerTransaction
    private let index: SubscriptionIndex

    init(_ work: BrokerTransaction) throws {
        self.work = work
        index = try Self.index(work)
    }

    /// Other processes may have changed subscriptions, so that the version is asked for; alone on the
    /// database, the book follows every change itself.
    private static func index(_ work: BrokerTransaction) throws -> SubscriptionIndex {
        let broker = work.broker
        let isAlone = broker.entities != nil
        let version = isAlone ? nil : try SubscriptionStore.version(in: work.transaction)
        if let known = broker.subscriptionBook.index(version: version) { return known }
        let current = try version ?? SubscriptionStore.version(in: work.transaction)
        let all = try SubscriptionStore.listAll(broker.contexts, in: work.transaction)
        if !all.unreadable.isEmpty {
            broker.logger.error(
                "subscriptions cannot be read",
                metadata: ["subscriptions": "\(all.unreadable.joined(separator: " "))"])
        }
        return broker.subscriptionBook.load(all.subscriptions, version: current)
    }

    func run(over changes: [EntityChange]) throws {
        guard !index.isEmpty else { return }
        var order: [ReadySubscription] = []
        var data: [String: [JSONValue]] = [:]
        for change in changes {
            let wanting = index.candidates(change).filter { $0.wants(change, at: work.now) }
            if wanting.isEmpty { continue }
            let entity = try work.entity(change.id)
            for ready in wanting {
                guard let json = json(change, entity, for: ready) else { continue }
                if data[ready.subscription.id] == nil { order.append(ready) }
                data[ready.subscription.id, default: []].append(json)
            }
        }
        for ready in order {
            try queue(data[ready.subscription.id] ?? [], for: ready.subscription)
        }
    }

    /// - Returns: `nil` when the entity as it is now does not meet the conditions.
    private func json(
        _ change: EntityChange, _ entity: Entity?, for ready: ReadySubscription
    ) -> JSONValue? {
        let subscription = ready.subscription
        let codec = NGSILDCodec(subscription.context)
        guard let entity else {
            let gone = Entity(id: change.id, types: change.types)
            var object = codec.head(gone)
            object.append("deletedAt", .string(work.now.iso8601))
            return .object(object)
        }
        guard ready.accepts(entity) else { return nil }
        var told = entity
        if !subscription.notifiedAttributes.isEmpty {
            told.attributes.removeAll { !subscription.notifiedAttributes.contains($0.name) }
        }
        return codec.json(told, subscription.representation)
    }

    private func queue(_ data: [JSONValue], for subscription: Subscription) throws {
        if let throttling = subscription.throttling {
            let last = try SubscriptionStore.queuedAt(subscription.id, in: work.transaction)
            if let last, work.now.since(last) < throttling { return }
            try SubscriptionStore.noteQueued(
                subscription.id, at: work.now, in: work.transaction)
        }
        var start = 0
        while start < data.count {
            let end = min(start + Self.entitiesMax, data.count)
            try send(Array(data[start..<end]), to: subscription)
            start = end
        }
    }

    private func send(_ data: [JSONValue], to subscription: Subscription) throws {
        let id = "urn:ngsi-ld:Notification:" + work.broker.nextToken()
        var notification = JSONObject([
            ("id", .string(id)), ("type", "Notification"),
            ("subscriptionId", .string(subscription.id)),
            ("notifiedAt", .string(work.now.iso8601)), ("data", .array(data)),
        ])
        if subscription.endpoint.media == .jsonLD {
            notification.append(
                "@context", subscription.context.source ?? .string(CoreContext.url))
        }
        try work.transaction.send(
            OutboxMessage(
                kind: NotificationSender.kind, receiver: subscription.id, idempotencyKey: id,
                payload: JSONValue.object(notification).bytes))
    }
}
