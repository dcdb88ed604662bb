import CityKernel

/// `${name}` in custom notifications: the id, the type or the value of an attribute.
struct NGSIv2Macros {
    private let find: (String) -> JSONValue?

    init(_ entity: Entity) {
        find = { name in
            switch name {
            case "id": .string(NGSIv2Names.text(of: entity.id))
            case "type": .string(entity.types[0])
            default: entity[name].map(NGSIv2Codec.value)
            }
        }
    }

    init(_ values: JSONObject) { find = { values[$0] } }

    func value(_ name: String) -> JSONValue? { find(name) }

    // MARK: - Names

    /// The names of the macros in a text, or anywhere in a document.
    static func names(in json: JSONValue) -> [String] {
        switch json {
        case .string(let text): names(in: text)
        case .array(let items): items.flatMap(names)
        case .object(let object): object.flatMap { names(in: $0.key) + names(in: $0.value) }
        case .null, .bool, .integer, .number: []
        }
    }

    static func names(in text: String) -> [String] {
        var names: [String] = []
        _ = replaced(text) { name in
            names.append(name)
            return ""
        }
        return names
    }

    private static func replaced(_ text: String, _ value: (String) -> String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let after = rest[start.upperBound...]
            guard let end = after.firstIndex(of: "}") else {
                return result + rest[start.lowerBound...]
            }
            result += value(String(after[..<end]))
            rest = after[after.index(after: end)...]
        }
        return result + rest
    }

    // MARK: - Filling

    /// A macro that means nothing is an empty text.
    /// - Parameter escaping: what is done to each value before it takes its place.
    func filled(_ text: String, escaping: (String) -> String = { $0 }) -> String {
        Self.replaced(text) { name in
            guard let value = find(name), !value.isNull else { return "" }
            return escaping(value.string ?? value.text)
        }
    }

    /// A text that is one macro becomes the value itself, whatever its kind; `null` when the macro
    /// means nothing.
    func filled(_ json: JSONValue) -> JSONValue {
        switch json {
        case .string(let text):
            if text.hasPrefix("${"), text.firstIndex(of: "}") == text.indices.last {
                return find(String(text.dropFirst(2).dropLast())) ?? .null
            }
            return .string(filled(text))
        case .array(let items): return .array(items.map(filled))
        case .object(let object):
            return .object(JSONObject(object.map { (filled($0.key), filled($0.value)) }))
        case .null, .bool, .integer, .number: return json
        }
    }

    /// The entity with the id, type and attributes of `ngsi` in place of its own.
    func patched(_ entity: Entity, with ngsi: JSONObject) -> Entity {
        let patch = filled(JSONValue.object(ngsi)).object ?? JSONObject()
        var entity = entity
        // What cannot be read stays as it is: the subscriber hears of the rest.
        if let id = patch["id"]?.string, let id = try? NGSIv2Names.entityID(id) { entity.id = id }
        if let type = patch["type"]?.string, !type.isEmpty { entity.types = [type] }
        for (name, json) in patch where !["id", "type"].contains(name) {
            guard let attribute = try? NGSIv2Codec().attribute(json) else { continue }
            entity.attributes.removeAll { $0.name == name }
            entity.attributes.append(NamedAttribute(name, attribute))
        }
        return entity
    }
}
