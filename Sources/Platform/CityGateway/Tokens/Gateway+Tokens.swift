package import CityIdentity
import CityKernel
import CityStore

// MARK: - OAuth 2.0 client credentials (RFC 6749 §4.4)

extension Gateway {
    /// Where the token endpoint stands, under each name that an assertion may give it.
    package struct TokenEndpoint: Sendable {
        package var issuer: String
        package var url: String

        package init(issuer: String, url: String) {
            self.issuer = issuer
            self.url = url
        }

        var audiences: [String] { [url, issuer] }
    }

    /// A token for the asked products, or for all that the client is subscribed to.
    /// - Parameters:
    ///   - scope: names of products with spaces between; empty for all.
    ///   - address: whose attempts are counted together.
    /// - Throws: `TokenRefusal`; `AdmissionRefusal` for too many attempts of one address.
    package func issueToken(
        to credential: ClientCredential, scope: String, at endpoint: TokenEndpoint,
        from address: String
    ) async throws -> AccessToken {
        let (key, consumer) = try await authenticate(credential, at: endpoint, from: address)
        let token = SecretToken(random: random)
        return try await store.write { transaction in
            let held = try GatewayStore.listSubscriptions(of: consumer, in: transaction)
                .filter { $0.endedAt == nil }.map(\.product)
            let scopes = try Self.scopes(asked: scope, of: held)
            let expiresAt = min(transaction.now + AccessToken.life, key.expiresAt)
            try GatewayStore.addToken(
                token.hash,
                .init(keyID: key.id, consumerID: consumer, scopes: scopes, expiresAt: expiresAt),
                in: transaction)
            try GatewayStore.forgetTokens(
                of: consumer, keeping: AccessToken.aliveMax, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: "key:\(key.id)", action: "token.issue", noun: "consumer:\(consumer)",
                    detail: scopes.joined(separator: " ")), in: transaction)
            return AccessToken(token: token, expiresAt: expiresAt, scopes: scopes)
        }
    }

    /// Ends a token of the client before its time (RFC 7009); one that is not there is ended already.
    /// - Throws: `TokenRefusal`; `AdmissionRefusal` for too many attempts of one address.
    package func revokeToken(
        _ text: String, by credential: ClientCredential, at endpoint: TokenEndpoint,
        from address: String
    ) async throws {
        let (key, consumer) = try await authenticate(credential, at: endpoint, from: address)
        guard let token = SecretToken(text) else { return }
        try await store.write { transaction in
            guard try GatewayStore.deleteToken(token.hash, of: consumer, in: transaction) else {
                return
            }
            try Identity.record(
                AuditEntry(
                    actor: "key:\(key.id)", action: "token.revoke", noun: "consumer:\(consumer)"),
                in: transaction)
        }
        ring.forget()
    }

    private static func scopes(asked: String, of held: [String]) throws -> [String] {
        let wanted = asked.split(separator: " ").map(String.init)
        guard let stranger = wanted.first(where: { !held.contains($0) }) else {
            if held.isEmpty {
                throw TokenRefusal(.invalidScope, "The client is subscribed to no product.")
            }
            return wanted.isEmpty ? held : held.filter(wanted.contains)
        }
        let shown = stranger.filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-/".contains($0))
        }
        throw TokenRefusal(
            .invalidScope,
            "The client is not subscribed to \(shown.prefix(80)); products are listed at /developers."
        )
    }

    // MARK: Who asks

    private func authenticate(
        _ credential: ClientCredential, at endpoint: TokenEndpoint, from address: String
    ) async throws -> (key: DeviceKey, consumer: Int64) {
        // By address and never by client: nobody shuts out another by guessing.
        _ = try await take(.init(caller: address, product: "oauth"), .anyone, usage: nil)
        switch credential {
        case .secret(let client, let secret):
            guard let id = Consumer.id(ofClient: client), let secret,
                let key = try await identity.findKey(secret),
                try await store.read({ try GatewayStore.findConsumerID(ofKey: key.id, in: $0) })
                    == id
            else { throw TokenRefusal.unknownClient }
            return (key, id)
        case .assertion(let client, let text):
            return try await authenticate(text, client, at: endpoint)
        }
    }

    private func authenticate(
        _ text: String, _ said: String?, at endpoint: TokenEndpoint
    ) async throws -> (key: DeviceKey, consumer: Int64) {
        guard let client = ClientAssertion.client(of: text), said == nil || said == client,
            let id = Consumer.id(ofClient: client)
        else { throw TokenRefusal.unknownClient }
        let known = try await store.read { try GatewayStore.listClientKeys(of: id, in: $0) }
        for (number, jwk) in known {
            guard let key = try await identity.findKey(number: number),
                let assertion = await ClientAssertion.verified(
                    text, by: try ClientPublicKey(jwk).key),
                assertion.holds(for: client, at: endpoint.audiences, now: clock.now)
            else { continue }
            let end = assertion.end + ClientAssertion.skew
            let isNew = try await store.write {
                try GatewayStore.useAssertion(assertion.jti, of: client, until: end, in: $0)
            }
            guard isNew else { break }
            return (key, id)
        }
        throw TokenRefusal.unknownClient
    }

    // MARK: Public keys of clients

    /// Gives a consumer a public key, with which it proves who it is without any secret in the city.
    /// - Throws: `IdentityError.forbidden`; `Problem` for a key that cannot be used.
    package func addPublicKey(
        _ jwk: String, of consumerID: Int64, by actor: Principal
    ) async throws {
        try actor.require(.manageKeys)
        let publicKey = try ClientPublicKey(jwk)
        let (identity, author, end) = (identity, actor.actor, clock.now + Self.keyLife)
        try await store.write { transaction in
            guard let consumer = try GatewayStore.findConsumer(consumerID, in: transaction) else {
                throw Problem(
                    .notFound, title: "The consumer is not known", detail: "Nobody has this number."
                )
            }
            let alive = try GatewayStore.listClientKeys(of: consumerID, in: transaction)
            guard alive.count < ClientPublicKey.countMax else {
                throw Problem(
                    .conflict, title: "The consumer has enough public keys",
                    detail: "\(ClientPublicKey.countMax) are alive.", remedy: "Revoke one first.")
            }
            let products = try GatewayStore.listSubscriptions(of: consumerID, in: transaction)
                .filter { $0.endedAt == nil }.map(\.product)
            // Its secret is shown to nobody: the signature stands in its place.
            let made = try identity.createKey(
                name: consumer.name, scope: Self.scope(for: products), expiresAt: end,
                author: author, in: transaction)
            try GatewayStore.addKey(made.key.id, of: consumerID, in: transaction)
            try GatewayStore.addClientKey(made.key.id, publicKey.text, in: transaction)
        }
    }

    /// Numbers of the consumer's keys that are public ones.
    package func publicKeyIDs(of consumerID: Int64) async throws -> Set<Int64> {
        let keys = try await store.read { try GatewayStore.listClientKeys(of: consumerID, in: $0) }
        return Set(keys.map(\.keyID))
    }

    // MARK: Tokens in calls

    /// What a token opens: no more than its key does by now, and no more than its scopes.
    func readAccessToken(_ token: SecretToken) async throws -> KeyEntry? {
        let hash = token.hash
        guard let stored = try await store.read({ try GatewayStore.findToken(hash, in: $0) }),
            clock.now < stored.expiresAt,
            var key = try await identity.findKey(number: stored.keyID)
        else { return nil }
        let held = try await store.read {
            try GatewayStore.listSubscriptions(of: stored.consumerID, in: $0)
        }.filter { $0.endedAt == nil && stored.scopes.contains($0.product) }
        key.expiresAt = min(key.expiresAt, stored.expiresAt)
        let asked = Self.scope(for: held.map(\.product))
        if asked.permissions.isSubset(of: key.scope.permissions) { key.scope = asked }
        return KeyEntry(
            key: key, consumerID: stored.consumerID,
            plans: Dictionary(uniqueKeysWithValues: held.map { ($0.product, $0.plan) }))
    }
}
