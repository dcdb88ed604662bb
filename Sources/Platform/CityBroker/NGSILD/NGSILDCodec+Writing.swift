package import CityKernel

extension NGSILDCodec {
    /// The entity as a document; `@context` is added by whoever sends it as JSON-LD.
    package func json(
        _ entity: Entity, _ representation: NGSILDRepresentation = .init()
    ) -> JSONValue {
        var object = head(entity)
        if representation.hasSystemAttributes {
            append(entity.createdAt, entity.modifiedAt, to: &object)
        }
        var start = 0
        let attributes = entity.attributes
        while start < attributes.count {
            let name = attributes[start].name
            var end = start + 1
            while end < attributes.count, attributes[end].name == name { end += 1 }
            let instances = attributes[start..<end].map(\.attribute)
            object.append(context.term(for: name), json(instances, representation))
            start = end
        }
        return .object(object)
    }

    func head(_ entity: Entity) -> JSONObject {
        var object = JSONObject()
        object.append("id", .string(entity.id.text))
        object.append("type", Self.oneOrList(entity.types.map(context.term)))
        if !entity.scopes.isEmpty { object.append("scope", Self.oneOrList(entity.scopes)) }
        return object
    }

    private static func oneOrList(_ texts: [String]) -> JSONValue {
        texts.count == 1 ? .string(texts[0]) : .array(texts.map(JSONValue.string))
    }

    /// All instances of one attribute.
    package func json(
        _ instances: [Attribute], _ representation: NGSILDRepresentation
    ) -> JSONValue {
        if instances.count == 1 { return json(instances[0], representation) }
        guard representation.format == .simplified else {
            return .array(instances.map { instance($0, representation) })
        }
        let members = instances.map { ($0.datasetID ?? "@none", simplified($0, representation)) }
        return ["dataset": .object(JSONObject(members))]
    }

    /// One of several: never a bare value, which would make the list a value.
    private func instance(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        let json = json(attribute, representation)
        guard representation.format == .concise, json[attribute.kind.valueKey] == nil else {
            return json
        }
        return .object(JSONObject([(attribute.kind.valueKey, json)]))
    }

    package func json(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        let attribute = attribute.inLanguage(representation.languages)
        switch representation.format {
        case .simplified: return simplified(attribute, representation)
        case .concise: return concise(attribute, representation)
        case .normalized: return .object(normalized(attribute, representation))
        }
    }

    private func normalized(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONObject {
        var object = JSONObject()
        object.append("type", .string(attribute.kind.typeName))
        object.append(attribute.kind.valueKey, value(of: attribute))
        appendMembers(of: attribute, representation, to: &object)
        return object
    }

    private func concise(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        var object = JSONObject()
        object.append(attribute.kind.valueKey, value(of: attribute))
        appendMembers(of: attribute, representation, to: &object)
        let isBare =
            object.count == 1 && (attribute.kind == .property || attribute.kind == .geoProperty)
        // An object as a bare value could be taken for an attribute when it is read again.
        let isSafe = attribute.kind == .geoProperty || attribute.value.object == nil
        return isBare && isSafe ? attribute.value : .object(object)
    }

    private func simplified(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        switch attribute.kind {
        case .property, .geoProperty, .relationship: value(of: attribute)
        case .languageProperty, .vocabProperty, .jsonProperty, .listProperty, .listRelationship:
            .object(JSONObject([(attribute.kind.valueKey, value(of: attribute))]))
        }
    }

    private func appendMembers(
        of attribute: Attribute, _ representation: NGSILDRepresentation,
        to object: inout JSONObject
    ) {
        if let unitCode = attribute.unitCode { object.append("unitCode", .string(unitCode)) }
        if let observedAt = attribute.observedAt {
            object.append("observedAt", .string(observedAt.iso8601))
        }
        if let datasetID = attribute.datasetID { object.append("datasetId", .string(datasetID)) }
        if representation.hasSystemAttributes {
            append(attribute.createdAt, attribute.modifiedAt, to: &object)
        }
        var seen: Set<String> = []
        for named in attribute.subAttributes where seen.insert(named.name).inserted {
            object.append(
                context.term(for: named.name),
                sub(named, of: attribute, representation))
        }
    }

    private func sub(
        _ named: NamedAttribute, of attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        switch named.name {
        case "objectType", "valueType":
            let names = named.attribute.value.array?.compactMap(\.string) ?? []
            return Self.oneOrList(names.map(context.term))
        case "lang" where attribute.kind == .property: return named.attribute.value
        default:
            let all = attribute.subAttributes.filter { $0.name == named.name }.map(\.attribute)
            return json(all, representation)
        }
    }

    private func append(
        _ createdAt: Timestamp?, _ modifiedAt: Timestamp?, to object: inout JSONObject
    ) {
        if let createdAt { object.append("createdAt", .string(createdAt.iso8601)) }
        if let modifiedAt { object.append("modifiedAt", .string(modifiedAt.iso8601)) }
    }

    private func value(of attribute: Attribute) -> JSONValue {
        switch attribute.kind {
        case .vocabProperty:
            if let list = attribute.value.array {
                return .array(list.map { .string(context.term(for: $0.string ?? "")) })
            }
            return .string(context.term(for: attribute.value.string ?? ""))
        case .listRelationship:
            return .array((attribute.value.array ?? []).map { ["object": $0] })
        case .property, .geoProperty, .relationship, .languageProperty, .jsonProperty,
            .listProperty:
            return attribute.value
        }
    }
}

extension Attribute {
    /// A text of several languages as a property in the one that the reader prefers.
    fileprivate func inLanguage(_ languages: [String]) -> Attribute {
        guard kind == .languageProperty, !languages.isEmpty, let map = value.object,
            let first = map.keys.first
        else { return self }
        let chosen = languages.compactMap { map[$0] == nil ? nil : $0 }.first
        let language = chosen ?? (map["@none"] == nil ? first : "@none")
        var copy = self
        copy.kind = .property
        copy.value = map[language] ?? .null
        return copy.adding("lang", .property(.string(language)))
    }
}
