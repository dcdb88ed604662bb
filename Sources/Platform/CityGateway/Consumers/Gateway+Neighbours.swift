package import CityIdentity
import CityKernel
import CityStore

/// 近隣の市 as the gateway knows it.
package struct NeighbourAccount: Sendable, Hashable {
    /// As in `city.yaml`.
    package var id: String
    package var name: String
    /// What it gets when it is seen first; staff change it later like that of any consumer.
    package var products: [APIProduct]

    package init(id: String, name: String, products: [APIProduct]) {
        self.id = id
        self.name = name
        self.products = products
    }
}

/// What a neighbour's certificate opens.
struct NeighbourEntry: Sendable, Hashable {
    var consumerID: Int64
    var plans: [String: RatePlan]
}

extension Gateway {
    /// Makes a consumer of each neighbour that has none. A product that `accounts` adds is
    /// subscribed to; one that staff have ended stays ended.
    package func openAccounts(_ accounts: [NeighbourAccount]) async throws {
        try await store.write { transaction in
            for account in accounts {
                let consumer = try Self.consumer(of: account, in: transaction)
                let known = try GatewayStore.listSubscriptions(of: consumer, in: transaction)
                for product in account.products
                where !known.contains(where: { $0.product == product.name }) {
                    try GatewayStore.subscribe(consumer, product.name, .large, in: transaction)
                }
            }
        }
        neighbours.forget()
    }

    private static func consumer(
        of account: NeighbourAccount, in transaction: any Transaction
    ) throws -> Int64 {
        if let known = try GatewayStore.findConsumerID(ofNeighbour: account.id, in: transaction) {
            return known
        }
        let made = try GatewayStore.addConsumer(
            account.name, organisation: account.name, contact: "neighbour:\(account.id)",
            in: transaction)
        try GatewayStore.addNeighbour(account.id, made, in: transaction)
        try Identity.record(
            AuditEntry(
                actor: "operator", action: "neighbour.open", noun: "consumer:\(made)",
                detail: account.id), in: transaction)
        return made
    }

    /// Decides whether a call of a neighbour may go on, and counts it.
    /// - Parameter scope: what `city.yaml` lets it do at most.
    /// - Throws: `AdmissionRefusal`.
    package func admit(
        neighbour id: String, scope: DeviceKey.Scope, to product: APIProduct
    ) async throws -> Admission {
        let entry = try await neighbours.find(id) { try await read(neighbour: id) }
        guard let entry, let plan = entry.plans[product.name] else {
            throw AdmissionRefusal(
                problem: Problem(
                    .forbidden, title: "This product is not open to the neighbour",
                    detail: "\(id) is not subscribed to \(product.name).",
                    remedy: "Ask the staff of this city for the product."))
        }
        let state = try await take(
            .init(caller: "consumer:\(entry.consumerID)", product: product.name), plan,
            usage: (entry.consumerID, product))
        return Admission(
            principal: .neighbour(id: id, scope: scope), product: product,
            consumerID: entry.consumerID, limits: state)
    }

    private func read(neighbour id: String) async throws -> NeighbourEntry? {
        try await store.read { connection in
            guard let consumer = try GatewayStore.findConsumerID(ofNeighbour: id, in: connection)
            else { return nil }
            let holding = try GatewayStore.listSubscriptions(of: consumer, in: connection)
                .filter { $0.endedAt == nil }
            return NeighbourEntry(
                consumerID: consumer,
                plans: Dictionary(uniqueKeysWithValues: holding.map { ($0.product, $0.plan) }))
        }
    }
}
