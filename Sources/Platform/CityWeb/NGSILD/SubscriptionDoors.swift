import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/subscriptions` (§6.10, §6.11).
struct SubscriptionDoors: DocumentDoors {
    static let path = "subscriptions"

    let federation: Federation
    var broker: Broker { federation.broker }

    func keep(
        _ request: NGSILDRequest, _ document: NGSILDRequest.Document
    ) async throws -> String {
        let codec = SubscriptionCodec(document.context, library: broker.contexts)
        var subscription = try codec.subscription(
            try await nameable(document, at: request.address),
            id: "urn:ngsi-ld:Subscription:" + broker.nextToken(), now: broker.now)
        subscription.reach = try await reach(of: request, document.context)
        try await broker.subscribe(subscription)
        return subscription.id
    }

    /// Sources are told of it, too, unless it is limited to the city (§5.8.1.4).
    /// - Throws: `Problem` for one that this city has passed on itself.
    private func reach(
        of request: NGSILDRequest, _ context: LDContext
    ) async throws -> SubscriptionReach? {
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        if hop.isLoop { throw Problem.loop }
        if request.filled("local") == "true" { return nil }
        return SubscriptionReach(
            address: request.address, via: hop.via, tenant: request.request.headers[.tenant])
    }

    /// The document with the URL of its context, which is kept for that when it is inline or has
    /// several parts (§5.2.12, `jsonldContext`).
    private func nameable(
        _ document: NGSILDRequest.Document, at address: String
    ) async throws -> JSONValue {
        guard var object = document.json.object else { return document.json }
        if let url = object["jsonldContext"]?.string, EntityID.isURI(url) {
            // Known from now on to those who cannot wait for it.
            _ = try await broker.contexts.resolve(url: url)
        } else if object["jsonldContext"] == nil, let source = document.context.source,
            broker.contexts.needsURL(source)
        {
            let kept = try await broker.contexts.keepImplicitly(source)
            object["jsonldContext"] = .string(address + NGSILDPath.context(kept.localID))
        }
        return .object(object)
    }

    func find(_ id: String) async throws -> StoredSubscription {
        guard let stored = try await broker.subscription(id) else {
            throw BrokerError.subscriptionNotFound(id)
        }
        return stored
    }

    func page(
        _ request: NGSILDRequest, _ context: LDContext, _ paging: NGSILDPaging
    ) async throws -> (page: [StoredSubscription], count: Int) {
        try await broker.subscriptions(limit: paging.limit, offset: paging.offset)
    }

    func json(
        _ stored: StoredSubscription, _ context: LDContext, hasTimes: Bool
    ) -> JSONValue {
        SubscriptionCodec(context).json(stored, at: broker.now, hasTimes: hasTimes)
    }

    func change(_ id: String, by patch: JSONObject, _ context: LDContext) async throws {
        if let url = patch["jsonldContext"]?.string, EntityID.isURI(url) {
            _ = try await broker.contexts.resolve(url: url)
        }
        try await broker.updateSubscription(id, with: patch, context)
    }

    func remove(_ id: String) async throws { try await broker.unsubscribe(id) }
}
