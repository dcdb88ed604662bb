package import CityKernel

extension NGSILDCodec {
    /// Instances of one attribute in one document.
    package static let instancesMax = 100_000

    /// A whole evolution, or attributes to add to one.
    /// - Parameter id: whose evolution it is, when the document need not say.
    /// - Throws: `Problem` with a JSON pointer for what is wrong.
    package func evolution(
        _ json: JSONValue, of id: EntityID? = nil
    ) throws(Problem) -> Evolution {
        guard let object = json.object else {
            throw .badData("an entity is a JSON object", at: "/")
        }
        let written = try (object["id"] ?? object["@id"]).map { json throws(Problem) in
            try self.id(json)
        }
        guard let entity = id ?? written else { throw .badData("an entity needs an id", at: "/id") }
        let types = try (object["type"] ?? object["@type"]).map { json throws(Problem) in
            try self.types(json)
        }
        guard let types = types ?? (id == nil ? nil : []) else {
            throw .badData("an entity needs a type", at: "/type")
        }
        var evolution = Evolution(id: entity, types: types)
        for (key, value) in object {
            switch key {
            case "@context", "createdAt", "modifiedAt", "deletedAt", "id", "@id", "type", "@type":
                break
            case "scope": evolution.scopes = try scopes(value)
            case "expiresAt":
                guard value.string != Self.null else {
                    throw .badData("a member cannot be deleted here", at: "/expiresAt")
                }
            default: try read(key, value, into: &evolution)
            }
        }
        return evolution
    }

    private func read(
        _ key: String, _ value: JSONValue, into evolution: inout Evolution
    ) throws(Problem) {
        let name = try name(key, at: "/")
        let list = value.array.flatMap { list in
            !list.isEmpty && list.allSatisfy(Self.isInstance) ? list : nil
        }
        let instances = list ?? [value]
        guard instances.count <= Self.instancesMax else {
            throw .badData("an attribute has at most \(Self.instancesMax) instances", at: "/" + key)
        }
        for (number, json) in instances.enumerated() {
            let place = list == nil ? "/" + key : "/\(key)/\(number)"
            evolution.instances.append(try instance(json, name, at: place))
        }
    }

    private static func isInstance(_ json: JSONValue) -> Bool {
        guard let object = json.object else { return false }
        return object["type"] != nil
            || Attribute.Kind.allCases.contains { object[$0.valueKey] != nil }
    }

    /// A value, or the marker that there was none from its time on (§4.5.7).
    private func instance(
        _ json: JSONValue, _ name: String, at place: String
    ) throws(Problem) -> Evolution.Instance {
        guard let kind = Self.deletedKind(of: json), var object = json.object else {
            return Evolution.Instance(name, try attribute(json, at: place))
        }
        // Its other members are read as those of any instance.
        object[kind.valueKey] = kind.anyValue
        object["type"] = .string(kind.typeName)
        var attribute = try attribute(.object(object), at: place)
        attribute.value = .null
        return Evolution.Instance(name, attribute, isDeletion: true)
    }

    private static func deletedKind(of json: JSONValue) -> Attribute.Kind? {
        guard let object = json.object else { return nil }
        let kinds = Attribute.Kind.allCases.filter { kind in
            guard let value = object[kind.valueKey] else { return false }
            return value.string == null || value.array == [.string(null)]
                || value.array == [["object": .string(null)]]
                || value.object?.count == 1 && value["@none"]?.string == null
        }
        return kinds.first { $0.typeName == object["type"]?.string } ?? kinds.first
    }

    /// Plain scopes, or instances of them with their times.
    private func scopes(_ json: JSONValue) throws(Problem) -> [Evolution.Scopes] {
        let list = json.array ?? [json]
        guard list.contains(where: { $0.object != nil }) else {
            return [Evolution.Scopes(names: try scopeNames(json), observedAt: nil)]
        }
        var scopes: [Evolution.Scopes] = []
        for (number, json) in list.enumerated() {
            let place = "/scope/\(number)"
            let told = try instance(json, BrokerTransaction.scopeName, at: place)
            scopes.append(
                Evolution.Scopes(
                    names: told.isDeletion ? [] : try scopeNames(told.attribute.value),
                    observedAt: told.attribute.observedAt))
        }
        return scopes
    }

    private func scopeNames(_ json: JSONValue) throws(Problem) -> [String] {
        // Scopes are read as those of any entity.
        let fragment = try fragment(["scope": json])
        return fragment.scopes ?? []
    }
}

extension Attribute.Kind {
    /// Some value of this kind.
    fileprivate var anyValue: JSONValue {
        switch self {
        case .property, .jsonProperty: .bool(true)
        case .geoProperty: ["type": "Point", "coordinates": [0, 0]]
        case .relationship: "urn:ngsi-ld:Nothing:0"
        case .languageProperty: ["@none": ""]
        case .vocabProperty: "nothing"
        case .listProperty: [true]
        case .listRelationship: ["urn:ngsi-ld:Nothing:0"]
        }
    }
}

extension NGSILDCodec {
    /// The name that a term of a request stands for.
    /// - Throws: `Problem` of kind `badRequestData` for what cannot be a name.
    package func attributeName(
        _ term: String, at place: String = "attrName"
    ) throws(Problem) -> String {
        guard term != ".", term != "..", !term.contains("%") else {
            throw .badData("\"\(term.prefix(80))\" cannot be a name", at: place)
        }
        return try name(term, at: place)
    }

    /// An instance with what a fragment says of it: what the fragment leaves out stays (§5.6.14).
    package func modified(
        _ present: Attribute, by fragment: JSONValue
    ) throws(Problem) -> Attribute {
        guard var object = fragment.object else {
            throw .badData("an attribute is a JSON object", at: "/")
        }
        let kind = present.kind
        if let type = object["type"]?.string, type != kind.typeName {
            throw .badData("the instance is a \(kind.typeName)", at: "/type")
        }
        object["type"] = .string(kind.typeName)
        if object[kind.valueKey] == nil {
            object[kind.valueKey] = json(present, NGSILDRepresentation())[kind.valueKey]
        }
        var changed = try attribute(.object(object))
        changed.datasetID = present.datasetID
        changed.unitCode = changed.unitCode ?? present.unitCode
        changed.observedAt = changed.observedAt ?? present.observedAt
        for named in present.subAttributes
        where !changed.subAttributes.contains(where: { $0.name == named.name }) {
            changed.subAttributes.append(named)
        }
        return changed
    }
}
