import CityKernel

/// What a path leads to in one entity.
struct QueryTarget {
    var value: JSONValue
    /// A relationship, which has no order and no text.
    var isLink = false
}

extension AttributePath {
    /// What a path means in an entity: nothing, one value, or several (one for each instance).
    func targets(
        in entity: Entity, _ lookUp: QueryFilter.LookUp
    ) rethrows -> [QueryTarget] {
        let instances = entity.attributes.filter { $0.name == attribute }.map(\.attribute)
        if let link = linked.first {
            return try instances.flatMap(\.targets).flatMap { id -> [QueryTarget] in
                guard let entity = try lookUp(id),
                    link.types.isEmpty || link.types.contains(where: entity.has(type:))
                else { return [] }
                return try link.path.targets(in: entity, lookUp)
            }
        }
        if instances.isEmpty, subAttributes.isEmpty, members.isEmpty {
            return Self.time(
                attribute, entity.createdAt, entity.modifiedAt, nil, entity.expiresAt)
        }
        return instances.flatMap { targets(in: $0, subAttributes[...]) }
    }

    private func targets(in attribute: Attribute, _ rest: ArraySlice<String>) -> [QueryTarget] {
        guard let name = rest.first else { return values(of: attribute) }
        let subs = attribute.subAttributes.filter { $0.name == name }
        if !subs.isEmpty {
            return subs.flatMap { targets(in: $0.attribute, rest.dropFirst()) }
        }
        guard rest.count == 1 else { return [] }
        switch name {
        case "unitCode": return attribute.unitCode.map { [.init(value: .string($0))] } ?? []
        case "datasetId": return attribute.datasetID.map { [.init(value: .string($0))] } ?? []
        default:
            return Self.time(
                name, attribute.createdAt, attribute.modifiedAt, attribute.observedAt,
                attribute.expiresAt)
        }
    }

    private static func time(
        _ name: String, _ created: Timestamp?, _ modified: Timestamp?, _ observed: Timestamp?,
        _ expires: Timestamp?
    ) -> [QueryTarget] {
        let time: Timestamp? =
            switch name {
            case "createdAt": created
            case "modifiedAt": modified
            case "observedAt": observed
            case "expiresAt": expires
            default: nil
            }
        return time.map { [.init(value: .string($0.iso8601))] } ?? []
    }

    private func values(of attribute: Attribute) -> [QueryTarget] {
        if attribute.kind == .languageProperty, members.isEmpty || members == ["*"] {
            // One target: "unequal" means that no language has the value.
            let texts = attribute.value.object?.flatMap { $0.value.array ?? [$0.value] } ?? []
            return texts.isEmpty ? [] : [.init(value: .array(texts))]
        }
        if attribute.kind == .vocabProperty, members.isEmpty {
            // Terms are compared by what they mean.
            let terms = attribute.value.array ?? [attribute.value]
            let iris = terms.compactMap(\.string).map { LDContext.iri(ofName: $0) }
            return [
                .init(
                    value: iris.count == 1 ? .string(iris[0]) : .array(iris.map(JSONValue.string)))
            ]
        }
        let isLink = attribute.kind == .relationship || attribute.kind == .listRelationship
        let found = members.reduce([attribute.value]) { values, key in
            values.flatMap { value in
                (value.array ?? [value]).compactMap { $0[key] }
            }
        }
        return found.map { .init(value: $0, isLink: isLink) }
    }
}
