package import CityKernel

extension NGSILDCodec {
    /// The entity as a document; `@context` is added by whoever sends it as JSON-LD.
    package func json(
        _ entity: Entity, _ representation: NGSILDRepresentation = .init(),
        _ projection: Projection = .all, linked: LinkedEntities? = nil
    ) -> JSONValue {
        let way = linked.flatMap { $0.join == .inline ? Way($0, from: entity.id) : nil }
        return .object(object(entity, representation, projection, way))
    }

    /// Where the writer stands among linked entities: how far it may go on, and whom it has met.
    private struct Way {
        let linked: LinkedEntities
        var level: Int
        var met: Set<EntityID>
        var projection: Projection

        init(_ linked: LinkedEntities, from id: EntityID) {
            self.linked = linked
            level = linked.level
            met = linked.known.union([id])
            projection = .all
        }
    }

    private func object(
        _ entity: Entity, _ representation: NGSILDRepresentation, _ projection: Projection,
        _ way: Way?
    ) -> JSONObject {
        var object = head(entity, projection)
        if representation.hasSystemAttributes {
            append(entity.createdAt, entity.modifiedAt, entity.expiresAt, to: &object)
        }
        var start = 0
        let attributes = entity.attributes
        while start < attributes.count {
            let name = attributes[start].name
            var end = start + 1
            while end < attributes.count, attributes[end].name == name { end += 1 }
            defer { start = end }
            guard projection.shows(name) else { continue }
            var way = way
            way?.projection = projection.inside(name)
            let instances = attributes[start..<end].map(\.attribute)
            object.append(context.term(for: name), json(instances, representation, way))
        }
        return object
    }

    func head(_ entity: Entity, _ projection: Projection = .all) -> JSONObject {
        var object = JSONObject()
        if projection.shows("id") { object.append("id", .string(entity.id.text)) }
        if projection.shows("type") {
            object.append("type", Self.oneOrList(entity.types.map(context.term)))
        }
        if !entity.scopes.isEmpty, projection.shows("scope") {
            object.append("scope", Self.oneOrList(entity.scopes))
        }
        return object
    }

    private static func oneOrList(_ texts: [String]) -> JSONValue {
        texts.count == 1 ? .string(texts[0]) : .array(texts.map(JSONValue.string))
    }

    /// All instances of one attribute.
    package func json(
        _ instances: [Attribute], _ representation: NGSILDRepresentation
    ) -> JSONValue { json(instances, representation, nil) }

    private func json(
        _ instances: [Attribute], _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue {
        if instances.count == 1 { return json(instances[0], representation, way) }
        guard representation.format == .simplified else {
            return .array(instances.map { instance($0, representation, way) })
        }
        let members = instances.map {
            ($0.datasetID ?? "@none", json($0, representation, way))
        }
        return ["dataset": .object(JSONObject(members))]
    }

    /// One of several: never a bare value, which would make the list a value.
    private func instance(
        _ attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue {
        let json = json(attribute, representation, way)
        guard representation.format == .concise, json[attribute.kind.valueKey] == nil else {
            return json
        }
        return .object(JSONObject([(attribute.kind.valueKey, json)]))
    }

    package func json(
        _ attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue { json(attribute, representation, nil) }

    private func json(
        _ attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue {
        let attribute = attribute.inLanguage(representation.languages)
        switch representation.format {
        case .simplified: return simplified(attribute, representation, way)
        case .concise: return concise(attribute, representation, way)
        case .normalized: return .object(normalized(attribute, representation, way))
        }
    }

    private func normalized(
        _ attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONObject {
        var object = JSONObject()
        object.append("type", .string(attribute.kind.typeName))
        object.append(attribute.kind.valueKey, value(of: attribute))
        appendMembers(of: attribute, representation, way, to: &object)
        return object
    }

    private func concise(
        _ attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue {
        var object = JSONObject()
        object.append(attribute.kind.valueKey, value(of: attribute))
        appendMembers(of: attribute, representation, way, to: &object)
        let isBare =
            object.count == 1 && (attribute.kind == .property || attribute.kind == .geoProperty)
        // An object as a bare value could be taken for an attribute when it is read again.
        let isSafe = attribute.kind == .geoProperty || attribute.value.object == nil
        return isBare && isSafe ? attribute.value : .object(object)
    }

    private func simplified(
        _ attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue {
        switch attribute.kind {
        case .property, .geoProperty, .listProperty: return attribute.value
        case .relationship, .listRelationship:
            guard way != nil else { return attribute.value }
            func shown(_ target: JSONValue) -> JSONValue {
                let id = target.string.flatMap(EntityID.init)
                return id.flatMap { entity(behind: $0, representation, way) } ?? target
            }
            return attribute.value.array.map { .array($0.map(shown)) } ?? shown(attribute.value)
        case .languageProperty, .vocabProperty, .jsonProperty:
            return .object(JSONObject([(attribute.kind.valueKey, value(of: attribute))]))
        }
    }

    /// - Returns: `nil` for one that is not there, too far away, or on the way already.
    private func entity(
        behind id: EntityID, _ representation: NGSILDRepresentation, _ way: Way?
    ) -> JSONValue? {
        guard var way, way.level > 0, let entity = way.linked.entities[id],
            way.met.insert(id).inserted
        else { return nil }
        way.level -= 1
        return .object(object(entity, representation, way.projection, way))
    }

    private func appendMembers(
        of attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?,
        to object: inout JSONObject
    ) {
        appendLinked(of: attribute, representation, way, to: &object)
        if let unitCode = attribute.unitCode { object.append("unitCode", .string(unitCode)) }
        if let observedAt = attribute.observedAt {
            object.append("observedAt", .string(observedAt.iso8601))
        }
        if let datasetID = attribute.datasetID { object.append("datasetId", .string(datasetID)) }
        if representation.hasSystemAttributes {
            append(attribute.createdAt, attribute.modifiedAt, attribute.expiresAt, to: &object)
        }
        var seen: Set<String> = []
        for named in attribute.subAttributes where seen.insert(named.name).inserted {
            object.append(
                context.term(for: named.name),
                sub(named, of: attribute, representation))
        }
    }

    private func appendLinked(
        of attribute: Attribute, _ representation: NGSILDRepresentation, _ way: Way?,
        to object: inout JSONObject
    ) {
        guard way != nil else { return }
        let found = attribute.targets.compactMap { entity(behind: $0, representation, way) }
        guard !found.isEmpty else { return }
        if attribute.kind == .relationship, attribute.value.array == nil {
            object.append("entity", found[0])
        } else {
            object.append("entityList", .array(found))
        }
    }

    private func sub(
        _ named: NamedAttribute, of attribute: Attribute, _ representation: NGSILDRepresentation
    ) -> JSONValue {
        switch named.name {
        case "objectType", "valueType", "entityTypeSealed":
            let names = named.attribute.value.array?.compactMap(\.string) ?? []
            return Self.oneOrList(names.map(context.term))
        case "entityIdSealed": return named.attribute.value.array?.first ?? .null
        case "lang" where attribute.kind == .property: return named.attribute.value
        default:
            let all = attribute.subAttributes.filter { $0.name == named.name }.map(\.attribute)
            return json(all, representation, nil)
        }
    }

    private func append(
        _ createdAt: Timestamp?, _ modifiedAt: Timestamp?, _ expiresAt: Timestamp?,
        to object: inout JSONObject
    ) {
        if let createdAt { object.append("createdAt", .string(createdAt.iso8601)) }
        if let modifiedAt { object.append("modifiedAt", .string(modifiedAt.iso8601)) }
        if let expiresAt { object.append("expiresAt", .string(expiresAt.iso8601)) }
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
            let language = LanguageRange.choose(from: map.keys, for: languages)
        else { return self }
        var copy = self
        copy.kind = .property
        copy.value = map[language] ?? .null
        guard language != "@none" else { return copy }
        return copy.adding("lang", .property(.string(language)))
    }
}
