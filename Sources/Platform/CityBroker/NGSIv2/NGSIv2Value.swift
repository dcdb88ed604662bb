import CityKernel

/// Values and their types between NGSIv2 and the city (see the decision record on NGSIv2).
enum NGSIv2Value {
    /// The attribute that a `type` and `value` of NGSIv2 state; `type` is kept as `valueType` unless
    /// the value tells it.
    static func attribute(
        _ value: JSONValue, type: String?, isUnrestricted: Bool = false
    ) throws(Problem) -> Attribute {
        let written = type ?? impliedType(of: value)
        if written != "TextUnrestricted", !isUnrestricted { try check(value) }
        var attribute = try bare(value, type: written)
        if written != impliedType(of: attribute) {
            attribute.subAttributes.append(
                NamedAttribute("valueType", Attribute(.vocabProperty, [.string(written)])))
        }
        return attribute
    }

    private static func bare(_ value: JSONValue, type: String) throws(Problem) -> Attribute {
        if value.isNull { return Attribute(.jsonProperty, value) }
        switch type {
        case "DateTime", "ISO8601":
            guard let text = value.string else { return .property(value) }
            guard let time = time(text) else { throw .badData("date has invalid format") }
            return .property(.string(time.iso8601))
        case "geo:point", "geo:line", "geo:box", "geo:polygon", "geo:json":
            return Attribute(.geoProperty, try NGSIv2Geometry.geoJSON(value, type: type))
        case "Relationship":
            if let text = value.string { return try relationship(text) }
            return .property(value)
        case "LanguageProperty" where value.object?.isEmpty == false:
            return Attribute(.languageProperty, value)
        case "VocabProperty" where value.string != nil: return Attribute(.vocabProperty, value)
        case "ListProperty" where value.array != nil: return Attribute(.listProperty, value)
        case "JsonProperty": return Attribute(.jsonProperty, value)
        default: return .property(value)
        }
    }

    private static func relationship(_ text: String) throws(Problem) -> Attribute {
        Attribute(.relationship, .string(try NGSIv2Names.entityID(text).text))
    }

    /// The `type` and `value` that NGSIv2 shows.
    static func shown(_ attribute: Attribute) -> (type: String, value: JSONValue) {
        let type =
            attribute.sub("valueType").map(\.value).flatMap { $0.string ?? $0[0]?.string }
            ?? impliedType(of: attribute)
        switch attribute.kind {
        case .geoProperty:
            return (type, NGSIv2Geometry.value(attribute.value, type: type))
        case .relationship:
            let value = attribute.value.string.flatMap(EntityID.init).map {
                JSONValue.string(NGSIv2Names.text(of: $0))
            }
            return (type, value ?? attribute.value)
        case .property where type == "DateTime" || type == "ISO8601":
            let time = attribute.value.string.flatMap { Timestamp(iso8601: $0) }
            return (type, time.map { .string(NGSIv2Value.text(of: $0)) } ?? attribute.value)
        default: return (type, attribute.value)
        }
    }

    static func impliedType(of attribute: Attribute) -> String {
        switch attribute.kind {
        case .property: impliedType(of: attribute.value)
        case .geoProperty: "geo:json"
        case .jsonProperty: attribute.value.isNull ? "None" : "JsonProperty"
        case .relationship, .languageProperty, .vocabProperty, .listProperty, .listRelationship:
            attribute.kind.typeName
        }
    }

    static func impliedType(of value: JSONValue) -> String {
        switch value {
        case .string: "Text"
        case .integer, .number: "Number"
        case .bool: "Boolean"
        case .array, .object: "StructuredValue"
        case .null: "None"
        }
    }

    /// Orion writes milliseconds always.
    static func text(of time: Timestamp) -> String {
        let text = time.iso8601
        guard text.hasSuffix("Z") else { return text }
        let parts = text.dropLast().split(separator: ".")
        let fraction = parts.count == 2 ? String(parts[1].prefix(3)) : ""
        return "\(parts[0]).\(fraction)\(String(repeating: "0", count: 3 - fraction.count))Z"
    }

    /// A date alone is its first moment.
    static func time(_ text: String) -> Timestamp? {
        Timestamp(iso8601: text, offsetSeconds: 0)
            ?? Timestamp(iso8601: text + "T00:00:00Z")
    }

    private static func check(_ value: JSONValue) throws(Problem) {
        switch value {
        case .string(let text): try NGSIv2Names.checkText(text, "attribute value")
        case .array(let items): for item in items { try check(item) }
        case .object(let object):
            for (key, member) in object {
                try NGSIv2Names.checkText(key, "attribute value")
                try check(member)
            }
        default: break
        }
    }
}
