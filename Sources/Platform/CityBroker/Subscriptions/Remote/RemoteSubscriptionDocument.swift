import CityKernel

/// What a source is told of a subscription: the same wish, reduced to what the source holds, with
/// this city as the one to be notified (§5.8.1.4).
package struct RemoteSubscriptionDocument {
    /// Where sources notify this city, below its address.
    package static let path = "/ngsi-ld/ex/remote-notify"

    private static let conditions = ["q", "geoQ", "scopeQ"]
    private static let told: Set<String> = [
        "type", "entities", "watchedAttributes", "notificationTrigger", "timeInterval", "q",
        "scopeQ", "geoQ", "isActive", "expiresAt", "throttling", "lang", "datasetId",
        "splitEntities",
    ]

    private let subscription: Subscription
    private let reach: SubscriptionReach
    private let address: String

    /// - Parameter address: where the source finds this city.
    init(_ subscription: Subscription, _ reach: SubscriptionReach, address: String) {
        self.subscription = subscription
        self.reach = reach
        self.address = address
    }

    /// In the subscriber's own words, without an id.
    /// - Parameter share: what the source holds of what is asked.
    func object(_ share: ReadyRegistration.Share) -> JSONObject? {
        guard let watched = share.asked(Set(subscription.watchedAttributes)) else { return nil }
        let codec = SubscriptionCodec(subscription.context)
        let written = codec.members(of: subscription)
        var object = JSONObject()
        for (key, value) in written where Self.told.contains(key) { object.append(key, value) }
        if subscription.isSplit {
            for key in Self.conditions { object[key] = nil }
        } else if !watched.isEmpty, subscription.timeInterval == nil {
            object["watchedAttributes"] = names(watched)
        }
        object["notification"] = .object(notification(written["notification"]?.object, share))
        return object
    }

    private func notification(
        _ written: JSONObject?, _ share: ReadyRegistration.Share
    ) -> JSONObject {
        var notification = written ?? JSONObject()
        if subscription.isSplit {
            // Judged and written here, once the parts are together.
            notification = JSONObject([("format", "normalized"), ("sysAttrs", true)])
        } else if case .attributes = share,
            let asked = share.asked(Set(subscription.form.attributes))
        {
            notification["attributes"] = names(asked)
        }
        let media =
            subscription.form.media == .geoJSON && !subscription.isSplit
            ? NotificationForm.Media.geoJSON : .json
        var endpoint = JSONObject([
            ("uri", .string(address + Self.path)), ("accept", .string(media.rawValue)),
        ])
        if let tenant = reach.tenant {
            endpoint.append(
                "receiverInfo", [["key": "NGSILD-Tenant", "value": .string(tenant)]])
        }
        notification["endpoint"] = .object(endpoint)
        return notification
    }

    private func names(_ names: Set<String>) -> JSONValue {
        .array(
            names.map { .string(subscription.context.term(for: $0)) }.sorted {
                $0.string ?? "" < $1.string ?? ""
            })
    }

    /// The members that changed; what is gone is told by the sign for nothing.
    static func patch(from old: JSONObject, to new: JSONObject) -> JSONObject {
        var patch = JSONObject()
        for (key, value) in new where old[key] != value { patch.append(key, value) }
        for (key, _) in old where new[key] == nil {
            patch.append(key, .string(NGSILDCodec.null))
        }
        return patch
    }
}
