import CityKernel

/// The schema of a body as its example shows it: what has to be there, and of which JSON type. Anything
/// else may stand beside it, as data of a city does.
struct BodySchema {
    private let example: JSONValue

    init(_ example: JSONValue) { self.example = example }

    var json: JSONValue {
        switch example {
        case .array(let items):
            let item = items.first.map(Self.schema) ?? ["type": "object"]
            return ["type": "array", "minItems": 1, "maxItems": 1_000, "items": item]
        default: return Self.schema(example)
        }
    }

    /// Members without which nothing can be made of a document; attributes are never among them.
    private static let needed: Set<String> = [
        "id", "type", "endpoint", "information", "notification", "entities", "snapshotQueries",
        "@context", "subject", "dataProvided", "provider", "actionType", "subscriptionId", "data",
        "gauge", "observedAt", "level",
    ]
    /// Documents whose id the city makes when they bring none.
    private static let named: Set<String> = [
        "Subscription", "ContextSourceRegistration", "Snapshot",
    ]

    private static func schema(_ value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return leaf(value) }
        let isNamed = object["type"]?.string.map(named.contains) ?? false
        var properties: [(String, JSONValue)] = []
        var required: [JSONValue] = []
        for (name, value) in object where needed.contains(name) {
            properties.append((name, name == "@context" ? [:] : member(name, value)))
            if !(isNamed && name == "id") { required.append(.string(name)) }
        }
        var members: [(String, JSONValue)] = [("type", "object")]
        if !properties.isEmpty {
            members.append(("properties", .object(JSONObject(properties))))
        }
        if !required.isEmpty { members.append(("required", .array(required))) }
        return .object(JSONObject(members))
    }

    private static func member(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .array(let items) = value else { return schema(value) }
        let item = items.first.map(schema) ?? [:]
        return ["type": "array", "minItems": 1, "items": item]
    }

    private static func leaf(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text) where text.hasPrefix("urn:") || text.hasPrefix("https://"):
            ["type": "string", "format": "uri"]
        case .string(let text) where Timestamp(iso8601: text) != nil:
            ["type": "string", "format": "date-time"]
        case .string: ["type": "string", "minLength": 1]
        case .bool: ["type": "boolean"]
        case .integer, .number: ["type": "number"]
        case .null, .array, .object: [:]
        }
    }
}
