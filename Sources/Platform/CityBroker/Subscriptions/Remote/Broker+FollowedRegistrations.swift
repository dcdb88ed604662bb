import CityKernel
import CityStore

extension Broker {
    /// For each subscription that is passed on, the subscription to registrations by which the city
    /// follows who else holds what is asked for (§5.8.1.4). They come and go with it.
    package func followedRegistrations() async throws -> [StoredSubscription] {
        let contexts = contexts
        let stored = try await store.read { connection in
            try RemoteSubscriptionStore.subscriptions(
                limit: Self.registrationSubscriptionsMax, in: connection
            ).compactMap { try SubscriptionStore.find($0, contexts, in: connection) }
        }
        return stored.map(Self.following)
    }

    private static let kept: Set<String> = [
        "type", "entities", "watchedAttributes", "csf", "isActive", "expiresAt",
        SubscriptionCodec.queryContext,
    ]

    private static func following(_ stored: StoredSubscription) -> StoredSubscription {
        var following = stored
        let reach = stored.subscription.reach
        following.subscription.id += ":sources"
        let uri = (reach?.address ?? "") + RemoteSubscriptionDocument.path
        var document = JSONObject([
            ("id", .string(following.subscription.id)),
            ("notification", ["endpoint": ["uri": .string(uri)]]),
        ])
        for (key, value) in stored.subscription.document where kept.contains(key) {
            document.append(key, value)
        }
        following.subscription.document = document
        following.timesSent = 0
        return following
    }
}
