package import CityKernel

/// Subscriptions as NGSI-LD documents.
package struct SubscriptionCodec: Sendable {
    /// The document's own names are read under it.
    package let context: LDContext
    private let library: ContextLibrary

    /// - Parameter library: knows the contexts that `jsonldContext` may name.
    package init(_ context: LDContext = .core, library: ContextLibrary = ContextLibrary()) {
        self.context = context
        self.library = library
    }

    /// Members of a subscription that a subscriber writes; whatever else stands in a document is left.
    private static let members: Set<String> = [
        "id", "type", "subscriptionName", "description", "entities", "watchedAttributes",
        "notificationTrigger", "timeInterval", "q", "scopeQ", "geoQ", "csf", "isActive",
        "notification", "expiresAt", "throttling", "temporalQ", "lang", "datasetId",
        "splitEntities", "jsonldContext",
    ]

    /// - Parameter id: the id to use when the document has none.
    /// - Throws: `Problem`.
    package func subscription(
        _ json: JSONValue, id: String, now: Timestamp
    ) throws(Problem) -> Subscription {
        guard let document = json.object else {
            throw .badData("a subscription is a JSON object", at: "/")
        }
        return try read(try named(try expanded(document), id), now: now)
    }

    private func named(_ document: JSONObject, _ id: String) throws(Problem) -> JSONObject {
        var document = document
        guard let ownID = (document["id"] ?? .string(id)).string, EntityID.isURI(ownID) else {
            throw .badData("an id is an absolute URI", at: "/id")
        }
        document["id"] = .string(ownID)
        return document
    }

    // MARK: - Names

    /// The members of a document with their names as inside the city, so that it may be read under
    /// any context. `null` says that a member is not there (JSON-LD).
    func expanded(_ document: JSONObject) throws(Problem) -> JSONObject {
        var expanded = JSONObject()
        for (written, value) in document {
            let key = written.hasPrefix("@") ? String(written.dropFirst()) : written
            guard Self.members.contains(key) else { continue }
            let place = "/" + key
            switch key {
            case "entities": expanded[key] = try expandedEntities(value.withoutAbsent)
            case "watchedAttributes": expanded[key] = try expandedNames(value, at: place)
            case "notification": expanded[key] = try expandedNotification(value.withoutAbsent)
            case "geoQ": expanded[key] = expandedGeoQuery(value.withoutAbsent)
            default: expanded[key] = value
            }
        }
        // The words of q are the subscriber's own, and are read under the context that came with it.
        for key in ["q", "csf", "scopeQ"] where expanded[key]?.string != nil {
            expanded[Self.queryContext] = context.source
        }
        return expanded
    }

    /// Under which context `q` was written; stands beside the members in the stored document.
    static let queryContext = "q@context"

    private func expandedEntities(_ json: JSONValue) throws(Problem) -> JSONValue {
        guard let list = json.array else { return json }
        var written: [JSONValue] = []
        for item in list {
            guard var object = item.object else {
                throw .badData("an entity selector is an object", at: "/entities")
            }
            if let type = object["type"]?.string {
                let text = Self.mappingNames(of: type) { context.name(of: $0) }
                object["type"] = .string(text)
            }
            written.append(.object(object))
        }
        return .array(written)
    }

    /// A selection of types (§4.17) with each of its names replaced.
    private static func mappingNames(of text: String, _ map: (String) -> String) -> String {
        if text == "*" { return text }
        let signs = Set("();,|")
        var mapped = ""
        var rest = text[...]
        while let first = rest.first {
            if signs.contains(first) {
                mapped.append(rest.removeFirst())
            } else {
                let name = rest.prefix { !signs.contains($0) }
                mapped += map(String(name))
                rest.removeFirst(name.count)
            }
        }
        return mapped
    }

    private func expandedNames(_ json: JSONValue, at place: String) throws(Problem) -> JSONValue {
        if json.isNull || json.string == NGSILDCodec.null { return json }
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("a list of names that is not empty is needed", at: place)
        }
        var names: [JSONValue] = []
        for item in list {
            guard let name = item.string, !name.isEmpty else {
                throw .badData("a name is a text", at: place)
            }
            let isOwn = ["id", "type", "scope", "*"].contains(name)
            names.append(.string(isOwn ? name : context.name(of: name)))
        }
        return .array(names)
    }

    private func expandedNotification(_ json: JSONValue) throws(Problem) -> JSONValue {
        guard let object = json.object else { return json }
        var notification = JSONObject()
        for (key, value) in object {
            switch key {
            case "attributes", "pick", "omit":
                notification[key] = try expandedNames(value, at: "/notification/" + key)
            case "format", "endpoint", "sysAttrs", "showChanges", "join", "joinLevel":
                notification[key] = value
            default: break
            }
        }
        return .object(notification)
    }

    private func expandedGeoQuery(_ json: JSONValue) -> JSONValue {
        guard var object = json.object, let property = object["geoproperty"]?.string else {
            return json
        }
        object["geoproperty"] = .string(context.name(of: property))
        return .object(object)
    }

    // MARK: - Reading

    /// Entities, attributes and header fields that one subscription may name.
    static let namesMax = 1_000

    /// Reads an expanded document.
    func read(_ expanded: JSONObject, now: Timestamp) throws(Problem) -> Subscription {
        var document = JSONObject()
        for (key, value) in expanded where !value.isAbsent { document[key] = value }
        let parts = SubscriptionReader(document: document, context: context, library: library)
        return try parts.subscription(now: now)
    }
}

extension JSONValue {
    /// Nothing, in the words of JSON or of NGSI-LD.
    var isAbsent: Bool { isNull || string == NGSILDCodec.null }

    /// Without the members that say nothing.
    var withoutAbsent: JSONValue {
        switch self {
        case .object(let object):
            .object(
                JSONObject(
                    object.compactMap { $0.value.isAbsent ? nil : ($0.key, $0.value.withoutAbsent) }
                ))
        case .array(let list): .array(list.map(\.withoutAbsent))
        default: self
        }
    }
}

// MARK: - Writing

extension SubscriptionCodec {
    /// The subscription in the words of this codec's context. `q` is written as it was sent.
    /// - Parameter hasTimes: with `createdAt` and `modifiedAt`.
    package func json(
        _ stored: StoredSubscription, at now: Timestamp, hasTimes: Bool = false
    ) -> JSONValue {
        var object = members(of: stored.subscription)
        if var notification = object["notification"]?.object {
            appendCounters(of: stored, to: &notification)
            object["notification"] = .object(notification)
        }
        if object["notificationTrigger"] == nil, stored.subscription.timeInterval == nil {
            object["notificationTrigger"] = ["attributeCreated", "attributeUpdated"]
        }
        // Said only when it is not what everybody expects.
        object["isActive"] = stored.subscription.isActive ? nil : false
        if object["jsonldContext"] == nil {
            object["jsonldContext"] = .string(stored.subscription.form.contextURL)
        }
        object["status"] = .string(stored.status(at: now))
        if hasTimes {
            object["createdAt"] = .string(stored.createdAt.iso8601)
            object["modifiedAt"] = .string(stored.modifiedAt.iso8601)
        }
        return .object(object)
    }

    /// What the subscriber wrote, in the words of this codec's context.
    func members(of subscription: Subscription) -> JSONObject {
        var object = subscription.document
        object[Self.queryContext] = nil
        object[SubscriptionReach.key] = nil
        object[NGSIv2SubscriptionCodec.member] = nil
        if let entities = object["entities"]?.array {
            object["entities"] = .array(entities.map(compactTypes))
        }
        object["watchedAttributes"] = object["watchedAttributes"].map(compactNames)
        if var geo = object["geoQ"]?.object, let property = geo["geoproperty"]?.string {
            geo["geoproperty"] = .string(context.term(for: property))
            object["geoQ"] = .object(geo)
        }
        if var notification = object["notification"]?.object {
            for key in ["attributes", "pick", "omit"] {
                notification[key] = notification[key].map(compactNames)
            }
            object["notification"] = .object(notification)
        }
        return object
    }

    private func compactTypes(_ json: JSONValue) -> JSONValue {
        guard var object = json.object, let type = object["type"]?.string else { return json }
        let compact = Self.mappingNames(of: type) { context.term(for: $0) }
        object["type"] = .string(compact)
        return .object(object)
    }

    private func compactNames(_ json: JSONValue) -> JSONValue {
        .array((json.array ?? []).map { .string(context.term(for: $0.string ?? "")) })
    }

    private func appendCounters(
        of stored: StoredSubscription, to notification: inout JSONObject
    ) {
        guard stored.timesSent > 0 else { return }
        notification["status"] = stored.isFailing ? "failed" : "ok"
        notification["timesSent"] = .integer(Int64(stored.timesSent))
        if stored.timesFailed > 0 {
            notification["timesFailed"] = .integer(Int64(stored.timesFailed))
        }
        let times = [
            ("lastNotification", stored.lastNotification), ("lastSuccess", stored.lastSuccess),
            ("lastFailure", stored.lastFailure),
        ]
        for (key, time) in times {
            if let time { notification[key] = .string(time.iso8601) }
        }
    }
}
