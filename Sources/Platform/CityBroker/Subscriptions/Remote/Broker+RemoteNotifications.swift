package import CityKernel
import CityStore

extension Broker {
    /// The names under which sources know a subscription.
    package func remoteSubscriptionIDs(of subscription: String) async throws -> [String] {
        try await store.read { try RemoteSubscriptionStore.list(of: subscription, in: $0) }
            .map(\.id)
    }

    /// How many subscriptions of this city each registered source keeps.
    package func remoteSubscriptionCounts() async throws -> [String: Int] {
        try await store.read { try RemoteSubscriptionStore.counts(in: $0) }
    }

    /// Passes on to its subscriber what a source notifies (§5.8.6). Entities that are spread over
    /// several holders are put together with what the city has of them and judged again.
    /// - Parameter notification: as the source sent it.
    /// - Throws: `BrokerError.subscriptionNotFound` when nobody here asked for it; `Problem`.
    package func passOn(_ notification: JSONValue) async throws {
        guard let id = notification["subscriptionId"]?.string else {
            throw Problem.badData("a notification names its subscription", at: "/subscriptionId")
        }
        guard let remote = try await store.read({ try RemoteSubscriptionStore.find(id, in: $0) }),
            let ready = try await readySubscription(remote.subscription)
        else { throw BrokerError.subscriptionNotFound(id) }
        guard ready.isAwake(at: now), let data = notification["data"] else { return }
        let key = notification["id"]?.string.flatMap { EntityID.isURI($0) ? $0 : nil }
        let words = ready.subscription.context
        let library = contexts
        try await store.write { [self] transaction in
            let work = BrokerTransaction(self, transaction, source: "source", at: nil)
            let writer = NotificationWriter(ready.subscription.form, at: transaction.now) {
                try work.entity($0)
            }
            let said =
                ready.subscription.isSplit
                ? try Self.joined(data, SourceCodec(words, library), ready, writer, work)
                : Self.items(of: data, ready.subscription)
            if said.isEmpty { return }
            try transaction.send(
                OutboxMessage(
                    kind: NotificationSender.kind, receiver: remote.subscription,
                    idempotencyKey: key ?? "urn:ngsi-ld:Notification:" + nextToken(),
                    payload: writer.notification(said)))
        }
    }

    /// What was asked for in the subscriber's own form, ready to be passed on.
    private static func items(
        of data: JSONValue, _ subscription: Subscription
    ) -> [JSONValue] {
        let form = subscription.form
        var items = data["features"]?.array ?? data.array ?? [data]
        if form.context != subscription.context, form.media != .geoJSON {
            items = items.map(NameTranslation(subscription.context, form.context).said)
        }
        guard form.media == .jsonLD else { return items }
        return items.map { item in
            guard var object = item.object else { return item }
            object["@context"] = form.contextSource
            return .object(object)
        }
    }

    private static func parts(
        _ data: JSONValue, _ codec: SourceCodec
    ) throws(Problem) -> [Entity] {
        do throws(SourceFailure) {
            return try codec.entities(data.bytes)
        } catch {
            throw .badData("the entities cannot be read", at: "/data")
        }
    }

    private static func joined(
        _ data: JSONValue, _ codec: SourceCodec, _ ready: ReadySubscription,
        _ writer: NotificationWriter, _ work: BrokerTransaction
    ) throws -> [JSONValue] {
        var said: [JSONValue] = []
        for part in try parts(data, codec) {
            var merge = EntityMerge(try work.entity(part.id))
            merge.add(part)
            guard let whole = merge.entity, try ready.accepts(whole, work.entity) else { continue }
            said += try writer.entity(whole, nil, gone: [])
        }
        return said
    }
}
