package import CityKernel

extension NGSILDCodec {
    /// How the past is written (§4.5.6, §4.5.8).
    package enum TemporalFormat: Sendable, Hashable {
        /// Every value as an instance of the attribute.
        case instances(hasSystemAttributes: Bool)
        /// `values: [[value, time], …]`.
        case values
    }

    package func json(
        _ temporal: TemporalEntity, _ format: TemporalFormat,
        _ property: TemporalQuery.Property = .observedAt
    ) -> JSONValue {
        var object = head(temporal.entity)
        if format == .instances(hasSystemAttributes: true) {
            object["createdAt"] = temporal.entity.createdAt.map { .string($0.iso8601) }
            object["modifiedAt"] = temporal.entity.modifiedAt.map { .string($0.iso8601) }
        }
        for series in temporal.series {
            let json =
                switch format {
                case .instances(let hasSystemAttributes):
                    JSONValue.array(
                        series.instances.map { instance($0, property, hasSystemAttributes) })
                case .values: values(series.instances, property)
                }
            object.append(context.term(for: series.name), json)
        }
        return .object(object)
    }

    private func instance(
        _ instance: TemporalEntity.Instance, _ property: TemporalQuery.Property,
        _ hasSystemAttributes: Bool
    ) -> JSONValue {
        let representation = NGSILDRepresentation(hasSystemAttributes: hasSystemAttributes)
        guard var object = json(instance.attribute, representation).object else { return .null }
        object.append("instanceId", .string(instance.id))
        // The time that was asked for is always told.
        if property != .observedAt, object[property.rawValue] == nil {
            object[property.rawValue] = time(of: instance.attribute, property)
        }
        return .object(object)
    }

    private func values(
        _ instances: [TemporalEntity.Instance], _ property: TemporalQuery.Property
    ) -> JSONValue {
        let byDataset = Dictionary(grouping: instances) { $0.attribute.datasetID ?? "" }
        let lists = byDataset.sorted { $0.key < $1.key }.map { dataset, instances in
            var object = JSONObject()
            let kind = instances[0].attribute.kind
            object.append("type", .string(kind.typeName))
            if !dataset.isEmpty { object.append("datasetId", .string(dataset)) }
            let pairs = instances.map { instance in
                JSONValue.array([
                    simplifiedValue(instance.attribute), time(of: instance.attribute, property),
                ])
            }
            object.append(Self.listKey(kind), .array(pairs))
            return JSONValue.object(object)
        }
        return lists.count == 1 ? lists[0] : .array(lists)
    }

    private func simplifiedValue(_ attribute: Attribute) -> JSONValue {
        let json = json(attribute, NGSILDRepresentation(.simplified))
        switch attribute.kind {
        case .property, .geoProperty, .relationship: return json
        default: return json[attribute.kind.valueKey] ?? .null
        }
    }

    private static func listKey(_ kind: Attribute.Kind) -> String {
        switch kind {
        case .property, .geoProperty: "values"
        case .relationship: "objects"
        case .languageProperty: "languageMaps"
        case .vocabProperty: "vocabs"
        case .jsonProperty: "jsons"
        case .listProperty: "valueLists"
        case .listRelationship: "objectLists"
        }
    }

    private func time(
        of attribute: Attribute, _ property: TemporalQuery.Property
    ) -> JSONValue {
        let time: Timestamp? =
            switch property {
            case .observedAt: attribute.observedAt ?? attribute.modifiedAt
            case .createdAt: attribute.createdAt
            case .modifiedAt: attribute.modifiedAt
            }
        return time.map { .string($0.iso8601) } ?? .null
    }
}
