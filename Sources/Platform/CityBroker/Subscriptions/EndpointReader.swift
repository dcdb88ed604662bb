import CityKernel

/// Reads where notifications go.
enum EndpointReader {
    private static let place = "/notification/endpoint"
    private static let schemes: Set<String> = ["http", "https", "mqtt", "mqtts"]
    private static let timeoutUsual = Duration.seconds(10)
    /// A receiver may take this long; shorter than `OutboxPolicy.deliverySpanMax`.
    static let timeoutMax = Duration.seconds(25)
    private static let cooldownMax = Duration.hours(24)

    static func endpoint(_ json: JSONValue?) throws(Problem) -> NotificationEndpoint {
        guard let uri = json?["uri"]?.string, EntityID.isURI(uri) else {
            throw .badData("an endpoint needs a uri", at: place)
        }
        var endpoint = NotificationEndpoint(
            uri: uri, receiverInfo: try pairs(json?["receiverInfo"], "receiverInfo"),
            notifierInfo: try pairs(json?["notifierInfo"], "notifierInfo"), timeout: timeoutUsual)
        guard schemes.contains(endpoint.scheme) else {
            throw .badData(
                "notifications do not go to \(endpoint.scheme.prefix(40))", at: place + "/uri",
                remedy: "Give an address of http, https, mqtt or mqtts.")
        }
        if let span = try milliseconds(json?["timeout"], "timeout") {
            endpoint.timeout = min(span, timeoutMax)
        }
        endpoint.cooldown = try milliseconds(json?["cooldown"], "cooldown").map {
            min($0, cooldownMax)
        }
        try checkHeaders(endpoint)
        try checkMqtt(endpoint)
        return endpoint
    }

    /// Whether `Prefer: body=json` stands among the wishes (§6.3.15).
    static func prefersPlainBody(_ json: JSONValue?) throws(Problem) -> Bool {
        let wishes =
            try pairs(json?["notifierInfo"], "notifierInfo")
            + pairs(json?["receiverInfo"], "receiverInfo")
        return wishes.contains { $0.key.lowercased() == "prefer" && $0.value == "body=json" }
    }

    private static func pairs(
        _ json: JSONValue?, _ name: String
    ) throws(Problem) -> [NotificationEndpoint.Pair] {
        guard let json else { return [] }
        let refusal = Problem.badData(
            "\(name) is a list of objects with the texts key and value", at: place + "/" + name)
        guard let list = json.array, list.count <= SubscriptionCodec.namesMax else {
            throw refusal
        }
        var pairs: [NotificationEndpoint.Pair] = []
        for item in list {
            guard let key = item["key"]?.string, !key.isEmpty, let value = item["value"]?.string
            else { throw refusal }
            pairs.append(NotificationEndpoint.Pair(key: key, value: value))
        }
        return pairs
    }

    /// What becomes header fields must not be able to end one.
    private static func checkHeaders(_ endpoint: NotificationEndpoint) throws(Problem) {
        guard endpoint.scheme.hasPrefix("http") else { return }
        for pair in endpoint.receiverInfo {
            guard pair.key.utf8.allSatisfy(isHeaderName),
                pair.value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else {
                throw .badData(
                    "\(pair.key.prefix(40)) cannot be a header field",
                    at: place + "/receiverInfo")
            }
        }
    }

    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isHeaderName)
    }

    private static func isHeaderName(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == 45 || byte == 95
    }

    private static func checkMqtt(_ endpoint: NotificationEndpoint) throws(Problem) {
        guard endpoint.scheme.hasPrefix("mqtt") else { return }
        let place = place + "/notifierInfo"
        if let quality = endpoint.setting("MQTT-QoS"), !["0", "1", "2"].contains(quality) {
            throw .badData("MQTT-QoS is 0, 1 or 2", at: place)
        }
        if let version = endpoint.setting("MQTT-Version"),
            !["mqtt3.1.1", "mqtt5.0"].contains(version)
        {
            throw .badData("MQTT-Version is mqtt3.1.1 or mqtt5.0", at: place)
        }
    }

    private static func milliseconds(
        _ json: JSONValue?, _ name: String
    ) throws(Problem) -> Duration? {
        guard let json else { return nil }
        guard let milliseconds = json.integer, milliseconds > 0 else {
            throw .badData(
                "\(name) is a number of milliseconds above zero", at: place + "/" + name)
        }
        return .milliseconds(min(milliseconds, 86_400_000))
    }
}
