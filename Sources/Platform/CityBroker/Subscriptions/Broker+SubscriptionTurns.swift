import CityKernel
import CityStore

extension Broker {
    /// Subscriptions that speak in one round; the rest follow in the next.
    package static let turnsMax = 100

    /// Lets every subscription whose `timeInterval` has passed tell what it selects. Safe in several
    /// processes at once: each turn is taken by one of them.
    /// - Returns: how many spoke.
    @discardableResult
    package func takeSubscriptionTurns() async throws -> Int {
        let due = try await store.read { [clock] in
            try SubscriptionTableStore.entities.listDue(at: clock.now, limit: Self.turnsMax, in: $0)
        }
        for id in due { try await takeTurn(id) }
        return due.count
    }

    private func takeTurn(_ id: String) async throws {
        guard let ready = try await readySubscription(id),
            let interval = ready.subscription.timeInterval
        else { return }
        let entities = ready.isAwake(at: clock.now) ? try await entities(of: ready) : []
        try await store.write { [self] transaction in
            let now = transaction.now
            guard
                try SubscriptionTableStore.entities.takeTurn(
                    id, at: now, next: now + interval, in: transaction), !entities.isEmpty
            else { return }
            let work = BrokerTransaction(self, transaction, source: "subscription", at: nil)
            let writer = NotificationWriter(ready.subscription.form, at: now) {
                try work.entity($0)
            }
            for part in stride(from: 0, to: entities.count, by: SubscriptionMatching.entitiesMax) {
                let end = min(part + SubscriptionMatching.entitiesMax, entities.count)
                let data = try entities[part..<end].flatMap {
                    try writer.entity($0, nil, gone: [])
                }
                try SubscriptionMatching.send(writer.notification(data), to: [id], work)
            }
        }
    }

    /// Entities in one turn of a subscription.
    static let turnEntitiesMax = 10_000

    /// What the subscription selects now, in order of id.
    private func entities(of ready: ReadySubscription) async throws -> [Entity] {
        var found: [Entity] = []
        var query = ready.query
        query.limit = EntityQuery.limitMax
        while found.count < Self.turnEntitiesMax {
            let page = try await entities(query)
            found += page.entities
            guard page.entities.count == EntityQuery.limitMax else { break }
            query.offset += EntityQuery.limitMax
        }
        return found
    }
}
