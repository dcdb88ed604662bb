package import CityKernel

/// Subscriptions of NGSIv2: one more spelling of the city's own. The document stands beside its
/// translation, so that it is read back as it was written.
package enum NGSIv2SubscriptionCodec {
    /// Where the document stands in the stored one; no document of NGSI-LD can hold this name.
    static let member = "ngsi-v2"
    static let prefix = "urn:ngsi-v2:subscription:"

    /// The id inside the city of one that NGSIv2 shows.
    package static func id(of text: String) -> String { prefix + text }

    package static func text(ofID id: String) -> String {
        id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
    }

    /// - Parameters:
    ///   - json: the document of the subscriber.
    ///   - service: the tenant; `nil` for the city itself.
    ///   - servicePath: as the header says it.
    /// - Throws: `Problem` of kind `badRequestData`.
    package static func subscription(
        _ json: JSONValue, id: String, service: String? = nil, servicePath: String? = nil
    ) throws(Problem) -> Subscription {
        guard let document = json.object else {
            throw .badData("the subscription is not a JSON object")
        }
        let reader = NGSIv2SubscriptionReader(
            document: document, service: service, servicePath: servicePath)
        return try reader.subscription(id: id)
    }

    // MARK: - Stored

    /// What is stored beside the translation.
    static func kept(_ terms: NGSIv2Terms) -> JSONValue {
        var object = JSONObject([("document", .object(terms.document))])
        if let service = terms.service { object.append("service", .string(service)) }
        if let path = terms.servicePath { object.append("servicePath", .string(path)) }
        return .object(object)
    }

    static func subscription(kept json: JSONValue, id: String) throws(Problem) -> Subscription {
        try subscription(
            json["document"] ?? .null, id: id, service: json["service"]?.string,
            servicePath: json["servicePath"]?.string)
    }

    /// The subscription as NGSIv2 shows it; `nil` for one that was made otherwise.
    package static func json(_ stored: StoredSubscription, at now: Timestamp) -> JSONValue? {
        guard let terms = stored.subscription.ngsiv2 else { return nil }
        var object = JSONObject([("id", .string(text(ofID: stored.subscription.id)))])
        for key in ["description", "expires"] { object[key] = terms.document[key] }
        object.append("status", .string(status(stored, terms, now)))
        object["subject"] = shownSubject(terms)
        object["notification"] = shownNotification(stored, terms)
        for key in ["throttling"] { object[key] = terms.document[key] }
        return .object(object)
    }

    private static func status(
        _ stored: StoredSubscription, _ terms: NGSIv2Terms, _ now: Timestamp
    ) -> String {
        switch stored.status(at: now) {
        case "expired": "expired"
        case "paused": "inactive"
        default:
            if stored.hasFallenSilent {
                "inactive"
            } else if terms.isOneShot {
                "oneshot"
            } else {
                stored.isFailing ? "failed" : "active"
            }
        }
    }

    private static func shownSubject(_ terms: NGSIv2Terms) -> JSONValue? {
        guard var subject = terms.document["subject"]?.object else { return nil }
        var condition = subject["condition"]?.object ?? JSONObject()
        if condition["attrs"] == nil { condition["attrs"] = [] }
        condition["notifyOnMetadataChange"] = .bool(terms.hearsMetadata)
        subject["condition"] = .object(condition)
        return .object(subject)
    }

    private static func shownNotification(
        _ stored: StoredSubscription, _ terms: NGSIv2Terms
    ) -> JSONValue? {
        guard var notification = terms.document["notification"]?.object else { return nil }
        if notification["attrs"] == nil, notification["exceptAttrs"] == nil {
            notification["attrs"] = []
        }
        let usual: [(String, JSONValue)] = [
            ("attrsFormat", "normalized"), ("onlyChangedAttrs", false), ("covered", false),
        ]
        for (key, value) in usual where notification[key] == nil { notification[key] = value }
        for kind in ["mqtt", "mqttCustom"] where notification[kind]?["passwd"] != nil {
            var target = notification[kind]?.object
            target?["passwd"] = "*****"
            notification[kind] = target.map(JSONValue.object)
        }
        if stored.timesSent > 0 { notification["timesSent"] = .integer(Int64(stored.timesSent)) }
        if stored.failsInRow > 0 {
            notification["failsCounter"] = .integer(Int64(stored.failsInRow))
        }
        func note(_ name: String, _ time: Timestamp?) {
            if let time { notification[name] = .string(NGSIv2Value.text(of: time)) }
        }
        note("lastNotification", stored.lastNotification)
        note("lastSuccess", stored.lastSuccess)
        note("lastFailure", stored.lastFailure)
        return .object(notification)
    }

    /// The document with the members of `patch` in place of its own.
    static func patched(_ document: JSONObject, with patch: JSONObject) -> JSONObject {
        var document = document
        for (key, value) in patch where key != "id" {
            document[key] = value.isNull ? Optional<JSONValue>.none : value
        }
        return document
    }
}
