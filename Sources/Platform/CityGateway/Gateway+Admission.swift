package import CityIdentity
package import CityKernel
import CityStore

/// Who calls, and what they may still do.
package struct Admission: Sendable, Hashable {
    package var principal: Principal
    package var product: APIProduct
    /// 0 for everybody without a key; `nil` for the city's own devices, who have no limits.
    package var consumerID: Int64?
    package var limits: LimitState?
}

/// Why a call is turned away before any door is opened.
package struct AdmissionRefusal: Error, Sendable, Hashable {
    package var problem: Problem
    /// For `Retry-After`.
    package var retryAfterSeconds: Int?
    package var limits: LimitState?
}

extension Gateway {
    /// Decides whether a call may go on, and counts it.
    ///
    /// - Parameters:
    ///   - token: the key as sent; `nil` without one. `text` that is no key at all is `.some(nil)`.
    ///   - tenant: the one that the request names; `nil` for the city itself.
    ///   - address: counts callers without a key; kept in memory only.
    /// - Throws: `AdmissionRefusal`.
    package func admit(
        _ token: SecretToken??, to product: APIProduct, tenant: String? = nil, address: String
    ) async throws -> Admission {
        guard let token else { return try await take(claim(ofAnyoneAt: address, on: product)) }
        let entry = try await token.asyncFlatMap { token in
            try await ring.find(token) { try await read(token) }
        }
        if let entry, entry.isSandbox, clock.now < entry.key.expiresAt {
            return try await admitToSandbox(entry, token, to: product, tenant: tenant)
        }
        return try await take(claim(of: entry, on: product))
    }

    /// What `admit` decides, when it can do so from memory.
    /// - Returns: `nil` when the database must be asked, or when the call is refused; then nothing
    ///   was counted.
    package func admitAtOnce(
        _ token: SecretToken??, to product: APIProduct, address: String
    ) -> Admission? {
        // Refusals are told, and counted, by `admit`.
        guard let claim = try? knownClaim(token, on: product, address) else { return nil }
        guard let share = claim.share else { return claim.admission(nil) }
        let now = clock.now
        guard limits.knows(share.key, at: now),
            case .go(let state) = limits.take(share.key, share.plan, at: now)
        else { return nil }
        return claim.admission(state)
    }

    private func knownClaim(
        _ token: SecretToken??, on product: APIProduct, _ address: String
    ) throws -> Claim? {
        guard let token else { return try claim(ofAnyoneAt: address, on: product) }
        guard let key = token, let entry = ring.findFresh(key, at: clock.now),
            // What a key of the practice city opens depends on the tenant.
            entry?.isSandbox != true
        else { return nil }
        return try claim(of: entry, on: product)
    }

    /// Who calls, and what of whose share the call takes.
    private struct Claim {
        struct Share {
            var key: LimitBook.Key
            var plan: RatePlan
            var usage: (consumer: Int64, product: APIProduct)?
        }

        var principal: Principal
        var product: APIProduct
        var consumerID: Int64?
        /// `nil` for the city's own devices.
        var share: Share?

        func admission(_ limits: LimitState?) -> Admission {
            Admission(
                principal: principal, product: product, consumerID: consumerID, limits: limits)
        }
    }

    private func take(_ claim: Claim) async throws -> Admission {
        guard let share = claim.share else { return claim.admission(nil) }
        return claim.admission(try await take(share.key, share.plan, usage: share.usage))
    }

    private func claim(of entry: KeyEntry?, on product: APIProduct) throws -> Claim {
        guard let entry, clock.now < entry.key.expiresAt else {
            throw AdmissionRefusal(
                problem: Problem(
                    .unauthenticated, title: "The key is not valid",
                    detail: "The key is unknown, revoked or expired.",
                    remedy: "Ask for a key at /developers."))
        }
        let principal = Principal.device(entry.key)
        guard let consumer = entry.consumerID else {
            return Claim(principal: principal, product: product)
        }
        guard let plan = entry.plans[product.name] else {
            throw AdmissionRefusal(
                problem: Problem(
                    .forbidden, title: "The key does not open this product",
                    detail: "Its consumer is not subscribed to \(product.name).",
                    remedy: "Ask the city's staff for the product."))
        }
        return Claim(
            principal: principal, product: product, consumerID: consumer,
            share: .init(
                key: .init(caller: "consumer:\(consumer)", product: product.name), plan: plan,
                usage: (consumer, product)))
    }

    private func claim(
        ofAnyoneAt address: String, on product: APIProduct
    ) throws -> Claim {
        guard product.isOpenToAll else {
            throw AdmissionRefusal(
                problem: Problem(
                    .unauthenticated, title: "A key is needed",
                    detail: "\(product.name) is not open without a key.",
                    remedy: "Ask for a key at /developers and send Authorization: Bearer KEY."))
        }
        return Claim(
            principal: .anyone, product: product, consumerID: 0,
            share: .init(key: .init(caller: address, product: product.name), plan: .anyone))
    }

    func take(
        _ key: LimitBook.Key, _ plan: RatePlan,
        usage: (consumer: Int64, product: APIProduct)?
    ) async throws -> LimitState {
        let now = clock.now
        if !limits.knows(key, at: now) {
            var today = 0
            if let usage {
                let line = Usage.Key(
                    consumerID: usage.consumer, product: usage.product.name, day: now.japanDay)
                today = try await store.read { try GatewayStore.callsToday(line, in: $0) }
            }
            limits.setToday(today, key, plan, at: now)
        }
        switch limits.take(key, plan, at: now) {
        case .go(let state): return state
        case .tooFast(let seconds, let state):
            throw refusal(
                "Too many calls at once", "\(plan.callsPerMinute) calls a minute are allowed.",
                seconds, state, key, usage)
        case .quotaUsed(let seconds, let state):
            throw refusal(
                "The calls of today are used up", "\(plan.callsPerDay) calls a day are allowed.",
                seconds, state, key, usage)
        }
    }

    private func refusal(
        _ title: String, _ detail: String, _ seconds: Int, _ state: LimitState,
        _ key: LimitBook.Key, _ usage: (consumer: Int64, product: APIProduct)?
    ) -> AdmissionRefusal {
        var counted = Usage()
        counted.refused = 1
        self.usage.add(
            counted,
            to: Usage.Key(
                consumerID: usage?.consumer ?? 0, product: key.product, day: clock.now.japanDay))
        return AdmissionRefusal(
            problem: Problem(
                .tooManyRequests, title: title, detail: detail,
                remedy: "Send the next call in \(seconds) seconds."),
            retryAfterSeconds: seconds, limits: state)
    }

    private func read(_ token: SecretToken) async throws -> KeyEntry? {
        guard let key = try await identity.findKey(token) else {
            if let token = try await readAccessToken(token) { return token }
            return try await readSandboxKey(token)
        }
        let (consumer, subscriptions) = try await store.read { connection in
            let consumer = try GatewayStore.findConsumerID(ofKey: key.id, in: connection)
            return (
                consumer,
                try consumer.map { try GatewayStore.listSubscriptions(of: $0, in: connection) }
                    ?? []
            )
        }
        let holding = subscriptions.filter { $0.endedAt == nil }
        return KeyEntry(
            key: key, consumerID: consumer,
            plans: Dictionary(uniqueKeysWithValues: holding.map { ($0.product, $0.plan) }))
    }
}

extension Optional {
    fileprivate func asyncFlatMap<Value>(
        _ transform: (Wrapped) async throws -> Value?
    ) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
