import CityKernel
package import CityStore

/// Carries one notification to where it goes, by one protocol.
package protocol NotificationCarrier: Sendable {
    /// Schemes of the addresses that it serves, in lower case.
    var schemes: [String] { get }

    /// Returns once the receiver, or the server before it, has taken the notification.
    func carry(_ parcel: NotificationParcel) async throws(DeliveryError)
}

/// A notification ready to leave.
package struct NotificationParcel: Sendable {
    package var endpoint: NotificationEndpoint
    package var mediaType: String
    /// The value of a Link header that names the context; `nil` when the body does.
    package var link: String?
    /// The same at every attempt.
    package var id: String
    package var body: [UInt8]
    /// For HTTP.
    package var method = "POST"
    /// Whether the body is all that a protocol without header fields carries.
    package var isBare = false
}

/// Delivers NGSI-LD notifications from the outbox and keeps count on the subscription.
package struct NotificationSender: OutboxReceiver {
    /// The kind of outbox messages that it delivers.
    package static let kind = "ngsi-ld"
    package var kind: String { Self.kind }

    private let broker: Broker
    private let carriers: [String: any NotificationCarrier]

    /// - Parameter carriers: one for each scheme; the later over the earlier.
    package init(broker: Broker, carriers: [any NotificationCarrier]) {
        self.broker = broker
        var byScheme: [String: any NotificationCarrier] = [:]
        for carrier in carriers {
            for scheme in carrier.schemes { byScheme[scheme] = carrier }
        }
        self.carriers = byScheme
    }

    /// - Throws: `DeliveryError`; other errors are those of the store.
    package func deliver(_ message: QueuedMessage) async throws {
        guard let ready = try await broker.readySubscription(message.receiver),
            ready.isAwake(at: broker.clock.now), try await hearsAfterFailures(ready)
            // Deleted, paused or expired meanwhile.
        else { throw DeliveryError.obsolete }
        let endpoint = ready.subscription.endpoint
        do throws(DeliveryError) {
            guard let carrier = carriers[endpoint.scheme] else {
                throw .permanent("nothing sends to \(endpoint.scheme)")
            }
            let parcel: NotificationParcel
            do {
                parcel = try Self.parcel(message, ready.subscription)
            } catch {
                throw DeliveryError.permanent("the notification is damaged")
            }
            try await carrier.carry(parcel)
        } catch {
            throw Self.patient(error, endpoint)
        }
    }

    /// Whether it has not failed too often for itself.
    private func hearsAfterFailures(_ ready: ReadySubscription) async throws -> Bool {
        guard let most = ready.subscription.ngsiv2?.failsMax else { return true }
        let past = try await broker.store.read {
            try SubscriptionStore.past(of: ready.subscription.id, in: $0)
        }
        return past.failsInRow <= most
    }

    package func note(_ outcomes: [DeliveryOutcome], in transaction: any Transaction) throws {
        var tallies: [String: SubscriptionStore.Tally] = [:]
        for outcome in outcomes {
            tallies[outcome.receiver, default: .init()].count(outcome)
        }
        for (id, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            try SubscriptionStore.note(tally, id, in: transaction)
        }
    }

    /// A receiver that asked to be left alone after failures is.
    private static func patient(
        _ error: DeliveryError, _ endpoint: NotificationEndpoint
    ) -> DeliveryError {
        guard let cooldown = endpoint.cooldown,
            case .temporary(let reason, let retryAfter) = error
        else { return error }
        return .temporary(reason, retryAfter: max(cooldown, retryAfter ?? .zero))
    }

    private static func parcel(
        _ message: QueuedMessage, _ subscription: Subscription
    ) throws -> NotificationParcel {
        if let terms = subscription.ngsiv2 {
            return try NGSIv2Delivery(subscriptionID: subscription.id, terms: terms).parcel(
                message.payload, id: message.idempotencyKey, subscription.endpoint)
        }
        return NotificationParcel(
            endpoint: subscription.endpoint, mediaType: subscription.form.media.rawValue,
            link: subscription.form.linkedContext.map(LDContext.linkHeader),
            id: message.idempotencyKey, body: body(of: message))
    }

    /// The payload is a JSON object that lacks what tells one notification from another, which is put
    /// before its first member.
    static func body(of message: QueuedMessage) -> [UInt8] {
        // Queued by a program that wrote them whole.
        if message.payload.starts(with: "{\"id\":".utf8) { return message.payload }
        let head =
            "{\"id\":\(JSONValue.string(message.idempotencyKey).text),\"subscriptionId\":"
            + JSONValue.string(message.receiver).text
            + ",\"notifiedAt\":\"\(message.queuedAt.iso8601)\","
        return Array(head.utf8) + message.payload.dropFirst()
    }
}

extension LDContext {
    /// The URL that says this context in a Link header: its own when it is one, else the core's.
    package var linkURL: String {
        if let url = source?.string { return url }
        let urls = source?.array?.compactMap(\.string).filter { !CoreContext.isCore($0) }
        return urls?.first ?? CoreContext.url
    }

    package var linkHeader: String { Self.linkHeader(linkURL) }

    /// A Link header that names the context with this URL.
    static func linkHeader(_ url: String) -> String {
        "<\(url)>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\""
    }
}
