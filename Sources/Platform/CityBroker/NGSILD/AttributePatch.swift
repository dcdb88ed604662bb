package import CityKernel

/// What a document says of one instance of an attribute: all of it, or the members to change
/// (§5.5.8, §5.5.12).
package struct AttributePatch: Sendable, Hashable {
    /// What a patch does to one member.
    package enum Edit<Value: Sendable & Hashable>: Sendable, Hashable {
        case keep
        case set(Value)
        case remove

        func applied(to old: Value?) -> Value? {
            switch self {
            case .keep: old
            case .set(let value): value
            case .remove: nil
            }
        }
    }

    /// `nil` when the document names neither a type nor a member of one.
    package var kind: Attribute.Kind?
    /// `nil` keeps the value.
    package var value: JSONValue?
    /// A value without a member around it, which takes the kind of the attribute that it patches.
    package var isBare = false
    package var datasetID: String?
    package var unitCode = Edit<String>.keep
    package var observedAt = Edit<Timestamp>.keep
    package var expiresAt = Edit<Timestamp>.keep
    package var subAttributes: [NamedPatch] = []
    /// Sub-attributes to take away.
    package var removed: Set<String> = []

    /// A patch under the name of its sub-attribute.
    package struct NamedPatch: Sendable, Hashable {
        package var name: String
        package var patch: AttributePatch
    }

    /// The attribute that the patch is when there is none yet.
    /// - Throws: `Problem` at `place` when it says no value.
    package func attribute(at place: String) throws(Problem) -> Attribute {
        guard let value else {
            let kind = kind ?? .property
            throw .badData("a \(kind.typeName) needs \"\(kind.valueKey)\"", at: place)
        }
        var subs: [NamedAttribute] = []
        for sub in subAttributes {
            let attribute = try sub.patch.attribute(at: place + "/" + sub.name)
            subs.append(NamedAttribute(sub.name, attribute))
        }
        return Attribute(
            kind ?? .property, value, datasetID: datasetID,
            unitCode: unitCode.applied(to: nil), observedAt: observedAt.applied(to: nil),
            expiresAt: expiresAt.applied(to: nil), subAttributes: subs)
    }

    /// `known` with the members that the patch names.
    /// - Parameter isMerge: objects are merged member by member (§5.5.12) instead of replaced.
    /// - Throws: `Problem` for a patch of another type without a value.
    package func applied(
        to known: Attribute, isMerge: Bool, at place: String = "/"
    ) throws(Problem) -> Attribute {
        var result = known
        if let kind, kind != known.kind, !isBare {
            guard let value else { return try attribute(at: place) }
            result.kind = kind
            result.value = value
        } else if let value {
            let own = isBare ? Self.adapted(value, to: known.kind) : (known.kind, value)
            let merges = isMerge && own.0 == known.kind
            result.kind = own.0
            result.value = merges ? Self.merged(known.value, own.1) : own.1
        }
        result.unitCode = unitCode.applied(to: known.unitCode)
        result.observedAt = observedAt.applied(to: known.observedAt)
        result.expiresAt = expiresAt.applied(to: known.expiresAt)
        result.subAttributes.removeAll { removed.contains($0.name) }
        for sub in subAttributes {
            let isSame = { (other: NamedAttribute) in
                other.name == sub.name && other.attribute.datasetID == sub.patch.datasetID
            }
            let inner = place + "/" + sub.name
            if let index = result.subAttributes.firstIndex(where: isSame) {
                let old = result.subAttributes[index].attribute
                result.subAttributes[index].attribute =
                    isMerge
                    ? try sub.patch.applied(to: old, isMerge: true, at: inner)
                    : try sub.patch.attribute(at: inner)
            } else {
                let attribute = try sub.patch.attribute(at: inner)
                result.subAttributes.append(NamedAttribute(sub.name, attribute))
            }
        }
        return result
    }

    /// A bare value as the kind of the attribute that is there.
    private static func adapted(
        _ value: JSONValue, to kind: Attribute.Kind
    ) -> (Attribute.Kind, JSONValue) {
        switch kind {
        case .relationship where value.string.map(EntityID.isURI) == true: (kind, value)
        case .vocabProperty where value.string != nil: (kind, value)
        case .jsonProperty where value.object != nil: (kind, value)
        case .listProperty where value.array != nil: (kind, value)
        default: (.property, value)
        }
    }

    private static func merged(_ old: JSONValue, _ new: JSONValue) -> JSONValue {
        guard var object = old.object, let members = new.object, old["coordinates"] == nil else {
            return new.withoutNulls
        }
        for (key, value) in members {
            if value.isNull || value.string == NGSILDCodec.null {
                object[key] = nil
            } else {
                object[key] = object[key].map { merged($0, value) } ?? value.withoutNulls
            }
        }
        return .object(object)
    }
}

extension JSONValue {
    /// Without members that a merge takes away: where nothing was, nothing is taken.
    fileprivate var withoutNulls: JSONValue {
        guard case .object(let object) = self else { return self }
        let kept = object.members.filter { $0.value.string != NGSILDCodec.null }
        return .object(JSONObject(kept.map { ($0.key, $0.value.withoutNulls) }))
    }

    /// Whether "urn:ngsi-ld:null" stands as a member anywhere inside.
    var holdsNull: Bool {
        switch self {
        case .object(let object):
            object.members.contains { $0.value.string == NGSILDCodec.null || $0.value.holdsNull }
        case .array(let values): values.contains(where: \.holdsNull)
        default: false
        }
    }
}
