import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/subscriptions` (§6.10, §6.11). Reading them takes the right to write: addresses of subscribers
/// and the secrets in their `receiverInfo` are not open data.
struct SubscriptionDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "subscriptions", .write, create),
            NGSILDDoor(.get, "subscriptions", .write, list),
            NGSILDDoor(.get, "subscriptions/{id}", .write, retrieve),
            NGSILDDoor(.patch, "subscriptions/{id}", .write, update),
            NGSILDDoor(.delete, "subscriptions/{id}", .write, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let codec = SubscriptionCodec(document.context, library: broker.contexts)
        let subscription = try codec.subscription(
            try await nameable(document, at: request.address),
            id: "urn:ngsi-ld:Subscription:" + broker.nextToken(), now: broker.now)
        try await broker.subscribe(subscription)
        return NGSILDAnswer.created(at: NGSILDPath.subscription(subscription.id))
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

    @Sendable private func list(_ request: NGSILDRequest, _ source: String) async throws -> Response
    {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        let found = try await broker.subscriptions(limit: paging.limit, offset: paging.offset)
        let items = found.page.map { json($0, request, context) }
        var response = answer.document(.array(items))
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < found.count,
            count: wantsCount ? found.count : nil)
        return response
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try subscriptionID(request)
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        guard let stored = try await broker.subscription(id) else {
            throw BrokerError.subscriptionNotFound(id)
        }
        return answer.document(json(stored, request, context))
    }

    private func json(
        _ stored: StoredSubscription, _ request: NGSILDRequest, _ context: LDContext
    ) -> JSONValue {
        let codec = SubscriptionCodec(context)
        let hasTimes = request.options.contains("sysAttrs")
        return hasTimes
            ? codec.jsonWithTimes(stored, at: broker.now) : codec.json(stored, at: broker.now)
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try subscriptionID(request)
        let document = try await request.document()
        guard let patch = document.json.object else {
            throw Problem.badRequest("a subscription is a JSON object", at: "/")
        }
        if let url = patch["jsonldContext"]?.string, EntityID.isURI(url) {
            _ = try await broker.contexts.resolve(url: url)
        }
        try await broker.updateSubscription(id, with: patch, document.context)
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.unsubscribe(try subscriptionID(request))
        return NGSILDAnswer.noContent
    }

    private func subscriptionID(_ request: NGSILDRequest) throws(Problem) -> String {
        let id = try request.pathText("id")
        guard EntityID.isURI(id) else {
            throw .badRequest("a subscription id is an absolute URI", at: "id")
        }
        return id
    }
}
