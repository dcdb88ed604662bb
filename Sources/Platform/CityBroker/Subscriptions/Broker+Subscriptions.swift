package import CityKernel
import CityStore

extension Broker {
    /// Subscriptions of one page.
    package static let subscriptionsMax = 1_000

    /// - Throws: `BrokerError.subscriptionExists`.
    package func subscribe(_ subscription: Subscription) async throws {
        let ready = try ReadySubscription(subscription)
        try await changeSubscriptions { transaction in
            try SubscriptionStore.insert(subscription, at: transaction.now, in: transaction)
        } then: {
            $0.put(ready)
        }
    }

    /// Replaces the members that `patch` names; `urn:ngsi-ld:null` deletes a member.
    /// - Throws: `BrokerError.subscriptionNotFound`, `Problem`.
    package func updateSubscription(
        _ id: String, with patch: JSONObject, _ context: LDContext
    ) async throws {
        guard let stored = try await subscription(id) else {
            throw BrokerError.subscriptionNotFound(id)
        }
        let next = try Self.patched(stored.subscription, patch, context, clock.now)
        let ready = try ReadySubscription(next)
        try await changeSubscriptions { transaction in
            try SubscriptionStore.update(next, at: transaction.now, in: transaction)
        } then: {
            $0.put(ready)
        }
    }

    /// The stored document is written in the subscriber's words, patched and read again.
    private static func patched(
        _ subscription: Subscription, _ patch: JSONObject, _ context: LDContext, _ now: Timestamp
    ) throws(Problem) -> Subscription {
        let words = context.source == nil ? subscription.context : context
        var document = subscription.document(under: words)
        for (key, value) in patch {
            switch key {
            case "@context", "createdAt", "modifiedAt", "status": break
            case "id", "@id":
                guard value.string == subscription.id else {
                    throw .badData("the id cannot be changed", at: "/id")
                }
            case "notification": document[key] = merged(document[key], value)
            default: document[key] = value.string == NGSILDCodec.null ? nil : value
            }
        }
        return try SubscriptionCodec(words).subscription(
            .object(document), id: subscription.id, now: now)
    }

    private static func merged(_ old: JSONValue?, _ new: JSONValue) -> JSONValue {
        guard var object = old?.object, let members = new.object else { return new }
        for (key, value) in members {
            object[key] = value.string == NGSILDCodec.null ? nil : value
        }
        return .object(object)
    }

    /// - Throws: `BrokerError.subscriptionNotFound`.
    package func unsubscribe(_ id: String) async throws {
        try await changeSubscriptions { transaction in
            try SubscriptionStore.delete(id, in: transaction)
        } then: {
            $0.remove(id)
        }
    }

    package func subscription(_ id: String) async throws -> StoredSubscription? {
        let contexts = contexts
        return try await store.read { try SubscriptionStore.find(id, contexts, in: $0) }
    }

    /// In order of id.
    package func subscriptions(
        limit: Int, offset: Int
    ) async throws -> (page: [StoredSubscription], count: Int) {
        let contexts = contexts
        let limit = min(limit, Self.subscriptionsMax)
        return try await store.read { connection in
            let page = try SubscriptionStore.list(
                limit: limit, offset: offset, contexts, in: connection)
            return (page, try SubscriptionStore.count(in: connection))
        }
    }

    private func changeSubscriptions(
        _ body: @escaping @Sendable (any Transaction) throws -> Void,
        then edit: @escaping @Sendable (inout SubscriptionIndex) -> Void
    ) async throws {
        try await store.write { transaction in
            try body(transaction)
            let version = try SubscriptionStore.raiseVersion(in: transaction)
            transaction.afterCommit { [self] in subscriptionBook.follow(version: version, edit) }
        }
    }
}

extension Subscription {
    /// The document with its names written under `context`.
    fileprivate func document(under context: LDContext) -> JSONObject {
        let stored = StoredSubscription(
            subscription: self, createdAt: Timestamp(microseconds: 0),
            modifiedAt: Timestamp(microseconds: 0), timesSent: 0, timesFailed: 0)
        var object =
            SubscriptionCodec(context).json(stored, at: Timestamp(microseconds: 0)).object
            ?? JSONObject()
        object["status"] = nil
        if var notification = object["notification"]?.object {
            notification["status"] = nil
            object["notification"] = .object(notification)
        }
        return object
    }
}
