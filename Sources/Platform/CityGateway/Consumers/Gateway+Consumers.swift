package import CityIdentity
import CityKernel
import CityStore

// MARK: - Consumers, their keys and subscriptions

extension Gateway {
    /// A consumer with what belongs to it.
    package struct Account: Sendable, Hashable {
        package var consumer: Consumer
        package var subscriptions: [ProductSubscription]
        package var keys: [DeviceKey]
    }

    /// The newest first.
    package func listConsumers() async throws -> [Consumer] {
        try await store.read { try GatewayStore.listConsumers(in: $0) }
    }

    /// `nil` when there is none.
    package func findAccount(_ id: Int64) async throws -> Account? {
        let found = try await store.read { connection in
            try GatewayStore.findConsumer(id, in: connection).map { consumer in
                (
                    consumer, try GatewayStore.listSubscriptions(of: id, in: connection),
                    Set(try GatewayStore.listKeyIDs(of: id, in: connection))
                )
            }
        }
        guard let (consumer, subscriptions, ids) = found else { return nil }
        let keys = try await identity.listKeys().filter { ids.contains($0.id) }
        return Account(consumer: consumer, subscriptions: subscriptions, keys: keys)
    }

    /// Subscribes a consumer to a product, or puts it on another plan.
    /// - Throws: `IdentityError.forbidden`; `Problem` for a product or plan that does not exist.
    package func subscribe(
        _ consumerID: Int64, to product: String, plan: RatePlan, by actor: Principal
    ) async throws {
        try actor.require(.manageKeys)
        guard APIProduct.find(product) != nil, plan != .anyone else {
            throw Problem(
                .badRequestData, title: "The product or the plan does not exist",
                detail: "\(product.prefix(80)) on the plan \(plan.rawValue).")
        }
        let author = actor.actor
        try await store.write { transaction in
            try GatewayStore.subscribe(consumerID, product, plan, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: author, action: "product.subscribe", noun: "consumer:\(consumerID)",
                    detail: "\(product) plan=\(plan.rawValue)"), in: transaction)
        }
        forgetPlans()
    }

    /// - Throws: `IdentityError.forbidden`; `Problem` when there is no such subscription.
    package func endSubscription(
        _ consumerID: Int64, of product: String, by actor: Principal
    ) async throws {
        try actor.require(.manageKeys)
        let author = actor.actor
        let isEnded = try await store.write { transaction in
            guard
                try GatewayStore.endSubscription(consumerID, product, in: transaction)
            else { return false }
            try Identity.record(
                AuditEntry(
                    actor: author, action: "product.end", noun: "consumer:\(consumerID)",
                    detail: product), in: transaction)
            return true
        }
        forgetPlans()
        guard isEnded else {
            throw Problem(
                .notFound, title: "There is no such subscription",
                detail: "The consumer does not use \(product.prefix(80)).")
        }
    }

    private func forgetPlans() {
        ring.forget()
        neighbours.forget()
    }

    /// - Throws: `IdentityError.forbidden`, `.unknownKey`.
    package func revokeKey(_ id: Int64, by actor: Principal) async throws {
        try actor.require(.manageKeys)
        // Before the key itself: whatever happens between, the key opens no more than it should.
        try await store.write { try GatewayStore.removeClientKey(id, in: $0) }
        try await identity.revokeKey(id, by: actor)
        ring.forget()
    }
}
