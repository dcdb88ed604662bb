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
        guard let stored = try await broker.registrationSubscription(id) else {
            throw BrokerError.subscriptionNotFound(id)
        }
        return stored
    }

    func page(
        _ request: NGSILDRequest, _ context: LDContext, _ paging: NGSILDPaging
    ) async throws -> (page: [StoredSubscription], count: Int) {
        try await broker.registrationSubscriptions(limit: paging.limit, offset: paging.offset)
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
