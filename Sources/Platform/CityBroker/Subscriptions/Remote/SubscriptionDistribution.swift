import CityKernel
import CityStore

/// Keeps subscriptions at sources in step with those here (§5.8.1.4, §5.8.2.4, §5.8.5.4): in the
/// transaction that changes a subscription or a registration, letters to the sources concerned go
/// into the outbox, so that none is lost.
struct SubscriptionDistribution {
    /// Sources that one subscription is passed on to.
    static let sourcesMax = 1_000

    private let broker: Broker
    private let transaction: any Transaction

    init(_ broker: Broker, _ transaction: any Transaction) {
        self.broker = broker
        self.transaction = transaction
    }

    // MARK: - A subscription changes

    /// A new or changed subscription.
    func follow(_ subscription: Subscription) throws {
        let known = try RemoteSubscriptionStore.list(of: subscription.id, in: transaction)
        guard let reach = subscription.reach else { return }
        let registrations = try registrations()
        if registrations.isEmpty, known.isEmpty { return }
        var count = known.count
        for ready in registrations {
            let remote = known.first { $0.registration == ready.registration.id }
            if remote == nil, count >= Self.sourcesMax { continue }
            if remote == nil { count += 1 }
            try settle(subscription, reach, at: ready, remote)
        }
    }

    /// A subscription is gone.
    func end(_ subscription: String) throws {
        let known = try RemoteSubscriptionStore.list(of: subscription, in: transaction)
        if known.isEmpty { return }
        let registrations = try registrations()
        for remote in known {
            let ready = registrations.first { $0.registration.id == remote.registration }
            try end(remote, at: ready?.registration)
        }
    }

    // MARK: - A registration changes

    func follow(_ before: StoredRegistration?, _ after: StoredRegistration?) throws {
        guard let id = (after ?? before)?.registration.id else { return }
        var known = try RemoteSubscriptionStore.list(at: id, in: transaction)
        if let before, !before.registration.isSamePlace(as: after?.registration) {
            for remote in known { try end(remote, at: before.registration) }
            known = []
        }
        guard let after else { return }
        let ready = try ReadyRegistration(after)
        let index = try SubscriptionMatching.index(broker, transaction)
        for subscription in index.all {
            guard let reach = subscription.reach else { continue }
            let remote = known.first { $0.subscription == subscription.id }
            try settle(subscription, reach, at: ready, remote)
        }
    }

    // MARK: - One of each

    private func settle(
        _ subscription: Subscription, _ reach: SubscriptionReach, at ready: ReadyRegistration,
        _ remote: RemoteSubscription?
    ) throws {
        let registration = ready.registration
        guard let share = try share(of: subscription, reach, at: ready),
            let document = RemoteSubscriptionDocument(
                subscription, reach, address: address(for: registration, reach)
            ).object(share)
        else {
            if let remote { try end(remote, at: registration) }
            return
        }
        let dress = SourceDress(subscription.context, broker.contexts, via: reach.via)
        if var remote {
            let patch = RemoteSubscriptionDocument.patch(from: remote.document, to: document)
            if patch.isEmpty { return }
            remote.document = document
            try RemoteSubscriptionStore.update(remote, in: transaction)
            try send(
                dress.dressed(
                    registration, .patch, Self.path(remote.id), saying: .object(patch),
                    in: subscription.context))
        } else {
            let remote = RemoteSubscription(
                id: Self.freshID(), subscription: subscription.id,
                registration: registration.id, document: document)
            try RemoteSubscriptionStore.insert(remote, in: transaction)
            var named = JSONObject([("id", .string(remote.id))])
            for (key, value) in document { named.append(key, value) }
            let target =
                Self.path + (registration.management.isLocalOnly ? "?local=true" : "")
            try send(
                dress.dressed(
                    registration, .post, target, saying: .object(named),
                    in: subscription.context))
        }
    }

    /// Neighbours find the city at their own door, everybody else where the subscriber did.
    private func address(for registration: Registration, _ reach: SubscriptionReach) -> String {
        let neighbours = broker.outbound.neighbours
        guard let neighbours, neighbours.reaches(registration.endpoint) else {
            return reach.address
        }
        return neighbours.settings.address
    }

    /// - Parameter registration: `nil` when nobody knows any more where it was.
    private func end(_ remote: RemoteSubscription, at registration: Registration?) throws {
        try RemoteSubscriptionStore.delete(remote.id, in: transaction)
        guard let registration else { return }
        let dress = SourceDress(.core, broker.contexts, via: "")
        try send(dress.dressed(registration, .delete, Self.path(remote.id)))
    }

    private func send(_ request: SourceRequest) throws {
        try transaction.send(
            OutboxMessage(
                kind: SourceLetterSender.kind, receiver: request.registration.id,
                idempotencyKey: broker.nextToken(), payload: SourceLetter(request).payload))
    }

    // MARK: - Who holds what is asked for

    /// - Returns: `nil` when the source has no part in it.
    private func share(
        of subscription: Subscription, _ reach: SubscriptionReach, at ready: ReadyRegistration
    ) throws -> ReadyRegistration.Share? {
        let registration = ready.registration
        guard registration.mode != .auxiliary,
            registration.operations.contains(.createSubscription),
            registration.isActive(at: transaction.now)
        else { return nil }
        let alias = registration.document["contextSourceAlias"]?.string
        if alias.map(reach.passedBy.contains) ?? false { return nil }
        var query = RegistrationQuery()
        query.scope.attributes = Set(subscription.watchedAttributes)
        if let text = subscription.document["csf"]?.string {
            query.filter = try QueryParser.parse(
                text,
                try broker.contexts.context(subscription.document[SubscriptionCodec.queryContext]))
        }
        var found: ReadyRegistration.Share?
        let selectors = subscription.selectors.isEmpty ? [nil] : subscription.selectors.map(\.self)
        for selector in selectors {
            query.scope.types = selector?.types?.candidates ?? []
            query.scope.ids = selector?.ids ?? []
            query.scope.idPattern = selector?.idPattern
            guard let match = try RegistrationMatcher(query).match(ready) else { continue }
            found = found.map { $0.joined(match.share) } ?? match.share
        }
        return found
    }

    private func registrations() throws -> [ReadyRegistration] {
        if broker.isAlone, let known = broker.registrationBook.known { return known }
        return try RegistrationStore.listAll(broker.contexts, in: transaction).registrations
            .compactMap { stored in
                // What was accepted once is ready again; a stricter program leaves the rest silent.
                try? ReadyRegistration(stored)
            }
    }

    private static let path = "/ngsi-ld/v1/subscriptions"

    private static func path(_ id: String) -> String { "\(path)/\(id)" }

    /// 128 bits of chance: the source shows it when it notifies.
    private static func freshID() -> String {
        let parts = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        return "urn:ngsi-ld:Subscription:" + parts.joined()
    }
}

extension Registration {
    /// Whether requests go to the same place as before.
    fileprivate func isSamePlace(as other: Registration?) -> Bool {
        other?.endpoint == endpoint && other?.tenant == tenant
    }
}

extension ReadyRegistration.Share {
    fileprivate func joined(_ other: Self) -> Self {
        guard case .attributes(let mine) = self, case .attributes(let theirs) = other else {
            return .everything
        }
        return .attributes(mine.union(theirs))
    }
}
