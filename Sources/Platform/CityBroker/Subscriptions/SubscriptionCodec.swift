package import CityKernel

/// Subscriptions as NGSI-LD documents.
package struct SubscriptionCodec: Sendable {
    /// The document's own names are read under it.
    package let context: LDContext

    package init(_ context: LDContext = .core) { self.context = context }

    private static let timeoutDefault = Duration.seconds(10)
    private static let timeoutMax = Duration.seconds(60)
    /// Entities, attributes and header fields that one subscription may name.
    private static let namesMax = 1_000

    /// - Parameter id: the id to use when the document has none.
    /// - Throws: `Problem`.
    package func subscription(
        _ json: JSONValue, id: String, now: Timestamp
    ) throws(Problem) -> Subscription {
        guard var document = json.object else {
            throw .badData("a subscription is a JSON object", at: "/")
        }
        guard document["type"]?.string == "Subscription" else {
            throw .badData("the type must be Subscription", at: "/type")
        }
        try refuseUnsupported(document)
        document["@context"] = nil
        let written = document["id"] ?? document["@id"] ?? .string(id)
        guard let ownID = written.string, EntityID.isURI(ownID) else {
            throw .badData("an id is an absolute URI", at: "/id")
        }
        document["@id"] = nil
        document["id"] = .string(ownID)
        let expiresAt = try instant(document["expiresAt"], at: "/expiresAt")
        if let expiresAt, expiresAt <= now {
            throw .badData("expiresAt has passed", at: "/expiresAt")
        }
        let subscription = try read(&document, ownID, expiresAt)
        guard !subscription.selectors.isEmpty || !subscription.watchedAttributes.isEmpty else {
            throw .badData("a subscription needs entities or watchedAttributes", at: "/")
        }
        return subscription
    }

    private func refuseUnsupported(_ document: JSONObject) throws(Problem) {
        for key in ["timeInterval", "temporalQ", "scopeQ", "csf"] where document[key] != nil {
            throw Problem(
                .notSupported, title: "This kind of subscription is not supported",
                detail: "\(key) is not supported.", remedy: "Leave \(key) out.")
        }
    }

    private func read(
        _ document: inout JSONObject, _ id: String, _ expiresAt: Timestamp?
    ) throws(Problem) -> Subscription {
        let selectors = try selectors(&document)
        let watched = try names(document["watchedAttributes"], at: "/watchedAttributes")
        if document["watchedAttributes"] != nil {
            document["watchedAttributes"] = .array(watched.map(JSONValue.string))
        }
        guard var notification = document["notification"]?.object else {
            throw .badData("a subscription needs a notification", at: "/notification")
        }
        let attributes = try names(
            notification["attributes"], at: "/notification/attributes")
        if notification["attributes"] != nil {
            notification["attributes"] = .array(attributes.map(JSONValue.string))
        }
        document["notification"] = .object(notification)
        let active = document["isActive"] ?? true
        guard let isActive = active.bool else {
            throw .badData("isActive is true or false", at: "/isActive")
        }
        return Subscription(
            id: id, selectors: selectors, watchedAttributes: watched,
            triggers: try triggers(document["notificationTrigger"]),
            filter: try filter(document["q"]), geo: try geo(document["geoQ"]),
            isActive: isActive, expiresAt: expiresAt,
            throttling: try throttling(document["throttling"]), notifiedAttributes: attributes,
            representation: try representation(notification, document["lang"]),
            endpoint: try endpoint(notification["endpoint"]), context: context,
            document: document)
    }

    private func selectors(
        _ document: inout JSONObject
    ) throws(Problem) -> [Subscription.Selector] {
        guard let json = document["entities"] else { return [] }
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("entities is a list that is not empty", at: "/entities")
        }
        var selectors: [Subscription.Selector] = []
        var written: [JSONValue] = []
        for item in list {
            guard var object = item.object else {
                throw .badData("an entity selector is an object", at: "/entities")
            }
            let selector = try selector(object)
            if let type = selector.type { object["type"] = .string(type) }
            selectors.append(selector)
            written.append(.object(object))
        }
        document["entities"] = .array(written)
        return selectors
    }

    private func selector(_ object: JSONObject) throws(Problem) -> Subscription.Selector {
        guard let type = object["type"]?.string, !type.isEmpty else {
            throw .badData("an entity selector needs a type", at: "/entities")
        }
        var selector = Subscription.Selector()
        selector.type = type == "*" ? nil : context.name(of: type)
        if let json = object["id"] {
            guard let id = json.string.flatMap(EntityID.init) else {
                throw .badData("an id is an absolute URI", at: "/entities")
            }
            selector.id = id
        }
        if let json = object["idPattern"] {
            guard let pattern = json.string else {
                throw .badData("an idPattern is a text", at: "/entities")
            }
            _ = try TextPattern(pattern)
            selector.idPattern = pattern
        }
        return selector
    }

    private func names(_ json: JSONValue?, at place: String) throws(Problem) -> [String] {
        guard let json else { return [] }
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("a list of names that is not empty is needed", at: place)
        }
        var names: [String] = []
        for item in list {
            guard let name = item.string, !name.isEmpty else {
                throw .badData("a name is a text", at: place)
            }
            names.append(context.name(of: name))
        }
        return names
    }

    private func triggers(_ json: JSONValue?) throws(Problem) -> Set<Subscription.Trigger> {
        guard let json else { return [.attributeCreated, .attributeUpdated] }
        var triggers: Set<Subscription.Trigger> = []
        for item in json.array ?? [json] {
            guard let trigger = item.string.flatMap(Subscription.Trigger.init) else {
                throw .badData(
                    "this is not a notificationTrigger", at: "/notificationTrigger",
                    remedy: "Use "
                        + Subscription.Trigger.allCases.map(\.rawValue).joined(separator: ", ")
                        + ".")
            }
            triggers.insert(trigger)
        }
        return triggers
    }

    private func filter(_ json: JSONValue?) throws(Problem) -> QueryExpression? {
        guard let json else { return nil }
        guard let text = json.string else { throw .badData("q is a text", at: "/q") }
        let expression = try QueryParser.parse(text, context)
        _ = try QueryFilter(expression)
        return expression
    }

    private func geo(_ json: JSONValue?) throws(Problem) -> GeoQuery? {
        guard let json else { return nil }
        guard let georel = json["georel"]?.string, let geometry = json["geometry"]?.string,
            let coordinates = json["coordinates"]
        else { throw .badData("geoQ needs georel, geometry and coordinates", at: "/geoQ") }
        let property = json["geoproperty"]?.string
        if let text = coordinates.string {
            return try GeoQueryParser.parse(
                georel: georel, geometry: geometry, coordinates: text, geoproperty: property,
                context)
        }
        return try GeoQueryParser.parse(
            georel: georel, geometry: geometry, coordinates: coordinates, geoproperty: property,
            context)
    }

    private func throttling(_ json: JSONValue?) throws(Problem) -> Duration? {
        guard let json else { return nil }
        guard let seconds = json.double, seconds > 0, seconds < 31_536_000 else {
            throw .badData("throttling is a number of seconds above zero", at: "/throttling")
        }
        return .microseconds(Int64(seconds * 1_000_000))
    }

    private func instant(_ json: JSONValue?, at place: String) throws(Problem) -> Timestamp? {
        guard let json else { return nil }
        guard let time = json.string.flatMap({ Timestamp(iso8601: $0) }) else {
            throw .badData("a date and time is needed", at: place)
        }
        return time
    }

    private func representation(
        _ notification: JSONObject, _ lang: JSONValue?
    ) throws(Problem) -> NGSILDRepresentation {
        let word = notification["format"]?.string ?? "normalized"
        let name = word == "keyValues" ? "simplified" : word
        guard let format = NGSILDRepresentation.Format(rawValue: name) else {
            throw .badData("this is not a format", at: "/notification/format")
        }
        return NGSILDRepresentation(
            format, hasSystemAttributes: notification["sysAttrs"]?.bool ?? false,
            languages: lang?.string.map { [$0] } ?? [])
    }

    private func endpoint(_ json: JSONValue?) throws(Problem) -> Subscription.Endpoint {
        let place = "/notification/endpoint"
        guard let uri = json?["uri"]?.string, EntityID.isURI(uri) else {
            throw .badData("an endpoint needs a uri", at: place)
        }
        guard uri.hasPrefix("http://") || uri.hasPrefix("https://") else {
            throw Problem(
                .notSupported, title: "This way of notification is not supported",
                detail: "Notifications go by HTTP.", remedy: "Give an http or https uri.")
        }
        let accept = json?["accept"]?.string ?? Subscription.Endpoint.Media.json.rawValue
        guard let media = Subscription.Endpoint.Media(rawValue: accept) else {
            throw .badData("accept is application/json or application/ld+json", at: place)
        }
        return Subscription.Endpoint(
            uri: uri, media: media, headers: try headers(json?["receiverInfo"], at: place),
            timeout: try timeout(json?["timeout"], at: place))
    }

    private func headers(
        _ json: JSONValue?, at place: String
    ) throws(Problem) -> [(name: String, value: String)] {
        guard let json else { return [] }
        guard let list = json.array, list.count <= Self.namesMax else {
            throw .badData("receiverInfo is a list of key and value", at: place)
        }
        var headers: [(name: String, value: String)] = []
        for item in list {
            guard let name = item["key"]?.string, let value = item["value"]?.string,
                !name.isEmpty, name.utf8.allSatisfy(Self.isHeaderName),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else { throw .badData("receiverInfo is a list of key and value", at: place) }
            headers.append((name, value))
        }
        return headers
    }

    private static func isHeaderName(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == 45 || byte == 95
    }

    private func timeout(_ json: JSONValue?, at place: String) throws(Problem) -> Duration {
        guard let json else { return Self.timeoutDefault }
        guard let milliseconds = json.integer, milliseconds > 0 else {
            throw .badData("timeout is a number of milliseconds", at: place)
        }
        return min(.milliseconds(min(milliseconds, 3_600_000)), Self.timeoutMax)
    }
}

// MARK: - Writing

extension SubscriptionCodec {
    /// The subscription in the words of this codec's context. `q` is written as it was sent.
    package func json(_ stored: StoredSubscription, at now: Timestamp) -> JSONValue {
        var object = stored.subscription.document
        if let entities = object["entities"]?.array {
            object["entities"] = .array(entities.map(compactType))
        }
        object["watchedAttributes"] = object["watchedAttributes"].map(compactNames)
        if var notification = object["notification"]?.object {
            notification["attributes"] = notification["attributes"].map(compactNames)
            appendCounters(of: stored, to: &notification)
            object["notification"] = .object(notification)
        }
        object["isActive"] = .bool(stored.subscription.isActive)
        object["status"] = .string(stored.status(at: now))
        return .object(object)
    }

    /// With `createdAt` and `modifiedAt`.
    package func jsonWithTimes(_ stored: StoredSubscription, at now: Timestamp) -> JSONValue {
        guard var object = json(stored, at: now).object else { return .null }
        object["createdAt"] = .string(stored.createdAt.iso8601)
        object["modifiedAt"] = .string(stored.modifiedAt.iso8601)
        return .object(object)
    }

    private func compactType(_ json: JSONValue) -> JSONValue {
        guard var object = json.object, let type = object["type"]?.string, type != "*" else {
            return json
        }
        object["type"] = .string(context.term(for: type))
        return .object(object)
    }

    private func compactNames(_ json: JSONValue) -> JSONValue {
        .array((json.array ?? []).map { .string(context.term(for: $0.string ?? "")) })
    }

    private func appendCounters(
        of stored: StoredSubscription, to notification: inout JSONObject
    ) {
        notification["status"] = stored.isFailing ? "failed" : "ok"
        guard stored.timesSent > 0 else { return }
        notification["timesSent"] = .integer(Int64(stored.timesSent))
        notification["timesFailed"] = .integer(Int64(stored.timesFailed))
        let times = [
            ("lastNotification", stored.lastNotification), ("lastSuccess", stored.lastSuccess),
            ("lastFailure", stored.lastFailure),
        ]
        for (key, time) in times {
            if let time { notification[key] = .string(time.iso8601) }
        }
    }
}
