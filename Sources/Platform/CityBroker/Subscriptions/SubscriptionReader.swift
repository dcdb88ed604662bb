import CityKernel

/// Reads the members of an expanded subscription document, one by one.
struct SubscriptionReader {
    let document: JSONObject
    /// Under which `notification` is written unless `jsonldContext` says otherwise.
    let context: LDContext
    let library: ContextLibrary

    func subscription(now: Timestamp) throws(Problem) -> Subscription {
        guard document["type"]?.string == "Subscription" else {
            throw .badData("the type must be Subscription", at: "/type")
        }
        guard let id = document["id"]?.string else {
            throw .badData("an id is an absolute URI", at: "/id")
        }
        guard let notification = document["notification"]?.object else {
            throw .badData("a subscription needs a notification", at: "/notification")
        }
        let queryContext = try self.queryContext()
        let subscription = Subscription(
            id: id, selectors: try selectors(),
            watchedAttributes: names(document["watchedAttributes"]), triggers: try triggers(),
            filter: try filter("q", queryContext), geo: try geo(),
            scopes: try scopes(),
            isActive: try flag(document["isActive"], at: "/isActive") ?? true,
            expiresAt: try expiry(now), throttling: try seconds("throttling"),
            timeInterval: try seconds("timeInterval"),
            form: try NotificationFormReader(self, notification).form(),
            endpoint: try EndpointReader.endpoint(notification["endpoint"]), context: context,
            document: document)
        // Checked here, used where registrations are matched.
        _ = try filter("csf", queryContext)
        var past = RegistrationQuery()
        try past.readTime(document["temporalQ"])
        try refuseContradictions(subscription)
        return subscription
    }

    private func refuseContradictions(_ subscription: Subscription) throws(Problem) {
        if subscription.selectors.isEmpty, subscription.watchedAttributes.isEmpty {
            throw .badData("a subscription needs entities or watchedAttributes", at: "/")
        }
        guard subscription.timeInterval != nil else { return }
        for key in ["throttling", "watchedAttributes"] where document[key] != nil {
            throw .badData(
                "timeInterval and \(key) exclude each other", at: "/" + key,
                remedy: "Leave one of them out.")
        }
    }

    private func queryContext() throws(Problem) -> LDContext {
        guard let source = document[SubscriptionCodec.queryContext] else { return .core }
        return source == context.source ? context : try library.context(source)
    }

    // MARK: - What is watched

    private func selectors() throws(Problem) -> [EntitySelector] {
        guard let json = document["entities"] else { return [] }
        guard let list = json.array, !list.isEmpty, list.count <= SubscriptionCodec.namesMax else {
            throw .badData("entities is a list that is not empty", at: "/entities")
        }
        var selectors: [EntitySelector] = []
        for item in list { selectors.append(try selector(item)) }
        return selectors
    }

    private func selector(_ json: JSONValue) throws(Problem) -> EntitySelector {
        guard let type = json["type"]?.string, !type.isEmpty else {
            throw .badData("an entity selector needs a type", at: "/entities")
        }
        var selector = EntitySelector(types: type == "*" ? nil : try TypeSelection.parse(type))
        if let json = json["id"] {
            guard let id = json.string.flatMap(EntityID.init) else {
                throw .badData("an id is an absolute URI", at: "/entities")
            }
            selector.ids = [id]
        }
        if let json = json["idPattern"] {
            guard let pattern = json.string else {
                throw .badData("an idPattern is a text", at: "/entities")
            }
            _ = try TextPattern(pattern)
            selector.idPattern = pattern
        }
        return selector
    }

    private func triggers() throws(Problem) -> Set<Subscription.Trigger> {
        guard let json = document["notificationTrigger"] else { return Subscription.Trigger.usual }
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
        guard !triggers.isEmpty else {
            throw .badData("notificationTrigger is not empty", at: "/notificationTrigger")
        }
        return triggers
    }

    // MARK: - Conditions

    /// A query inside a document may be written with the escapes that it has in an address.
    private func filter(
        _ key: String, _ context: LDContext
    ) throws(Problem) -> QueryExpression? {
        guard let json = document[key] else { return nil }
        guard let text = json.string else { throw .badData("\(key) is a text", at: "/" + key) }
        let expression = try QueryParser.parse(text.withoutPercentEscapes, context)
        _ = try QueryFilter(expression)
        return expression
    }

    private func geo() throws(Problem) -> GeoQuery? {
        guard let json = document["geoQ"] else { return nil }
        guard let georel = json["georel"]?.string, let geometry = json["geometry"]?.string,
            let coordinates = json["coordinates"]
        else { throw .badData("geoQ needs georel, geometry and coordinates", at: "/geoQ") }
        let property = json["geoproperty"]?.string
        if let text = coordinates.string {
            return try GeoQueryParser.parse(
                georel: georel, geometry: geometry, coordinates: text, geoproperty: property)
        }
        return try GeoQueryParser.parse(
            georel: georel, geometry: geometry, coordinates: coordinates, geoproperty: property)
    }

    private func scopes() throws(Problem) -> ScopeSelection? {
        guard let json = document["scopeQ"] else { return nil }
        guard let text = json.string else { throw .badData("scopeQ is a text", at: "/scopeQ") }
        return try ScopeSelection.parse(text.withoutPercentEscapes)
    }

    // MARK: - Small values

    func names(_ json: JSONValue?) -> [String] { json?.array?.compactMap(\.string) ?? [] }

    func flag(_ json: JSONValue?, at place: String) throws(Problem) -> Bool? {
        guard let json else { return nil }
        guard let flag = json.bool else { throw .badData("true or false is needed", at: place) }
        return flag
    }

    private func expiry(_ now: Timestamp) throws(Problem) -> Timestamp? {
        guard let json = document["expiresAt"] else { return nil }
        guard let time = json.string.flatMap({ Timestamp(iso8601: $0) }) else {
            throw .badData("a date and time is needed", at: "/expiresAt")
        }
        if time <= now { throw .badData("expiresAt has passed", at: "/expiresAt") }
        return time
    }

    private func seconds(_ key: String) throws(Problem) -> Duration? {
        guard let json = document[key] else { return nil }
        let longest = Duration.days(366)
        guard let seconds = json.double, seconds > 0, seconds <= longest.inSeconds else {
            throw .badData("\(key) is a number of seconds above zero", at: "/" + key)
        }
        return .microseconds(Int64(seconds * 1_000_000))
    }
}

extension String {
    /// The text that percent escapes stand for; the text itself when it has none or broken ones.
    fileprivate var withoutPercentEscapes: String {
        guard contains("%") else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return self }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self) ?? self
    }
}
