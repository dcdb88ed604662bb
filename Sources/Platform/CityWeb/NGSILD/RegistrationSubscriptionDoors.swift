import CityBroker
import CityKernel

/// `/csourceSubscriptions` (§6.12, §6.13): who wants to hear of registrations.
struct RegistrationSubscriptionDoors: DocumentDoors {
    static let path = "csourceSubscriptions"

    let broker: Broker

    func keep(
        _ request: NGSILDRequest, _ document: NGSILDRequest.Document
    ) async throws -> String {
        let subscription = try SubscriptionCodec(document.context, library: broker.contexts)
            .subscription(
                document.json, id: "urn:ngsi-ld:Subscription:" + broker.nextToken(),
                now: broker.now)
        try await broker.subscribeToRegistrations(subscription)
        return subscription.id
    }

    func find(_ id: String) async throws -> StoredSubscription {
        if let stored = try await broker.registrationSubscription(id) { return stored }
        let own = try await broker.followedRegistrations().first { $0.subscription.id == id }
        guard let own else { throw BrokerError.subscriptionNotFound(id) }
        return own
    }

    func page(
        _ request: NGSILDRequest, _ context: LDContext, _ paging: NGSILDPaging
    ) async throws -> (page: [StoredSubscription], count: Int) {
        var found = try await broker.registrationSubscriptions(
            limit: paging.limit, offset: paging.offset)
        // The city's own stand behind those of others.
        let own = try await broker.followedRegistrations()
        let before = max(paging.offset - found.count, 0)
        found.page += own.dropFirst(before).prefix(paging.limit - found.page.count)
        return (found.page, found.count + own.count)
    }

    /// What triggers a notification of entities says nothing here (§5.2.12).
    func json(
        _ stored: StoredSubscription, _ context: LDContext, hasTimes: Bool
    ) -> JSONValue {
        let json = SubscriptionCodec(context).json(stored, at: broker.now, hasTimes: hasTimes)
        guard var object = json.object else { return json }
        for key in ["notificationTrigger", "jsonldContext"]
        where stored.subscription.document[key] == nil {
            object[key] = nil
        }
        return .object(object)
    }

    func change(_ id: String, by patch: JSONObject, _ context: LDContext) async throws {
        try await broker.updateRegistrationSubscription(id, with: patch, context)
    }

    func remove(_ id: String) async throws { try await broker.unsubscribeFromRegistrations(id) }
}
