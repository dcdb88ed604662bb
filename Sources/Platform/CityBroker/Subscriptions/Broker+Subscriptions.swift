package import CityKernel
import CityStore

extension Broker {
    /// Subscriptions of one page.
    package static let subscriptionsMax = 1_000
    /// Subscriptions that the city keeps.
    package static let subscriptionsKeptMax = 50_000

    /// - Throws: `BrokerError.subscriptionExists`, `BrokerError.tooManySubscriptions`.
    package func subscribe(_ subscription: Subscription) async throws {
        let ready = try ReadySubscription(subscription)
        try await checkReach(subscription.endpoint)
        try await changeSubscriptions { [self] transaction in
            let known = isAlone ? subscriptionBook.count : nil
            guard
                try known ?? SubscriptionTableStore.entities.count(in: transaction)
                    < Self.subscriptionsKeptMax
            else { throw BrokerError.tooManySubscriptions(countMax: Self.subscriptionsKeptMax) }
            try SubscriptionTableStore.entities.insert(
                subscription, at: transaction.now, in: transaction)
            try SubscriptionDistribution(self, transaction).follow(subscription)
            return { $0.put(ready) }
        }
    }

    /// Replaces the members that `patch` names; `null` or `urn:ngsi-ld:null` deletes a member (§5.8.2).
    /// - Throws: `BrokerError.subscriptionNotFound`, `Problem`.
    package func updateSubscription(
        _ id: String, with patch: JSONObject, _ context: LDContext
    ) async throws {
        let library = contexts
        let codec = SubscriptionCodec(context, library: library)
        if let written = patch["id"] ?? patch["@id"], written.string != id {
            throw Problem.badData("the id cannot be changed", at: "/id")
        }
        let words = try codec.expanded(patch)
        if let uri = words["notification"]?["endpoint"]?["uri"]?.string {
            try await checkReach(uri)
        }
        try await changeSubscriptions { [self] transaction in
            guard let stored = try SubscriptionStore.find(id, library, in: transaction) else {
                throw BrokerError.subscriptionNotFound(id)
            }
            if stored.subscription.ngsiv2 != nil { throw Self.madeByNGSIv2(id) }
            let next = try Self.patched(stored.subscription, words, library, transaction.now)
            let ready = try ReadySubscription(next)
            try SubscriptionTableStore.entities.update(next, at: transaction.now, in: transaction)
            try SubscriptionDistribution(self, transaction).follow(next)
            return { $0.put(ready) }
        }
    }

    private static func madeByNGSIv2(_ id: String) -> Problem {
        .badData(
            "this subscription was made by NGSIv2", at: "/id",
            remedy: "Change it at /v2/subscriptions/\(NGSIv2SubscriptionCodec.text(ofID: id)).")
    }

    private static func patched(
        _ subscription: Subscription, _ patch: JSONObject, _ library: ContextLibrary,
        _ now: Timestamp
    ) throws(Problem) -> Subscription {
        var document = subscription.document
        for (key, value) in patch { document[key] = value }
        // A time that was accepted once may pass; one that comes with the patch is in the future.
        let earliest = patch["expiresAt"] == nil ? Timestamp(microseconds: .min) : now
        return try SubscriptionCodec(subscription.context, library: library).read(
            document, now: earliest)
    }

    /// - Throws: `BrokerError.subscriptionNotFound`.
    package func unsubscribe(_ id: String) async throws {
        try await changeSubscriptions { [self] transaction in
            try SubscriptionTableStore.entities.delete(id, in: transaction)
            try SubscriptionDistribution(self, transaction).end(id)
            return { $0.remove(id) }
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
            return (page, try SubscriptionTableStore.entities.count(in: connection))
        }
    }

    /// The subscription as its matching knows it; read from the database only when it may have changed.
    func readySubscription(_ id: String) async throws -> ReadySubscription? {
        if isAlone {
            let found = subscriptionBook.find(id)
            if found.isKnown { return found.ready }
        }
        return try await store.read { [self] in
            try SubscriptionMatching.index(self, $0).find(id)
        }
    }

    /// - Parameter body: returns what the index follows with after the commit.
    func changeSubscriptions(
        _ body:
            @escaping @Sendable (any Transaction) throws -> (
                @Sendable (inout SubscriptionIndex) -> Void
            )
    ) async throws {
        try await store.write { transaction in
            let edit = try body(transaction)
            let version = try SubscriptionStore.raiseVersion(in: transaction)
            transaction.afterCommit { [self] in subscriptionBook.follow(version: version, edit) }
        }
    }
}
