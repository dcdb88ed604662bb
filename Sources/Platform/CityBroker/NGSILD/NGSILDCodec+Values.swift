import CityKernel

/// What may stand as the value of each kind of attribute.
extension NGSILDCodec {
    /// How each kind writes "urn:ngsi-ld:null" (§5.2.1).
    static func isNull(_ json: JSONValue, _ kind: Attribute.Kind) -> Bool {
        if json.string == null { return true }
        switch kind {
        case .languageProperty: return json.object?.count == 1 && json["@none"]?.string == null
        case .listProperty: return json.array == [.string(null)]
        case .listRelationship:
            return json.array == [.string(null)] || json.array == [["object": .string(null)]]
        case .property, .geoProperty, .relationship, .vocabProperty, .jsonProperty: return false
        }
    }

    func value(
        _ json: JSONValue, _ kind: Attribute.Kind, _ purpose: Purpose, at place: String
    ) throws(Problem) -> JSONValue {
        if json.isNull { throw Self.nullRefused(place) }
        if purpose != .merge, kind != .jsonProperty, json.holdsNull {
            throw .badData("a value holds \"\(Self.null)\"", at: place)
        }
        switch kind {
        case .property: return json
        case .geoProperty: return try Self.geometry(json, at: place)
        case .jsonProperty:
            guard json.object != nil || json.array?.allSatisfy({ $0.object != nil }) == true else {
                throw .badData("a json is an object or a list of objects", at: place)
            }
            return json
        case .relationship:
            guard let list = json.array else { return .string(try Self.uri(json, at: place)) }
            if list.isEmpty { throw .badData("a relationship needs an object", at: place) }
            for target in list { _ = try Self.uri(target, at: place) }
            return json
        case .languageProperty: return try Self.languageMap(json, at: place)
        case .vocabProperty:
            guard let list = json.array else { return .string(try vocab(json, at: place)) }
            var names: [JSONValue] = []
            for value in list { names.append(.string(try vocab(value, at: place))) }
            return .array(names)
        case .listProperty:
            guard json.array != nil else { throw .badData("a valueList is a list", at: place) }
            return json
        case .listRelationship:
            guard let list = json.array else {
                throw .badData("an objectList is a list", at: place)
            }
            var targets: [JSONValue] = []
            for target in list {
                targets.append(.string(try Self.uri(target["object"] ?? target, at: place)))
            }
            return .array(targets)
        }
    }

    /// A geometry, which may be written as a text (§4.7.2).
    private static func geometry(_ json: JSONValue, at place: String) throws(Problem) -> JSONValue {
        var json = json
        if let text = json.string {
            guard let parsed = try? JSONValue(parsing: text) else {
                throw .badData("the text is no geometry", at: place)
            }
            json = parsed
        }
        do {
            _ = try Geometry(geoJSON: json)
        } catch {
            throw .badData(error.message, at: place)
        }
        return json
    }

    private static func languageMap(
        _ json: JSONValue, at place: String
    ) throws(Problem) -> JSONValue {
        let isMap =
            json.object.map { map in
                !map.isEmpty
                    && map.allSatisfy { language, text in
                        let texts = text.array ?? [text]
                        return !language.isEmpty && texts.allSatisfy { $0.string != nil }
                    }
            } ?? false
        guard isMap else {
            throw .badData("a languageMap maps languages to texts or lists of texts", at: place)
        }
        return json
    }

    private func vocab(_ json: JSONValue, at place: String) throws(Problem) -> String {
        guard let text = json.string, !text.isEmpty else {
            throw .badData("a vocab is a term or an IRI", at: place)
        }
        return context.name(of: text)
    }

    static func uri(_ json: JSONValue, at place: String) throws(Problem) -> String {
        guard let text = json.string, EntityID.isURI(text), text != null else {
            throw .badData("an absolute URI is needed", at: place)
        }
        return text
    }
}

extension Geometry {
    private static let typeNames: Set<String> = [
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    ]

    /// Whether an object says that it is a geometry; it may still be a wrong one.
    static func isWritten(in json: JSONValue) -> Bool {
        guard let object = json.object, let type = object["type"]?.string else { return false }
        return typeNames.contains(type) && object["coordinates"] != nil
    }
}
