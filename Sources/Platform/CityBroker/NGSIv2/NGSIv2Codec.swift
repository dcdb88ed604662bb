package import CityKernel

/// Entities and attributes as NGSIv2 writes them. Names are those inside the city.
package struct NGSIv2Codec: Sendable {
    /// `options=keyValues`: bodies without types and metadata.
    package let isKeyValues: Bool

    package init(isKeyValues: Bool = false) { self.isKeyValues = isKeyValues }

    /// The type of an entity that says none.
    package static let typeDefault = "Thing"

    /// - Throws: `Problem` of kind `badRequestData`.
    package func entity(_ json: JSONValue, scopes: [String]) throws(Problem) -> Entity {
        guard let object = json.object else { throw .badData("entity is not a JSON object") }
        guard let id = object["id"]?.string else {
            throw .badData(
                object["id"] == nil ? "entity id is missing" : "invalid JSON type for entity id")
        }
        let type = try type(object["type"])
        var entity = Entity(
            id: try NGSIv2Names.entityID(id), types: [type ?? Self.typeDefault], scopes: scopes,
            attributes: try attributes(object))
        entity.expiresAt = try expiry(object)
        return entity
    }

    func type(_ json: JSONValue?) throws(Problem) -> String? {
        guard let json else { return nil }
        guard let text = json.string else { throw .badData("invalid JSON type for entity type") }
        try NGSIv2Names.check(text, "entity type")
        return text
    }

    /// `dateExpires` is no attribute but when the entity ceases to be.
    package func expiry(_ object: JSONObject) throws(Problem) -> Timestamp? {
        guard let json = object["dateExpires"] else { return nil }
        guard let text = (json["value"] ?? json).string, let time = NGSIv2Value.time(text) else {
            throw .badData("dateExpires is not a date and time")
        }
        return time
    }

    /// Every member but `id`, `type` and the names of Orion itself.
    package func attributes(_ object: JSONObject) throws(Problem) -> [NamedAttribute] {
        var attributes: [NamedAttribute] = []
        for (name, json) in object where !Self.builtIn.contains(name) {
            attributes.append(NamedAttribute(try self.name(name), try attribute(json)))
        }
        return attributes
    }

    package static let builtIn: Set<String> = [
        "id", "type", "dateCreated", "dateModified", "dateExpires", "servicePath",
    ]

    package func name(_ name: String) throws(Problem) -> String {
        try NGSIv2Names.check(name, "attribute name")
        return name
    }

    /// An attribute, or its value alone with `keyValues`.
    package func attribute(_ json: JSONValue) throws(Problem) -> Attribute {
        if isKeyValues { return try NGSIv2Value.attribute(json, type: nil) }
        guard let object = json.object else {
            throw .badData("attribute must be a JSON object, unless keyValues option is used")
        }
        for key in object.keys where !["type", "value", "metadata"].contains(key) {
            throw .badData("unrecognized property for context attribute: \(key.prefix(80))")
        }
        var type: String?
        if let written = object["type"] {
            guard let text = written.string else {
                throw .badData("invalid JSON type for attribute type")
            }
            try NGSIv2Names.check(text, "attribute type")
            type = text
        }
        var attribute = try NGSIv2Value.attribute(object["value"] ?? .null, type: type)
        try read(object["metadata"], into: &attribute)
        return attribute
    }

    private func read(_ json: JSONValue?, into attribute: inout Attribute) throws(Problem) {
        guard let json else { return }
        guard let metadata = json.object else {
            throw .badData("metadata must be a JSON object")
        }
        for (name, item) in metadata {
            try NGSIv2Names.check(name, "metadata name")
            guard let object = item.object else {
                throw .badData("invalid JSON type for attribute metadata")
            }
            let value = object["value"] ?? .null
            switch name {
            case "dateCreated", "dateModified", "previousValue", "actionType": break
            case "unitCode" where value.string != nil: attribute.unitCode = value.string
            case "observedAt" where value.string.flatMap(NGSIv2Value.time) != nil:
                attribute.observedAt = value.string.flatMap(NGSIv2Value.time)
            default:
                let sub = try NGSIv2Value.attribute(value, type: object["type"]?.string)
                attribute.subAttributes.append(NamedAttribute(name, sub))
            }
        }
    }
}

// MARK: - Writing

/// How entities are shown.
package struct NGSIv2Representation: Sendable, Hashable {
    package enum Form: String, Sendable, Hashable { case normalized, keyValues, values, unique }

    package var form = Form.normalized
    /// Only these, in this order; empty or `*` for all. Names of Orion itself only when named.
    package var attributes: [String] = []
    package var excluded: Set<String> = []
    /// Only these metadata; empty or `*` for all that were written.
    package var metadata: [String] = []

    package init() {}

    var showsAll: Bool { attributes.isEmpty || attributes.contains("*") }
}

extension NGSIv2Codec {
    package func json(_ entity: Entity, _ representation: NGSIv2Representation) -> JSONValue {
        let shown = Self.shown(entity, representation)
        switch representation.form {
        case .values: return .array(shown.map { NGSIv2Value.shown($0.attribute).value })
        case .unique:
            var values: [JSONValue] = []
            for named in shown {
                let value = NGSIv2Value.shown(named.attribute).value
                if !values.contains(value) { values.append(value) }
            }
            return .array(values)
        case .normalized, .keyValues:
            var object = JSONObject([
                ("id", .string(NGSIv2Names.text(of: entity.id))),
                ("type", .string(entity.types[0])),
            ])
            for named in shown where object[named.name] == nil {
                object.append(
                    named.name,
                    representation.form == .keyValues
                        ? NGSIv2Value.shown(named.attribute).value
                        : json(named.attribute, representation))
            }
            return .object(object)
        }
    }

    /// The attributes alone, as `/attrs` shows them.
    package func attributesJSON(
        _ entity: Entity, _ representation: NGSIv2Representation
    ) -> JSONValue {
        let json = json(entity, representation)
        guard var object = json.object else { return json }
        object["id"] = nil
        object["type"] = nil
        return .object(object)
    }

    package func json(
        _ attribute: Attribute, _ representation: NGSIv2Representation
    ) -> JSONValue {
        let shown = NGSIv2Value.shown(attribute)
        return [
            "type": .string(shown.type), "value": shown.value,
            "metadata": .object(Self.metadata(attribute, representation.metadata)),
        ]
    }

    package static func value(_ attribute: Attribute) -> JSONValue {
        NGSIv2Value.shown(attribute).value
    }

    package static func type(_ attribute: Attribute) -> String {
        NGSIv2Value.shown(attribute).type
    }

    /// NGSIv2 has one instance of each attribute: the default one, or the first.
    private static func shown(
        _ entity: Entity, _ representation: NGSIv2Representation
    ) -> [NamedAttribute] {
        var own: [NamedAttribute] = []
        for named in entity.attributes where !own.contains(where: { $0.name == named.name }) {
            own.append(NamedAttribute(named.name, entity[named.name] ?? named.attribute))
        }
        own.removeAll { representation.excluded.contains($0.name) }
        let builtIn = representation.attributes.compactMap { systemAttribute($0, of: entity) }
        if representation.showsAll { return own + builtIn }
        return representation.attributes.compactMap { name in
            own.first { $0.name == name } ?? builtIn.first { $0.name == name }
        }
    }

    private static func systemAttribute(
        _ name: String, of entity: Entity
    ) -> NamedAttribute? {
        let time: Timestamp? =
            switch name {
            case "dateCreated": entity.createdAt
            case "dateModified": entity.modifiedAt
            case "dateExpires": entity.expiresAt
            default: nil
            }
        return time.map { NamedAttribute(name, dateTime($0)) }
    }

    private static func dateTime(_ time: Timestamp) -> Attribute {
        Attribute.property(.string(time.iso8601)).adding(
            "valueType", Attribute(.vocabProperty, ["DateTime"]))
    }

    private static func metadata(_ attribute: Attribute, _ asked: [String]) -> JSONObject {
        var object = JSONObject()
        func add(_ name: String, _ attribute: Attribute) {
            guard object[name] == nil else { return }
            let shown = NGSIv2Value.shown(attribute)
            object.append(name, ["type": .string(shown.type), "value": shown.value])
        }
        let isAll = asked.isEmpty || asked.contains("*")
        if let unit = attribute.unitCode, isAll || asked.contains("unitCode") {
            add("unitCode", .property(.string(unit)))
        }
        if let time = attribute.observedAt, isAll || asked.contains("observedAt") {
            add("observedAt", dateTime(time))
        }
        for named in attribute.subAttributes
        where named.name != "valueType" && (isAll || asked.contains(named.name)) {
            add(named.name, named.attribute)
        }
        if asked.contains("dateCreated"), let time = attribute.createdAt {
            add("dateCreated", dateTime(time))
        }
        if asked.contains("dateModified"), let time = attribute.modifiedAt {
            add("dateModified", dateTime(time))
        }
        return object
    }
}
