package import CityIdentity
import CityKernel
import CityStore

// MARK: - From the vendor's wish to the key

extension Gateway {
    /// The life of a key that a vendor fetches.
    package static let keyLife = Duration.days(365)

    /// Keeps a request for the staff to decide.
    /// - Returns: the secret of the link by which the vendor follows it; shown once.
    /// - Throws: `Problem` when too many wait.
    package func ask(_ request: AccessRequest) async throws -> SecretToken {
        let token = SecretToken(random: random)
        try await store.write { transaction in
            guard try GatewayStore.countWaiting(in: transaction) < AccessRequest.waitingMax else {
                throw Problem(
                    .tooManyRequests, title: "Too many requests wait for the city",
                    detail: "\(AccessRequest.waitingMax) wait to be decided.",
                    remedy: "Ask again in a few days, or phone the city hall.")
            }
            try GatewayStore.addRequest(request, token.hash, in: transaction)
        }
        return token
    }

    /// `nil` when no request has this link.
    package func findRequest(_ token: SecretToken) async throws -> AccessRequest? {
        let hash = token.hash
        return try await store.read { try GatewayStore.findRequest(hash: hash, in: $0) }
    }

    /// The oldest first.
    package func listWaiting() async throws -> [AccessRequest] {
        try await store.read { try GatewayStore.listWaiting(in: $0) }
    }

    /// The vendor becomes a consumer, subscribed to what was asked for.
    /// - Throws: `IdentityError.forbidden`; `Problem` when it was decided already.
    package func approve(_ id: Int64, plan: RatePlan, by actor: Principal) async throws {
        try actor.require(.manageKeys)
        let author = actor.actor
        try await store.write { transaction in
            let request = try Self.waiting(id, in: transaction)
            let consumer = try GatewayStore.addConsumer(request, in: transaction)
            for product in request.products {
                try GatewayStore.subscribe(consumer, product, plan, in: transaction)
            }
            try Self.decide(id, .approved, consumerID: consumer, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: author, action: "request.approve", noun: "consumer:\(consumer)",
                    detail: request.products.joined(separator: " ") + " plan=\(plan.rawValue)"),
                in: transaction)
        }
    }

    /// - Parameter answer: why, for the vendor to read.
    /// - Throws: as `approve`.
    package func refuse(_ id: Int64, answer: String, by actor: Principal) async throws {
        try actor.require(.manageKeys)
        let author = actor.actor
        let words = String(answer.prefix(AccessRequest.purposeCharactersMax))
        try await store.write { transaction in
            _ = try Self.waiting(id, in: transaction)
            try Self.decide(id, .refused, answer: words, in: transaction)
            try Identity.record(
                AuditEntry(actor: author, action: "request.refuse", noun: "request:\(id)"),
                in: transaction)
        }
    }

    /// Makes the key of an approved request. It is shown this once.
    /// - Throws: `Problem` when it is not approved or the key was fetched already.
    package func claim(_ token: SecretToken) async throws -> NewDeviceKey {
        let hash = token.hash
        let (identity, expiresAt) = (identity, clock.now + Self.keyLife)
        let key = try await store.write { transaction in
            guard let request = try GatewayStore.findRequest(hash: hash, in: transaction),
                let consumer = request.consumerID, request.state == .approved
            else { throw Self.notApproved }
            let key = try identity.createKey(
                name: request.name, scope: Self.scope(for: request.products),
                expiresAt: expiresAt, author: "request:\(request.id)", in: transaction)
            try GatewayStore.addKey(key.key.id, of: consumer, in: transaction)
            guard
                try GatewayStore.setRequest(
                    request.id, from: .approved, to: .claimed, answer: "", consumerID: consumer,
                    in: transaction)
            else { throw Self.notApproved }
            return key
        }
        ring.forget()
        return key
    }

    private static let notApproved = Problem(
        .conflict, title: "There is no key to fetch",
        detail: "The request is not approved, or its key was fetched already.",
        remedy: "Ask for another key if this one is lost.")

    private static func waiting(
        _ id: Int64, in transaction: any Transaction
    ) throws -> AccessRequest {
        guard let request = try GatewayStore.findRequest(id, in: transaction),
            request.state == .waiting
        else {
            throw Problem(
                .conflict, title: "The request was decided already",
                detail: "Somebody decided it meanwhile.", remedy: "Read the list again.")
        }
        return request
    }

    private static func decide(
        _ id: Int64, _ state: AccessRequest.State, answer: String = "", consumerID: Int64? = nil,
        in transaction: any Transaction
    ) throws {
        let isDecided = try GatewayStore.setRequest(
            id, from: .waiting, to: state, answer: answer, consumerID: consumerID,
            in: transaction)
        precondition(isDecided, "the request was read as waiting in this transaction")
    }

    /// The smallest scope that serves every product.
    static func scope(for products: [String]) -> DeviceKey.Scope {
        let scopes = Set(products.compactMap { APIProduct.find($0)?.scope })
        if scopes.contains(.write) { return .write }
        return scopes.contains(.observe) ? .observe : .read
    }
}
