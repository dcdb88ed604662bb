import CityKernel

/// Reads what a notification of NGSIv2 shall look like.
struct NGSIv2FormReader {
    private let notification: JSONObject

    init(_ notification: JSONObject) { self.notification = notification }

    func form() throws(Problem) -> NGSIv2NotificationForm {
        var form = NGSIv2NotificationForm()
        if notification["attrs"]?.array?.isEmpty == false, notification["exceptAttrs"] != nil {
            throw .badData("http notification has attrs and exceptAttrs")
        }
        form.representation.attributes = try NGSIv2SubscriptionReader.names(
            notification["attrs"], "notification attrs")
        form.representation.excluded = Set(
            try NGSIv2SubscriptionReader.names(notification["exceptAttrs"], "exceptAttrs"))
        form.representation.metadata = try NGSIv2SubscriptionReader.names(
            notification["metadata"], "notification metadata")
        form.representation.form = try format()
        form.onlyChanged = try flag("onlyChangedAttrs")
        form.isCovered = try flag("covered")
        if form.isCovered, form.representation.attributes.isEmpty {
            throw .badData("covered true cannot be used without notification attrs")
        }
        for kind in ["httpCustom", "mqttCustom"] {
            if let custom = notification[kind] { try read(custom, kind, into: &form) }
        }
        return form
    }

    private func format() throws(Problem) -> NGSIv2Representation.Form {
        guard let json = notification["attrsFormat"] else { return .normalized }
        switch json.string {
        // The older and the newer word for the same.
        case "normalized", "simplifiedNormalized": return .normalized
        case "keyValues", "simplifiedKeyValues": return .keyValues
        case "values": return .values
        default:
            throw .badData("invalid attrsFormat (accepted ones: normalized, keyValues, values)")
        }
    }

    private func flag(_ key: String) throws(Problem) -> Bool {
        guard let json = notification[key] else { return false }
        guard let flag = json.bool else { throw .badData("\(key) is not a boolean") }
        return flag
    }

    // MARK: - Custom

    private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

    private func read(
        _ json: JSONValue, _ kind: String, into form: inout NGSIv2NotificationForm
    ) throws(Problem) {
        guard let custom = json.object else { throw .badData("\(kind) is not a JSON object") }
        let bodies = ["payload", "json", "ngsi"].filter { custom[$0] != nil }
        guard bodies.count <= 1 else {
            throw .badData("only one of payload, json or ngsi is allowed at the same time")
        }
        if let payload = custom["payload"], !payload.isNull, payload.string == nil {
            throw .badData("payload custom notification is not a string")
        }
        if let body = custom["json"], body.object == nil, body.array == nil {
            throw .badData("json fields in \(kind) must be object or array")
        }
        if let method = custom["method"] {
            guard let word = method.string, Self.methods.contains(word.uppercased()) else {
                throw .badData("unknown method \(kind) notification")
            }
        }
        for key in ["headers", "qs"] {
            guard let json = custom[key] else { continue }
            guard let object = json.object, object.allSatisfy({ $0.value.string != nil }) else {
                throw .badData("\(key) \(kind) notification is not an object of texts")
            }
        }
        if let ngsi = custom["ngsi"] {
            guard let object = ngsi.object else { throw .badData("ngsi must be a JSON object") }
            try check(object)
            form.patch = object
        }
        form.isCustom = true
        let parts = ["url", "topic", "method", "headers", "qs", "payload", "json"]
        var names: [String] = []
        for name in parts.compactMap({ custom[$0] }).flatMap(NGSIv2Macros.names)
        where !names.contains(name) {
            names.append(name)
        }
        guard names.count <= SubscriptionCodec.namesMax else {
            throw .badData("a custom notification has too many macros")
        }
        form.macroNames = names
    }

    /// A fragment of an entity, which macros may complete.
    private func check(_ ngsi: JSONObject) throws(Problem) {
        for key in ["id", "type"] where ngsi[key] != nil {
            guard ngsi[key]?.string?.isEmpty == false else {
                throw .badData("ngsi \(key) is not a string, or empty")
            }
        }
        for (name, json) in ngsi where !["id", "type"].contains(name) {
            guard let object = json.object,
                object.keys.allSatisfy(["type", "value", "metadata"].contains)
            else { throw .badData("ngsi attribute \(name.prefix(80)) is not an attribute") }
        }
    }
}
