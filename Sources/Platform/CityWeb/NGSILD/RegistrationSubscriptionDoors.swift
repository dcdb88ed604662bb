import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/csourceSubscriptions` (§6.12, §6.13): who wants to hear of registrations.
struct RegistrationSubscriptionDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "csourceSubscriptions", .write, create),
            NGSILDDoor(.get, "csourceSubscriptions", .write, list),
            NGSILDDoor(.get, "csourceSubscriptions/{id}", .write, retrieve),
            NGSILDDoor(.patch, "csourceSubscriptions/{id}", .write, update),
            NGSILDDoor(.delete, "csourceSubscriptions/{id}", .write, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let subscription = try SubscriptionCodec(document.context, library: broker.contexts)
            .subscription(
                document.json, id: "urn:ngsi-ld:Subscription:" + broker.nextToken(),
                now: broker.now)
        try await broker.subscribeToRegistrations(subscription)
        return NGSILDAnswer.created(
            at: "\(NGSILDPath.root)/csourceSubscriptions/\(subscription.id)")
    }

    @Sendable private func list(_ request: NGSILDRequest, _ source: String) async throws -> Response
    {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        let found = try await broker.registrationSubscriptions(
            limit: paging.limit, offset: paging.offset)
        var response = answer.document(.array(found.page.map { json($0, request, context) }))
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < found.count,
            count: wantsCount ? found.count : nil)
        return response
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        guard let stored = try await broker.registrationSubscription(id) else {
            throw BrokerError.subscriptionNotFound(id)
        }
        return answer.document(json(stored, request, context))
    }

    /// What triggers a notification of entities says nothing here (§5.2.12).
    private func json(
        _ stored: StoredSubscription, _ request: NGSILDRequest, _ context: LDContext
    ) -> JSONValue {
        let codec = SubscriptionCodec(context)
        let json =
            request.options.contains("sysAttrs")
            ? codec.jsonWithTimes(stored, at: broker.now) : codec.json(stored, at: broker.now)
        guard var object = json.object else { return json }
        for key in ["notificationTrigger", "jsonldContext"]
        where stored.subscription.document[key] == nil {
            object[key] = nil
        }
        return .object(object)
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let document = try await request.document()
        guard let patch = document.json.object else {
            throw Problem.badRequest("a subscription is a JSON object", at: "/")
        }
        try await broker.updateRegistrationSubscription(id, with: patch, document.context)
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.unsubscribeFromRegistrations(try request.uri("id"))
        return NGSILDAnswer.noContent
    }
}
