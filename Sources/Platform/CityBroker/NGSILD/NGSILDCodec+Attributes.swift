package import CityKernel

extension NGSILDCodec {
    /// One instance, normalized or concise; a bare value is a Property.
    package func attribute(_ json: JSONValue, at place: String = "/") throws(Problem) -> Attribute {
        var isDeletion = false
        let patch = try patch(
            json.withoutContext, named: "", .create, .full, isDeletion: &isDeletion, at: place)
        if isDeletion { throw Self.nullRefused(place) }
        return try patch.attribute(at: place)
    }

    /// The members that a document changes of an attribute which is known: it may leave out type
    /// and value (§5.5.8).
    /// - Returns: `nil` when the document deletes the instance, with its dataset in `datasetID`.
    package func patch(
        _ json: JSONValue, of name: String, for purpose: Purpose = .update
    ) throws(Problem) -> (patch: AttributePatch, isDeletion: Bool) {
        guard let object = json.withoutContext.object else {
            throw .badData("an attribute is a JSON object", at: "/")
        }
        var isDeletion = false
        let kind = try Self.kind(of: object, context, at: "/")
        let patch = try patch(
            kind, object, named: name, purpose, isDeletion: &isDeletion, at: "")
        return (patch, isDeletion)
    }

    /// A list of objects with types is a list of instances; every other list is one value.
    func instances(
        _ value: JSONValue, _ form: Form, at place: String
    ) throws(Problem) -> [JSONValue] {
        if form == .simplified {
            guard let datasets = value["dataset"]?.object, value.object?.count == 1 else {
                return [value]
            }
            return datasets.map { dataset, value in
                var object = value.isWrappedValue ? value.object ?? .init() : .init()
                if object.isEmpty { object.append("value", value) }
                object["datasetId"] = .string(dataset)
                return .object(object)
            }
        }
        guard let list = value.array, !list.isEmpty else { return [value] }
        let count = list.count { isInstance($0) }
        return count == list.count ? list : [value]
    }

    private func isInstance(_ value: JSONValue) -> Bool {
        guard let object = value.object else { return false }
        if let type = object["type"]?.string { return kind(named: type) != nil }
        return Attribute.Kind.allCases.contains { object[$0.valueKey] != nil }
    }

    /// A kind by its term or its IRI.
    func kind(named type: String) -> Attribute.Kind? {
        Attribute.Kind(typeName: type) ?? Attribute.Kind(typeName: context.name(of: type))
    }

    static func nullRefused(_ place: String) -> Problem {
        .badData(
            "null is not a value in NGSI-LD", at: place,
            remedy: "Leave the attribute out, or delete it with \"\(null)\" in an update.")
    }

    private static func unknownType(_ type: String, _ place: String) -> Problem {
        .badData(
            "\"\(type.prefix(40))\" is not a type of attribute", at: place + "/type",
            remedy: "Use Property, GeoProperty, Relationship, LanguageProperty, VocabProperty, "
                + "JsonProperty, ListProperty or ListRelationship.")
    }

    /// One instance in any form.
    func patch(
        _ json: JSONValue, named name: String, _ purpose: Purpose, _ form: Form,
        isDeletion: inout Bool, at place: String
    ) throws(Problem) -> AttributePatch {
        if json.isNull { throw Self.nullRefused(place) }
        if json.string == Self.null {
            isDeletion = true
            return AttributePatch()
        }
        guard let object = json.object, !Geometry.isWritten(in: json) else {
            return try bare(json, named: name, purpose, at: place)
        }
        if form == .simplified, !json.isWrappedValue, object["datasetId"] == nil {
            return try bare(json, named: name, purpose, at: place)
        }
        let kind = try Self.kind(of: object, context, at: place)
        let isAttribute = kind != nil || (purpose != .create && Self.isPatch(object))
        guard isAttribute else { return try bare(json, named: name, purpose, at: place) }
        return try patch(
            kind, object, named: name, purpose, isDeletion: &isDeletion, at: place)
    }

    /// Whether an object without type and value has members that only attributes have.
    private static func isPatch(_ object: JSONObject) -> Bool {
        ["observedAt", "unitCode", "datasetId", "expiresAt"].contains { object[$0] != nil }
    }

    /// A value without anything around it.
    private func bare(
        _ json: JSONValue, named name: String, _ purpose: Purpose, at place: String
    ) throws(Problem) -> AttributePatch {
        var patch = AttributePatch()
        if Geometry.isWritten(in: json) {
            patch.kind = .geoProperty
            patch.value = try value(json, .geoProperty, purpose, at: place)
            return patch
        }
        try Self.checkName(name, .property, at: place)
        patch.kind = .property
        patch.value = try value(json, .property, purpose, at: place)
        patch.isBare = true
        return patch
    }

    /// - Returns: `nil` when the object says neither a type nor a value.
    private static func kind(
        of object: JSONObject, _ context: LDContext, at place: String
    ) throws(Problem) -> Attribute.Kind? {
        if let type = (object["type"] ?? object["@type"]) {
            guard let name = type.string,
                let kind = NGSILDCodec(context).kind(named: name)
            else { throw unknownType(type.string ?? type.text, place) }
            return kind
        }
        for kind in Attribute.Kind.allCases where object[kind.valueKey] != nil {
            let isPlace = kind == .property && Geometry.isWritten(in: object["value"] ?? .null)
            return isPlace ? .geoProperty : kind
        }
        return nil
    }

    // MARK: - Members

    private func patch(
        _ kind: Attribute.Kind?, _ object: JSONObject, named name: String, _ purpose: Purpose,
        isDeletion: inout Bool, at place: String
    ) throws(Problem) -> AttributePatch {
        var patch = AttributePatch()
        patch.kind = kind
        if let kind { try Self.checkName(name, kind, at: place) }
        for (key, member) in object {
            let inner = place + "/" + key
            switch key {
            case "type", "@type", "createdAt", "modifiedAt", "deletedAt", "instanceId": break
            case "lang" where member.object == nil: break
            case kind?.valueKey:
                if let kind, Self.isNull(member, kind) {
                    isDeletion = true
                } else if let kind {
                    patch.value = try value(member, kind, purpose, at: inner)
                }
            case "observedAt": patch.observedAt = try time(member, purpose, at: inner)
            case "expiresAt": patch.expiresAt = try time(member, purpose, at: inner)
            case "unitCode": patch.unitCode = try unit(member, kind, purpose, at: inner)
            case "datasetId":
                patch.datasetID = member.string == "@none" ? nil : try Self.uri(member, at: inner)
            case "objectType", "valueType", "entityIdSealed", "entityTypeSealed":
                let sub = try qualifier(key, member, of: kind, named: name, at: inner)
                patch.subAttributes.append(.init(name: key, patch: sub))
            default: try read(key, member, purpose, into: &patch, at: inner)
            }
        }
        if isDeletion { patch.value = nil }
        if name == "ngsildproof", let value = patch.value, value.object == nil {
            throw .badData("the value of ngsildproof is a proof, an object", at: place)
        }
        return patch
    }

    private func read(
        _ key: String, _ member: JSONValue, _ purpose: Purpose,
        into patch: inout AttributePatch, at place: String
    ) throws(Problem) {
        guard !Self.isForbidden(key) else {
            throw .badData("\"\(key)\" cannot stand in this type of attribute", at: place)
        }
        let name = try name(key, at: place)
        for instance in try instances(member, .full, at: place) {
            var isDeletion = false
            let sub = try self.patch(
                instance, named: name, purpose, .full, isDeletion: &isDeletion, at: place)
            if isDeletion {
                guard purpose != .create else {
                    throw .badData("a new attribute cannot delete \(key)", at: place)
                }
                patch.removed.insert(name)
            } else {
                patch.subAttributes.append(.init(name: name, patch: sub))
            }
        }
    }

    /// Values of other kinds, members of answers only, and contexts (§4.5.1 to §4.5.3, §5.5.7).
    private static func isForbidden(_ key: String) -> Bool {
        key == "@context" || key == "entity" || key == "entityList"
            || key.hasPrefix("previous") && NGSILDName.reserved.contains(key)
            || Attribute.Kind.allCases.contains { $0.valueKey == key }
    }

    private static func checkName(
        _ name: String, _ kind: Attribute.Kind, at place: String
    ) throws(Problem) {
        if NGSILDName.places.contains(name), kind != .geoProperty {
            throw .badData("\(name) is a GeoProperty", at: place)
        }
    }

    private func unit(
        _ json: JSONValue, _ kind: Attribute.Kind?, _ purpose: Purpose, at place: String
    ) throws(Problem) -> AttributePatch.Edit<String> {
        switch kind {
        case nil, .property, .geoProperty, .listProperty: break
        case .relationship, .languageProperty, .vocabProperty, .jsonProperty, .listRelationship:
            throw .badData("this type of attribute has no unit", at: place)
        }
        guard let text = json.string else { throw .badData("a text is needed", at: place) }
        return purpose != .create && text == Self.null ? .remove : .set(text)
    }

    /// Members that say what an attribute is about and are no attributes themselves.
    private func qualifier(
        _ key: String, _ json: JSONValue, of kind: Attribute.Kind?, named name: String,
        at place: String
    ) throws(Problem) -> AttributePatch {
        var patch = AttributePatch()
        patch.kind = .vocabProperty
        switch key {
        case "entityIdSealed", "entityTypeSealed":
            guard name == "ngsildproof" else {
                throw .badData("\(key) stands in ngsildproof only", at: place)
            }
            guard let text = json.string else { throw .badData("a text is needed", at: place) }
            patch.value = .array([.string(key == "entityIdSealed" ? text : context.name(of: text))])
        case "valueType" where kind == .languageProperty && json.string != "langString":
            throw .badData("the valueType of a LanguageProperty is langString", at: place)
        default:
            let names = try types(json, at: place)
            patch.value = .array(names.map(JSONValue.string))
        }
        return patch
    }
}

extension JSONValue {
    /// A document without its context, which was read before.
    fileprivate var withoutContext: JSONValue {
        guard var object, object["@context"] != nil else { return self }
        object["@context"] = nil
        return .object(object)
    }

    /// `{"languageMap": …}`, `{"vocab": …}`, `{"json": …}`: what says its kind in simplified form.
    fileprivate var isWrappedValue: Bool {
        guard let object, object.count == 1, let key = object.keys.first else { return false }
        return ["languageMap", "vocab", "json"].contains(key)
    }
}
