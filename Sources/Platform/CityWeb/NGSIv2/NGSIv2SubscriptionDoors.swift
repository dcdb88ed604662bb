import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/subscriptions`. Reading takes the right to write: addresses of subscribers and what stands in
/// their header fields are not open data.
struct NGSIv2SubscriptionDoors: NGSIv2Doors {
    private static let all = "subscriptions"
    private static let one = "subscriptions/{id}"

    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, Self.all, .write, list),
            NGSIv2Door(.post, Self.all, .write, create),
            NGSIv2Door(.get, Self.one, .write, retrieve),
            NGSIv2Door(.patch, Self.one, .write, update),
            NGSIv2Door(.delete, Self.one, .write, delete),
        ]
    }

    @Sendable private func create(_ request: NGSIv2Request) async throws -> Response {
        let document = try await request.object()
        let id = request.broker.nextNGSIv2ID()
        try await request.broker.subscribe(
            try NGSIv2SubscriptionCodec.subscription(
                .object(document), id: NGSIv2SubscriptionCodec.id(of: id),
                service: request.service, servicePath: request.servicePath))
        return NGSIv2Answer.created(at: "/v2/subscriptions/\(id)")
    }

    @Sendable private func list(_ request: NGSIv2Request) async throws -> Response {
        let path = request.servicePath.flatMap { $0 == "/#" ? nil : $0 }
        let found = try await request.broker.ngsiv2Subscriptions(servicePath: path)
        let now = request.broker.now
        return try NGSIv2Page.of(found, request) { NGSIv2SubscriptionCodec.json($0, at: now) }
    }

    private func stored(_ request: NGSIv2Request) async throws -> StoredSubscription {
        let id = NGSIv2SubscriptionCodec.id(of: try request.pathText("id"))
        guard let stored = try await request.broker.subscription(id),
            stored.subscription.ngsiv2 != nil
        else { throw BrokerError.subscriptionNotFound(id) }
        return stored
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        let stored = try await stored(request)
        let json = NGSIv2SubscriptionCodec.json(stored, at: request.broker.now)
        return NGSIv2Answer.json(json ?? .null)
    }

    @Sendable private func update(_ request: NGSIv2Request) async throws -> Response {
        let id = try await stored(request).subscription.id
        try await request.broker.updateNGSIv2Subscription(id, with: try await request.object())
        return NGSIv2Answer.noContent
    }

    @Sendable private func delete(_ request: NGSIv2Request) async throws -> Response {
        try await request.broker.unsubscribe(try await stored(request).subscription.id)
        return NGSIv2Answer.noContent
    }
}

/// One page of a list that is read as a whole.
enum NGSIv2Page {
    static func of<Item>(
        _ items: [Item], _ request: NGSIv2Request, _ json: (Item) -> JSONValue?
    ) throws -> Response {
        let limit = try request.number("limit", default: 20, 1...NGSIv2Request.limitMax)
        let offset = try request.number("offset", default: 0, 0...Int(Int32.max))
        let page = items.dropFirst(offset).prefix(limit)
        var response = NGSIv2Answer.json(.array(page.compactMap(json)))
        if request.options.contains("count") {
            response.headers[.totalCount] = String(items.count)
        }
        return response
    }
}
