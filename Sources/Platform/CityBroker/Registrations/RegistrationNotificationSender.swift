package import CityStore

/// Delivers notifications of registrations from the outbox and keeps count on the subscription.
package struct RegistrationNotificationSender: OutboxReceiver {
    /// The kind of outbox messages that it delivers.
    package static let kind = "ngsi-ld.registration"
    package var kind: String { Self.kind }

    private let broker: Broker
    private let carriers: [any NotificationCarrier]

    package init(broker: Broker, carriers: [any NotificationCarrier]) {
        self.broker = broker
        self.carriers = carriers
    }

    /// - Throws: `DeliveryError`; other errors are those of the store.
    package func deliver(_ message: QueuedMessage) async throws {
        guard let stored = try await broker.registrationSubscription(message.receiver),
            stored.status(at: broker.now) == "active"
            // Deleted, paused or expired meanwhile.
        else { throw DeliveryError.obsolete }
        let subscription = stored.subscription
        guard
            let carrier = carriers.last(where: {
                $0.schemes.contains(subscription.endpoint.scheme)
            })
        else {
            throw DeliveryError.permanent("nothing sends to \(subscription.endpoint.scheme)")
        }
        try await carrier.carry(
            NotificationParcel(
                endpoint: subscription.endpoint, mediaType: subscription.form.media.rawValue,
                link: subscription.form.linkedContext.map(LDContext.linkHeader),
                id: message.idempotencyKey, body: message.payload))
    }

    package func note(_ outcomes: [DeliveryOutcome], in transaction: any Transaction) throws {
        for outcome in outcomes {
            try RegistrationSubscriptionStore.note(outcome, in: transaction)
        }
    }
}
