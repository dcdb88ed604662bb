package import CityKernel
import CityStore

extension Broker {
    /// Subscriptions to registrations that the city keeps.
    package static let registrationSubscriptionsMax = 1_000

    /// The subscriber hears at once of what matches already.
    /// - Throws: `BrokerError.subscriptionExists`, `Problem`.
    package func subscribeToRegistrations(_ subscription: Subscription) async throws {
        let library = contexts
        let ready = try RegistrationSubscription(subscription, library)
        try await checkReach(subscription.endpoint)
        try await store.write { [self] transaction in
            let count = try SubscriptionTableStore.registrations.count(in: transaction)
            guard count < Self.registrationSubscriptionsMax else {
                throw RegistrationError.tooMany(countMax: Self.registrationSubscriptionsMax)
            }
            try SubscriptionTableStore.registrations.insert(
                subscription, at: transaction.now, in: transaction)
            try RegistrationNews(self, transaction).tellAll(ready, .newlyMatching)
        }
    }

    /// Replaces the members that `patch` names; `null` or `urn:ngsi-ld:null` deletes a member. The
    /// subscriber hears of what matches then.
    /// - Throws: `BrokerError.subscriptionNotFound`, `Problem`.
    package func updateRegistrationSubscription(
        _ id: String, with patch: JSONObject, _ context: LDContext
    ) async throws {
        let library = contexts
        if let written = patch["id"] ?? patch["@id"], written.string != id {
            throw Problem.badData("the id cannot be changed", at: "/id")
        }
        let words = try SubscriptionCodec(context, library: library).expanded(patch)
        try await store.write { [self] transaction in
            guard
                let stored = try RegistrationSubscriptionStore.find(id, library, in: transaction)
            else { throw BrokerError.subscriptionNotFound(id) }
            var document = stored.subscription.document
            for (key, value) in words { document[key] = value }
            let earliest =
                words["expiresAt"] == nil ? Timestamp(microseconds: .min) : transaction.now
            let next = try SubscriptionCodec(stored.subscription.context, library: library).read(
                document, now: earliest)
            try SubscriptionTableStore.registrations.update(
                next, at: transaction.now, in: transaction)
            try RegistrationNews(self, transaction).tellAll(
                RegistrationSubscription(next, library), .newlyMatching)
        }
    }

    /// - Throws: `BrokerError.subscriptionNotFound`.
    package func unsubscribeFromRegistrations(_ id: String) async throws {
        try await store.write { try SubscriptionTableStore.registrations.delete(id, in: $0) }
    }

    package func registrationSubscription(_ id: String) async throws -> StoredSubscription? {
        let contexts = contexts
        return try await store.read {
            try RegistrationSubscriptionStore.find(id, contexts, in: $0)
        }
    }

    /// In order of id.
    package func registrationSubscriptions(
        limit: Int, offset: Int
    ) async throws -> (page: [StoredSubscription], count: Int) {
        let contexts = contexts
        return try await store.read { connection in
            let page = try RegistrationSubscriptionStore.list(
                limit: limit, offset: offset, contexts, in: connection)
            return (page, try SubscriptionTableStore.registrations.count(in: connection))
        }
    }

    /// Lets every subscription to registrations whose `timeInterval` has passed tell what matches.
    /// Safe in several processes at once.
    package func takeRegistrationTurns() async throws {
        let contexts = contexts
        let due = try await store.read { [clock] in
            try SubscriptionTableStore.registrations.listDue(
                at: clock.now, limit: Self.registrationSubscriptionsMax, in: $0)
        }
        for id in due {
            try await store.write { [self] transaction in
                let now = transaction.now
                guard
                    let stored = try RegistrationSubscriptionStore.find(
                        id, contexts, in: transaction),
                    let interval = stored.subscription.timeInterval,
                    try SubscriptionTableStore.registrations.takeTurn(
                        id, at: now, next: now + interval, in: transaction)
                else { return }
                try RegistrationNews(self, transaction).tellAll(
                    RegistrationSubscription(stored.subscription, contexts), .updated)
            }
        }
    }
}

/// Puts notifications of registrations into the outbox.
struct RegistrationNews {
    /// Registrations in one notification; more follow in the next.
    private static let registrationsMax = 100

    private let broker: Broker
    private let transaction: any Transaction

    init(_ broker: Broker, _ transaction: any Transaction) {
        self.broker = broker
        self.transaction = transaction
    }

    /// Tells every subscriber what the change of one registration means to him.
    func tell(
        _ before: StoredRegistration?, _ after: StoredRegistration?
    ) throws {
        let all = try RegistrationSubscriptionStore.list(
            limit: Broker.registrationSubscriptionsMax, offset: 0, broker.contexts,
            in: transaction)
        if all.isEmpty { return }
        let old = try before.map(ReadyRegistration.init)
        let new = try after.map(ReadyRegistration.init)
        for stored in all where stored.subscription.timeInterval == nil {
            let subscription = try RegistrationSubscription(stored.subscription, broker.contexts)
            let was = try old.flatMap { try subscription.match($0) }
            let isNow = try new.flatMap { try subscription.match($0) }
            switch (was, isNow) {
            case (nil, let information?):
                try send([(after, information)], to: subscription, .newlyMatching)
            case (.some, let information?):
                try send([(after, information)], to: subscription, .updated)
            case (let information?, nil):
                try send([(before, information)], to: subscription, .noLongerMatching)
            case (nil, nil): break
            }
        }
    }

    /// Tells one subscriber of all that match now.
    func tellAll(
        _ subscription: RegistrationSubscription, _ trigger: RegistrationTrigger
    ) throws {
        var matching: [(StoredRegistration?, [Int])] = []
        let all = try RegistrationStore.listAll(broker.contexts, in: transaction).registrations
        for stored in all where stored.registration.isActive(at: transaction.now) {
            if let information = try subscription.match(ReadyRegistration(stored)) {
                matching.append((stored, information))
            }
        }
        for start in stride(from: 0, to: matching.count, by: Self.registrationsMax) {
            let end = min(start + Self.registrationsMax, matching.count)
            try send(Array(matching[start..<end]), to: subscription, trigger)
        }
    }

    private func send(
        _ registrations: [(StoredRegistration?, [Int])],
        to subscription: RegistrationSubscription, _ trigger: RegistrationTrigger
    ) throws {
        guard subscription.isAwake(at: transaction.now) else { return }
        let form = subscription.subscription.form
        let codec = RegistrationCodec(form.context)
        let data = registrations.compactMap { stored, information in
            stored.map { JSONValue.object(codec.json($0.registration, information: information)) }
        }
        let id = "urn:ngsi-ld:Notification:" + broker.nextToken()
        var notification = JSONObject([
            ("id", .string(id)), ("type", "ContextSourceNotification"),
            ("subscriptionId", .string(subscription.subscription.id)),
            ("notifiedAt", .string(transaction.now.iso8601)), ("data", .array(data)),
            ("triggerReason", .string(trigger.rawValue)),
        ])
        if form.media == .jsonLD { notification.append("@context", form.contextSource) }
        try transaction.send(
            OutboxMessage(
                kind: RegistrationNotificationSender.kind,
                receiver: subscription.subscription.id, idempotencyKey: id,
                payload: JSONValue.object(notification).bytes))
    }
}
