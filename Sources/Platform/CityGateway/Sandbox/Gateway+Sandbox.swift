package import CityIdentity
import CityKernel
import CityStore

/// 練習の街: a tenant that anybody may write to with a key that opens nothing else.
package enum Sandbox {
    /// The tenant's name in `NGSILD-Tenant` and `Fiware-Service`.
    package static let tenant = "sandbox"
    package static let keyLife = Duration.days(7)
    /// Keys that are alive at a time; a further one is refused.
    package static let keysMax = 2_000

    /// Doors that have tenants: only those does a key of the practice city open.
    static let products = [APIProduct.contextRead, .contextWrite, .subscriptions]
}

extension Gateway {
    /// A key of the practice city, for whoever asks.
    /// - Throws: `Problem` when too many are alive.
    package func issueSandboxKey() async throws -> SecretToken {
        let token = SecretToken(random: random)
        try await store.write { transaction in
            let now = transaction.now
            try GatewayStore.forgetSandboxKeys(before: now, in: transaction)
            guard try GatewayStore.countSandboxKeys(in: transaction) < Sandbox.keysMax else {
                throw Problem(
                    .tooManyRequests, title: "Too many keys of the practice city are alive",
                    detail: "\(Sandbox.keysMax) were given out this week.",
                    remedy: "Use the key that you have, or ask again tomorrow.")
            }
            try GatewayStore.addSandboxKey(
                token.hash, until: now + Sandbox.keyLife, in: transaction)
        }
        return token
    }

    func readSandboxKey(_ token: SecretToken) async throws -> KeyEntry? {
        let hash = token.hash
        guard
            let expiry = try await store.read({
                try GatewayStore.findSandboxKey(hash, in: $0)
            })
        else { return nil }
        let key = DeviceKey(
            id: 0, name: Sandbox.tenant, scope: .write, createdAt: expiry - Sandbox.keyLife,
            expiresAt: expiry)
        return KeyEntry(key: key, consumerID: nil, plans: [:], isSandbox: true)
    }

    /// - Parameter tenant: as the request names it.
    /// - Throws: `AdmissionRefusal`.
    func admitToSandbox(
        _ entry: KeyEntry, _ token: SecretToken?, to product: APIProduct, tenant: String?
    ) async throws -> Admission {
        guard tenant == Sandbox.tenant, Sandbox.products.contains(product) else {
            throw AdmissionRefusal(
                problem: Problem(
                    .forbidden, title: "This key opens the practice city only",
                    detail: "The request is not for the tenant \(Sandbox.tenant).",
                    remedy: "Send NGSILD-Tenant: \(Sandbox.tenant) with /ngsi-ld/v1, or "
                        + "Fiware-Service: \(Sandbox.tenant) with /v2."))
        }
        let caller = "sandbox:" + (token?.hash.prefix(8).map { String($0) }.joined() ?? "")
        let state = try await take(
            .init(caller: caller, product: product.name), .anyone, usage: nil)
        return Admission(
            principal: .device(entry.key), product: product, consumerID: 0, limits: state)
    }
}
