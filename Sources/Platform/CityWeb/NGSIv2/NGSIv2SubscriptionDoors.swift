import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/subscriptions`.
struct NGSIv2SubscriptionDoors: NGSIv2DocumentDoors {
    static let all = "subscriptions"

    var more: [NGSIv2Door] { [NGSIv2Door(.patch, Self.one, .write, update)] }

    func add(_ document: JSONValue, id: String, _ request: NGSIv2Request) async throws {
        try await request.broker.subscribe(
            try NGSIv2SubscriptionCodec.subscription(
                document, id: NGSIv2SubscriptionCodec.id(of: id), service: request.service,
                servicePath: request.servicePath))
    }

    func list(
        under servicePath: String?, in broker: Broker
    ) async throws -> [StoredSubscription] {
        try await broker.ngsiv2Subscriptions(servicePath: servicePath)
    }

    func find(_ id: String, in broker: Broker) async throws -> StoredSubscription {
        let id = NGSIv2SubscriptionCodec.id(of: id)
        guard let stored = try await broker.subscription(id), stored.subscription.ngsiv2 != nil
        else { throw BrokerError.subscriptionNotFound(id) }
        return stored
    }

    func json(_ stored: StoredSubscription, at now: Timestamp) -> JSONValue? {
        NGSIv2SubscriptionCodec.json(stored, at: now)
    }

    func remove(_ stored: StoredSubscription, from broker: Broker) async throws {
        try await broker.unsubscribe(stored.subscription.id)
    }

    @Sendable private func update(_ request: NGSIv2Request) async throws -> Response {
        let id = try await stored(request).subscription.id
        try await request.broker.updateNGSIv2Subscription(id, with: try await request.object())
        return NGSIv2Answer.noContent
    }
}
