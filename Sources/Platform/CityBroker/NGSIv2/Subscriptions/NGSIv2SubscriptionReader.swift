import CityKernel

/// Reads a subscription document of NGSIv2.
struct NGSIv2SubscriptionReader {
    let document: JSONObject
    var service: String?
    var servicePath: String?

    func subscription(id: String) throws(Problem) -> Subscription {
        guard let subject = document["subject"]?.object else {
            throw .badData("no subject for subscription specified")
        }
        guard let notification = document["notification"]?.object else {
            throw .badData("no notification for subscription specified")
        }
        let condition = subject["condition"]?.object
        let expression = try Self.expression(condition?["expression"])
        let terms = try terms(condition)
        let target = try NGSIv2TargetReader(notification).target()
        var form = NotificationForm(
            context: .core, contextSource: .string(CoreContext.url))
        let ngsiv2 = try NGSIv2FormReader(notification).form()
        form.ngsiv2 = ngsiv2
        // Values before the change are kept for those who ask what kind of change it was.
        form.showsChanges = ngsiv2.showsPrevious || !terms.hearsMetadata
        var subscription = Subscription(
            id: id, selectors: try selectors(subject["entities"]),
            watchedAttributes: try Self.names(condition?["attrs"], "condition attrs"),
            triggers: terms.triggers, filter: try Self.filter(expression),
            geo: try Self.geo(expression), scopes: try scopes(),
            isActive: document["status"]?.string != "inactive", expiresAt: try expiry(),
            throttling: try throttling(), timeInterval: nil, form: form, endpoint: target,
            context: .core, document: JSONObject())
        subscription.ngsiv2 = terms
        subscription.document = Self.translation(of: subscription, ngsiv2)
        return subscription
    }

    // MARK: - Terms

    private func terms(_ condition: JSONObject?) throws(Problem) -> NGSIv2Terms {
        var terms = NGSIv2Terms(
            alterations: try Self.alterations(condition?["alterationTypes"]), document: document,
            service: service, servicePath: servicePath)
        if let json = condition?["notifyOnMetadataChange"] {
            guard let flag = json.bool else {
                throw .badData("notifyOnMetadataChange is not a boolean")
            }
            terms.hearsMetadata = flag
        }
        switch document["status"] {
        case nil, .some("active"), .some("inactive"): break
        case .some("oneshot"): terms.isOneShot = true
        default: throw .badData("status is not valid (active, inactive or oneshot)")
        }
        if let json = document["notification"]?["maxFailsLimit"] {
            guard let limit = json.integer, limit > 0 else {
                throw .badData("maxFailsLimit must be a positive number")
            }
            terms.failsMax = Int(limit)
        }
        return terms
    }

    private static func alterations(
        _ json: JSONValue?
    ) throws(Problem) -> Set<NGSIv2Terms.Alteration> {
        guard let json else { return NGSIv2Terms.usual }
        guard let list = json.array else { throw .badData("alterationTypes is not an array") }
        if list.isEmpty { return NGSIv2Terms.usual }
        var alterations: Set<NGSIv2Terms.Alteration> = []
        for item in list {
            guard let found = item.string.flatMap(NGSIv2Terms.Alteration.init) else {
                throw .badData("alterationTypes array contains an invalid element")
            }
            alterations.insert(found)
        }
        return alterations
    }

    // MARK: - Subject

    private func selectors(_ json: JSONValue?) throws(Problem) -> [EntitySelector] {
        guard let list = json?.array, !list.isEmpty else {
            throw .badData("no subject entities specified")
        }
        guard list.count <= SubscriptionCodec.namesMax else {
            throw .badData("a subject has at most \(SubscriptionCodec.namesMax) entities")
        }
        var selectors: [EntitySelector] = []
        for item in list { selectors.append(try NGSIv2Selector.read(item, "subject")) }
        return selectors
    }

    static func names(_ json: JSONValue?, _ place: String) throws(Problem) -> [String] {
        guard let json else { return [] }
        guard let list = json.array, list.count <= SubscriptionCodec.namesMax else {
            throw .badData("\(place) is not an array")
        }
        var names: [String] = []
        for item in list {
            guard let name = item.string else { throw .badData("\(place) element is not a string") }
            guard !name.isEmpty else { throw .badData("\(place) element is empty") }
            names.append(name)
        }
        return names
    }

    private static func expression(_ json: JSONValue?) throws(Problem) -> JSONObject? {
        guard let json else { return nil }
        guard let object = json.object, !object.isEmpty else {
            throw .badData("expression is not a JSON object with members")
        }
        for (key, value) in object {
            guard ["q", "mq", "georel", "geometry", "coords"].contains(key) else {
                throw .badData("invalid member of expression: \(key.prefix(80))")
            }
            guard value.string?.isEmpty == false else {
                throw .badData("\(key) of expression is not a text, or empty")
            }
        }
        return object
    }

    private static func filter(_ expression: JSONObject?) throws(Problem) -> QueryExpression? {
        var parts: [QueryExpression] = []
        if let q = expression?["q"]?.string { parts.append(try NGSIv2QueryParser.parse(q)) }
        if let mq = expression?["mq"]?.string {
            parts.append(try NGSIv2QueryParser.parse(mq, .metadata))
        }
        let filter = parts.count < 2 ? parts.first : .all(parts)
        // Patterns are tried once here, before anybody waits for a notification.
        if let filter { _ = try QueryFilter(filter) }
        return filter
    }

    private static func geo(_ expression: JSONObject?) throws(Problem) -> GeoQuery? {
        let parts = ["georel", "geometry", "coords"].map { expression?[$0]?.string }
        if parts.allSatisfy({ $0 == nil }) { return nil }
        guard let georel = parts[0], let geometry = parts[1], let coords = parts[2] else {
            throw .badData(
                "partial geo expression: geometry, georel and coords have to be provided together")
        }
        return try NGSIv2Geometry.query(georel: georel, geometry: geometry, coords: coords)
    }

    private func scopes() throws(Problem) -> ScopeSelection? {
        guard let path = servicePath, path != "/#" else { return nil }
        return path == "/" ? nil : try ScopeSelection.parse(path)
    }

    // MARK: - Times

    private func expiry() throws(Problem) -> Timestamp? {
        guard let json = document["expires"] else { return nil }
        guard let text = json.string else { throw .badData("expires is not a string") }
        if text.isEmpty { return nil }
        guard let time = NGSIv2Value.time(text) else {
            throw .badData("expires has an invalid format")
        }
        return time
    }

    private func throttling() throws(Problem) -> Duration? {
        guard let json = document["throttling"] else { return nil }
        guard let seconds = json.integer, (0...31_622_400).contains(seconds) else {
            throw .badData("throttling must be zero or a positive number of seconds")
        }
        return seconds == 0 ? nil : .seconds(seconds)
    }

    // MARK: - Translation

    /// What NGSI-LD shows of it.
    private static func translation(
        of subscription: Subscription, _ form: NGSIv2NotificationForm
    ) -> JSONObject {
        var object = JSONObject([
            ("id", .string(subscription.id)), ("type", "Subscription"),
            ("entities", .array(subscription.selectors.map(NGSIv2Selector.translated))),
        ])
        if let text = subscription.ngsiv2?.document["description"]?.string {
            object.append("description", .string(text))
        }
        if !subscription.watchedAttributes.isEmpty {
            object.append(
                "watchedAttributes",
                .array(subscription.watchedAttributes.map(JSONValue.string)))
        }
        object.append(
            "notificationTrigger",
            .array(subscription.triggers.map(\.rawValue).sorted().map(JSONValue.string)))
        if let expiry = subscription.expiresAt {
            object.append("expiresAt", .string(expiry.iso8601))
        }
        if let throttling = subscription.throttling {
            object.append("throttling", .number(throttling.inSeconds))
        }
        let format = form.isCustom ? "custom" : form.representation.form.rawValue
        object.append(
            "notification",
            [
                "format": .string("x-ngsiv2-" + format),
                "endpoint": [
                    "uri": .string(subscription.endpoint.publicURI), "accept": "application/json",
                ],
            ])
        if let terms = subscription.ngsiv2 {
            object.append(NGSIv2SubscriptionCodec.member, NGSIv2SubscriptionCodec.kept(terms))
        }
        return object
    }
}

/// How NGSIv2 selects entities, in subscriptions and registrations.
enum NGSIv2Selector {
    static func read(_ item: JSONValue, _ place: String) throws(Problem) -> EntitySelector {
        guard item.object != nil else {
            throw .badData("\(place) entities element is not an object")
        }
        func text(_ key: String) throws(Problem) -> String? {
            guard let json = item[key] else { return nil }
            guard let text = json.string, !text.isEmpty else {
                throw .badData("\(place) entities \(key) is not a string, or empty")
            }
            return text
        }
        let (id, pattern) = (try text("id"), try text("idPattern"))
        let (type, typePattern) = (try text("type"), try text("typePattern"))
        if id != nil, pattern != nil { throw .badData("id and idPattern are exclusive") }
        if id == nil, pattern == nil, type == nil, typePattern == nil {
            throw .badData("\(place) entities element has neither id nor idPattern nor type")
        }
        if type != nil, typePattern != nil { throw .badData("type and typePattern are exclusive") }
        var selector = EntitySelector(types: type.map { .type($0) })
        if let id { selector.ids = [try NGSIv2Names.entityID(id)] }
        if let pattern, pattern != ".*" {
            let own = NGSIv2Names.pattern(pattern)
            _ = try TextPattern(own)
            selector.idPattern = own
        }
        if let typePattern, typePattern != ".*" {
            _ = try TextPattern(typePattern)
            selector.typePattern = typePattern
        }
        return selector
    }

    static func translated(_ selector: EntitySelector) -> JSONValue {
        var object = JSONObject()
        if let id = selector.ids.first { object.append("id", .string(id.text)) }
        if let pattern = selector.idPattern { object.append("idPattern", .string(pattern)) }
        if let pattern = selector.typePattern { object.append("typePattern", .string(pattern)) }
        let types = selector.types?.candidates ?? []
        object.append("type", .string(types.first ?? "*"))
        return .object(object)
    }
}
