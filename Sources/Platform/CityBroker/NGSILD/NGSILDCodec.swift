package import CityKernel

/// NGSI-LD documents under one @context, to and from entities.
package struct NGSILDCodec: Sendable {
    /// What deletes a member in an update and stands for a deleted value in a notification.
    package static let null = "urn:ngsi-ld:null"

    package let context: LDContext

    package init(_ context: LDContext = .core) { self.context = context }
}

// MARK: - Reading

extension NGSILDCodec {
    /// What an update says: attributes to set, and attributes to delete.
    package struct Fragment: Sendable, Hashable {
        package var id: EntityID?
        package var types: [String] = []
        package var scopes: [String]?
        package var attributes: [NamedAttribute] = []
        /// Names with the dataset that is deleted.
        package var deletions: [Deletion] = []

        package struct Deletion: Sendable, Hashable {
            package var name: String
            package var datasetID: String?
        }
    }

    /// - Throws: `Problem` with a JSON pointer for what is wrong.
    package func entity(_ json: JSONValue) throws(Problem) -> Entity {
        let fragment = try fragment(json)
        guard let id = fragment.id else { throw .badData("an entity needs an id", at: "/id") }
        guard !fragment.types.isEmpty else {
            throw .badData("an entity needs a type", at: "/type")
        }
        if let deletion = fragment.deletions.first {
            throw .badData("a new entity cannot delete \(deletion.name)", at: "/\(deletion.name)")
        }
        return Entity(
            id: id, types: fragment.types, scopes: fragment.scopes ?? [],
            attributes: fragment.attributes)
    }

    /// A whole entity or a part of one.
    package func fragment(_ json: JSONValue) throws(Problem) -> Fragment {
        guard let object = json.object else {
            throw .badData("an entity is a JSON object", at: "/")
        }
        var fragment = Fragment()
        for (key, value) in object {
            switch key {
            case "@context", "createdAt", "modifiedAt", "deletedAt", "expiresAt": break
            case "id", "@id": fragment.id = try id(value)
            case "type", "@type": fragment.types = try types(value)
            case "scope": fragment.scopes = try scopes(value)
            default: try read(key, value, into: &fragment)
            }
        }
        return fragment
    }

    private func read(
        _ key: String, _ value: JSONValue, into fragment: inout Fragment
    ) throws(Problem) {
        let name = try name(key, at: "/")
        let place = "/" + key
        var datasets: Set<String> = []
        for instance in Self.instances(value) {
            if let datasetID = try deletion(instance, at: place) {
                fragment.deletions.append(.init(name: name, datasetID: datasetID.id))
                continue
            }
            let attribute = try attribute(instance, at: place)
            guard datasets.insert(attribute.datasetID ?? "").inserted else {
                throw .badData("two instances have the same datasetId", at: place)
            }
            fragment.attributes.append(NamedAttribute(name, attribute))
        }
    }

    /// A list of objects with types is a list of instances; every other list is one value.
    private static func instances(_ value: JSONValue) -> [JSONValue] {
        guard let list = value.array, !list.isEmpty,
            list.allSatisfy({ isAttribute($0) })
        else { return [value] }
        return list
    }

    private static func isAttribute(_ value: JSONValue) -> Bool {
        guard let object = value.object else { return false }
        if let type = object["type"]?.string { return Attribute.Kind(typeName: type) != nil }
        return Attribute.Kind.allCases.contains { object[$0.valueKey] != nil }
    }

    private struct DatasetOfDeletion { var id: String? }

    private func deletion(
        _ json: JSONValue, at place: String
    ) throws(Problem) -> DatasetOfDeletion? {
        if json.string == Self.null { return DatasetOfDeletion() }
        guard let object = json.object else { return nil }
        for kind in Attribute.Kind.allCases {
            guard let value = object[kind.valueKey] else { continue }
            let isNull =
                value.string == Self.null || value.array == [.string(Self.null)]
                || value["@none"]?.string == Self.null && value.object?.count == 1
            if isNull { return DatasetOfDeletion(id: object["datasetId"]?.string) }
        }
        return nil
    }

    private func id(_ json: JSONValue) throws(Problem) -> EntityID {
        guard let text = json.string, let id = EntityID(text) else {
            throw .badData(
                "an id is an absolute URI", at: "/id",
                remedy: "Write for example urn:ngsi-ld:Shelter:1.")
        }
        return id
    }

    private func types(_ json: JSONValue) throws(Problem) -> [String] {
        let written = json.array ?? [json]
        var types: [String] = []
        for value in written {
            guard let text = value.string, !text.isEmpty else {
                throw .badData("a type is a text", at: "/type")
            }
            let name = try name(text, at: "/type")
            if !types.contains(name) { types.append(name) }
        }
        if types.isEmpty { throw .badData("an entity needs a type", at: "/type") }
        return types
    }

    private func scopes(_ json: JSONValue) throws(Problem) -> [String] {
        var scopes: [String] = []
        for value in json.array ?? [json] {
            guard let text = value.string, !text.isEmpty else {
                throw .badData("a scope is a text such as /Hitoyoshi/Kuma", at: "/scope")
            }
            scopes.append(text.hasPrefix("/") ? text : "/" + text)
        }
        return scopes
    }

    private func name(_ term: String, at place: String) throws(Problem) -> String {
        guard !term.isEmpty, !term.hasPrefix("@"),
            !term.utf8.contains(where: { Self.forbiddenInNames.contains($0) || $0 < 0x21 })
        else { throw .badData("\"\(term.prefix(80))\" cannot be a name", at: place) }
        let name = context.name(of: term)
        guard name.utf8.count <= NameStore.bytesMax else {
            throw .badData("\"\(term.prefix(80))\" is too long a name", at: place)
        }
        return name
    }

    /// NGSI-LD names are letters, digits, `_`, and what IRIs need; these would end a word in `q`.
    private static let forbiddenInNames = Set("<>\"'=;()|&,![]{}^`\\".utf8)
}

// MARK: - Reading attributes

extension NGSILDCodec {
    /// One instance, normalized or concise; a bare value is a Property.
    package func attribute(_ json: JSONValue, at place: String = "/") throws(Problem) -> Attribute {
        guard let object = json.object else {
            if json.isNull { throw Self.nullRefused(place) }
            return .property(json)
        }
        if let type = object["type"]?.string ?? object["@type"]?.string {
            guard let kind = Attribute.Kind(typeName: type) else {
                if let place = try geometry(json, at: place) { return place }
                throw Self.unknownType(type, place)
            }
            return try attribute(kind, object, at: place)
        }
        for kind in Attribute.Kind.allCases where object[kind.valueKey] != nil {
            let isPlace = kind == .property && Self.looksLikeGeometry(object["value"])
            return try attribute(isPlace ? .geoProperty : kind, object, at: place)
        }
        return .property(json)
    }

    private static func nullRefused(_ place: String) -> Problem {
        .badData(
            "null is not a value in NGSI-LD", at: place,
            remedy: "Leave the attribute out, or delete it with \"\(null)\" in an update.")
    }

    private static let geometryTypes: Set<String> = [
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    ]

    private static func looksLikeGeometry(_ json: JSONValue?) -> Bool {
        json?["type"]?.string.map(geometryTypes.contains) == true && json?["coordinates"] != nil
    }

    private func geometry(_ json: JSONValue, at place: String) throws(Problem) -> Attribute? {
        guard Self.looksLikeGeometry(json) else { return nil }
        try checkGeometry(json, at: place)
        return Attribute(.geoProperty, json)
    }

    private static func unknownType(_ type: String, _ place: String) -> Problem {
        .badData(
            "\"\(type.prefix(40))\" is not a type of attribute", at: place + "/type",
            remedy: "Use Property, GeoProperty, Relationship, LanguageProperty, VocabProperty, "
                + "JsonProperty, ListProperty or ListRelationship.")
    }

    private func checkGeometry(_ json: JSONValue, at place: String) throws(Problem) {
        do {
            _ = try Geometry(geoJSON: json)
        } catch {
            throw .badData(error.message, at: place)
        }
    }

    private func attribute(
        _ kind: Attribute.Kind, _ object: JSONObject, at place: String
    ) throws(Problem) -> Attribute {
        guard let written = object[kind.valueKey] else {
            throw .badData("a \(kind.typeName) needs \"\(kind.valueKey)\"", at: place)
        }
        let value = try value(written, kind, at: place + "/" + kind.valueKey)
        var attribute = Attribute(kind, value)
        for (key, member) in object {
            switch key {
            case "type", "@type", kind.valueKey, "createdAt", "modifiedAt", "deletedAt",
                "instanceId", "@context", "previousValue", "previousObject", "lang":
                break
            case "observedAt":
                attribute.observedAt = try instant(member, at: place + "/observedAt")
            case "unitCode": attribute.unitCode = try text(member, at: place + "/unitCode")
            case "datasetId":
                attribute.datasetID = try uri(member, at: place + "/datasetId")
            case "objectType", "valueType":
                let names = try types(member)
                let json = JSONValue.array(names.map(JSONValue.string))
                attribute.subAttributes.append(
                    NamedAttribute(key, Attribute(.vocabProperty, json)))
            default:
                let name = try name(key, at: place)
                for instance in Self.instances(member) {
                    let sub = try self.attribute(instance, at: place + "/" + key)
                    attribute.subAttributes.append(NamedAttribute(name, sub))
                }
            }
        }
        return attribute
    }

    private func value(
        _ json: JSONValue, _ kind: Attribute.Kind, at place: String
    ) throws(Problem) -> JSONValue {
        if json.isNull, kind != .jsonProperty { throw Self.nullRefused(place) }
        switch kind {
        case .property, .jsonProperty: return json
        case .geoProperty:
            try checkGeometry(json, at: place)
            return json
        case .relationship:
            if let list = json.array {
                if list.isEmpty { throw .badData("a relationship needs an object", at: place) }
                for target in list { _ = try uri(target, at: place) }
                return json
            }
            return .string(try uri(json, at: place))
        case .languageProperty:
            guard let map = json.object, !map.isEmpty,
                map.allSatisfy({ $0.value.string != nil || $0.value.array != nil })
            else { throw .badData("a languageMap maps languages to texts", at: place) }
            return json
        case .vocabProperty:
            if let list = json.array {
                var names: [JSONValue] = []
                for value in list { names.append(.string(try vocab(value, at: place))) }
                return .array(names)
            }
            return .string(try vocab(json, at: place))
        case .listProperty:
            guard json.array != nil else { throw .badData("a valueList is a list", at: place) }
            return json
        case .listRelationship:
            guard let list = json.array else {
                throw .badData("an objectList is a list", at: place)
            }
            var targets: [JSONValue] = []
            for target in list {
                targets.append(.string(try uri(target["object"] ?? target, at: place)))
            }
            return .array(targets)
        }
    }

    private func vocab(_ json: JSONValue, at place: String) throws(Problem) -> String {
        guard let text = json.string, !text.isEmpty else {
            throw .badData("a vocab is a term or an IRI", at: place)
        }
        return context.name(of: text)
    }

    private func text(_ json: JSONValue, at place: String) throws(Problem) -> String {
        guard let text = json.string else { throw .badData("a text is needed", at: place) }
        return text
    }

    private func uri(_ json: JSONValue, at place: String) throws(Problem) -> String {
        guard let text = json.string, EntityID.isURI(text) else {
            throw .badData("an absolute URI is needed", at: place)
        }
        return text
    }

    private func instant(_ json: JSONValue, at place: String) throws(Problem) -> Timestamp {
        guard let text = json.string, text.contains("T"), let time = Timestamp(iso8601: text) else {
            throw .badData(
                "a date and time is needed", at: place,
                remedy: "Write for example 2026-06-01T09:00:00Z.")
        }
        return time
    }
}
