package import CityKernel
import CityStore

extension Broker {
    /// Subscriptions that were made by NGSIv2, in order of creation.
    /// - Parameter servicePath: only those made under it; `nil` for all.
    package func ngsiv2Subscriptions(
        servicePath: String?
    ) async throws -> [StoredSubscription] {
        let contexts = contexts
        return try await store.read { connection in
            try SubscriptionStore.listNGSIv2(contexts, in: connection).filter {
                servicePath == nil || $0.subscription.ngsiv2?.servicePath ?? "/" == servicePath
            }
        }
    }

    /// Makes an id as NGSIv2 clients expect it: 24 hexadecimal digits that rise with time.
    package func nextNGSIv2ID() -> String {
        func digits(_ number: UInt64, _ count: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, count - text.count)) + text.suffix(count)
        }
        let seconds = UInt64(max(0, now.microseconds / 1_000_000))
        return digits(seconds, 8) + digits(UInt64.random(in: .min ... .max), 16)
    }

    /// Replaces the members that `patch` names.
    /// - Throws: `BrokerError.subscriptionNotFound`, `Problem`.
    package func updateNGSIv2Subscription(
        _ id: String, with patch: JSONObject
    ) async throws {
        let library = contexts
        if let notification = patch["notification"]?.object {
            try await checkReach(try NGSIv2TargetReader(notification).target())
        }
        try await changeSubscriptions { transaction in
            guard let stored = try SubscriptionStore.find(id, library, in: transaction),
                let terms = stored.subscription.ngsiv2
            else { throw BrokerError.subscriptionNotFound(id) }
            let document = NGSIv2SubscriptionCodec.patched(terms.document, with: patch)
            let next = try NGSIv2SubscriptionCodec.subscription(
                .object(document), id: id, service: terms.service,
                servicePath: terms.servicePath)
            let ready = try ReadySubscription(next)
            try SubscriptionTableStore.entities.update(next, at: transaction.now, in: transaction)
            // Whoever sets the status begins anew.
            if patch["status"] != nil {
                try SubscriptionStore.beginAnew(id, in: transaction)
            }
            return { $0.put(ready) }
        }
    }
}
