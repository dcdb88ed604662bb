import AsyncHTTPClient
import CityKernel
package import CityStore
import NIOCore
import NIOHTTP1

/// Delivers NGSI-LD notifications by HTTP POST and keeps count on the subscription.
package struct NotificationSender: OutboxReceiver {
    /// The kind of outbox messages that it delivers.
    package static let kind = "ngsi-ld.http"
    package var kind: String { Self.kind }

    private let broker: Broker
    private let client: HTTPClient

    package init(broker: Broker) {
        self.broker = broker
        client = HTTPClient.shared
    }

    /// - Throws: `DeliveryError`; other errors are those of the store.
    package func deliver(_ message: QueuedMessage) async throws {
        let subscriptionID = message.receiver
        // Deleted or paused meanwhile: there is nobody to tell.
        guard let stored = try await broker.subscription(subscriptionID) else { return }
        do {
            try await post(
                message.payload, message.idempotencyKey, stored.subscription)
        } catch {
            try await note(subscriptionID, succeeded: false)
            throw error
        }
        try await note(subscriptionID, succeeded: true)
    }

    private func note(_ id: String, succeeded: Bool) async throws {
        let now = broker.clock.now
        try await broker.store.write { transaction in
            try SubscriptionStore.noteSent(id, succeeded: succeeded, at: now, in: transaction)
        }
    }

    private func post(
        _ payload: [UInt8], _ id: String, _ subscription: Subscription
    ) async throws(DeliveryError) {
        let request = request(payload, id, subscription)
        let timeout = TimeAmount.nanoseconds(subscription.endpoint.timeout.microseconds * 1_000)
        let status: UInt
        do {
            status = try await client.execute(request, timeout: timeout).status.code
        } catch {
            throw .temporary("no answer: \(error)")
        }
        switch status {
        case 200..<300: return
        case 400..<500 where status != 408 && status != 425 && status != 429:
            throw .permanent("answered \(status)")
        default: throw .temporary("answered \(status)")
        }
    }

    private func request(
        _ payload: [UInt8], _ id: String, _ subscription: Subscription
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: subscription.endpoint.uri)
        request.method = .POST
        for (name, value) in subscription.endpoint.headers {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        request.headers.replaceOrAdd(
            name: "Content-Type", value: subscription.endpoint.media.rawValue)
        request.headers.replaceOrAdd(name: "Idempotency-Key", value: id)
        if subscription.endpoint.media == .json {
            request.headers.replaceOrAdd(name: "Link", value: subscription.context.linkHeader)
        }
        request.body = .bytes(ByteBuffer(bytes: payload))
        return request
    }
}

extension LDContext {
    /// The URL that says this context in a Link header: its own when it is one, else the core's.
    package var linkURL: String {
        if let url = source?.string { return url }
        let urls = source?.array?.compactMap(\.string).filter { !CoreContext.isCore($0) }
        return urls?.first ?? CoreContext.url
    }

    package var linkHeader: String {
        "<\(linkURL)>; rel=\"http://www.w3.org/ns/json-ld#context\"; "
            + "type=\"application/ld+json\""
    }
}
