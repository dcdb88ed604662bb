package import CityKernel

extension NGSILDCodec {
    /// How the past is written (§4.5.6 to §4.5.9, §4.5.19).
    package struct TemporalForm: Sendable, Hashable {
        package enum Format: Sendable, Hashable {
            /// Every value as an instance of the attribute.
            case instances
            /// `values: [[value, time], …]`.
            case values
            /// `avg: [[result, start, end], …]`.
            case aggregated
        }

        package var format: Format
        /// `createdAt` and `modifiedAt` too.
        package var hasSystemAttributes: Bool
        /// In order of preference; texts become plain properties in the first one they have.
        package var languages: [String]
        /// The time that is told with each value.
        package var property: TemporalQuery.Property
        /// The order of results.
        package var methods: [TemporalAggregation.Method]

        package init(
            _ format: Format = .instances, hasSystemAttributes: Bool = false,
            languages: [String] = [], property: TemporalQuery.Property = .observedAt,
            methods: [TemporalAggregation.Method] = []
        ) {
            self.format = format
            self.hasSystemAttributes = hasSystemAttributes
            self.languages = languages
            self.property = property
            self.methods = methods
        }
    }

    package func json(_ temporal: TemporalEntity, _ form: TemporalForm = .init()) -> JSONValue {
        var object = head(temporal.entity)
        if form.hasSystemAttributes {
            object["createdAt"] = temporal.entity.createdAt.map { .string($0.iso8601) }
            object["modifiedAt"] = temporal.entity.modifiedAt.map { .string($0.iso8601) }
            object["deletedAt"] = temporal.deletedAt.map { .string($0.iso8601) }
        }
        if !temporal.scopes.isEmpty, form.format != .aggregated {
            object.append("scope", scopes(temporal.scopes, form))
        }
        var rest = temporal.series[...]
        while let first = rest.first {
            let series = rest.prefix { $0.name == first.name }
            rest = rest.dropFirst(series.count)
            object.append(context.term(for: first.name), json(Array(series), form))
        }
        return .object(object)
    }

    /// All datasets of one attribute.
    private func json(_ series: [TemporalEntity.Series], _ form: TemporalForm) -> JSONValue {
        switch form.format {
        case .instances:
            return .array(series.flatMap { $0.instances.map { instance($0, form) } })
        case .values, .aggregated:
            let lists = series.map { series in
                var object = JSONObject()
                let kind = series.kind.shown(in: form.languages)
                object.append("type", .string(kind.typeName))
                if let datasetID = series.datasetID {
                    object.append("datasetId", .string(datasetID))
                }
                if form.format == .values {
                    object.append(kind.listKey, values(series.instances, form))
                } else {
                    append(series.periods, form.methods, to: &object)
                }
                return JSONValue.object(object)
            }
            return lists.count == 1 ? lists[0] : .array(lists)
        }
    }

    // MARK: - Instances

    private func instance(
        _ instance: TemporalEntity.Instance, _ form: TemporalForm
    ) -> JSONValue {
        let representation = NGSILDRepresentation(
            hasSystemAttributes: form.hasSystemAttributes, languages: form.languages)
        var object = JSONObject()
        if instance.deletedAt == nil {
            object = json(instance.attribute, representation).object ?? object
        } else {
            let attribute = instance.attribute
            object.append("type", .string(attribute.kind.typeName))
            object.append(attribute.kind.valueKey, attribute.kind.nullValue)
            object["observedAt"] = attribute.observedAt.map { .string($0.iso8601) }
            object["datasetId"] = attribute.datasetID.map(JSONValue.string)
        }
        append(instance, form, to: &object)
        return .object(object)
    }

    /// What only an instance has.
    private func append(
        _ instance: TemporalEntity.Instance, _ form: TemporalForm, to object: inout JSONObject
    ) {
        object.append("instanceId", .string(instance.id))
        if let deletedAt = instance.deletedAt {
            object.append("deletedAt", .string(deletedAt.iso8601))
        }
        // The time that was asked for is always told.
        let property = form.property
        if property != .observedAt, object[property.rawValue] == nil {
            object[property.rawValue] = time(of: instance, property)
        }
    }

    private func values(
        _ instances: [TemporalEntity.Instance], _ form: TemporalForm
    ) -> JSONValue {
        .array(
            instances.map { instance in
                let value =
                    instance.deletedAt == nil
                    ? simplifiedValue(instance.attribute, form)
                    : instance.attribute.kind.simplifiedNull
                return .array([value, time(of: instance, form.property)])
            })
    }

    private func simplifiedValue(_ attribute: Attribute, _ form: TemporalForm) -> JSONValue {
        switch attribute.kind {
        case .listProperty, .listRelationship: attribute.value
        default:
            json(
                attribute,
                NGSILDRepresentation(.simplified, languages: form.languages))
        }
    }

    private func append(
        _ periods: [AggregatedPeriod], _ methods: [TemporalAggregation.Method],
        to object: inout JSONObject
    ) {
        for method in methods {
            let rows = periods.compactMap { period in
                period.results[method].map { result in
                    JSONValue.array([
                        result, .string(period.start.iso8601), .string(period.end.iso8601),
                    ])
                }
            }
            if !rows.isEmpty { object[method.rawValue] = .array(rows) }
        }
    }

    private func time(
        of instance: TemporalEntity.Instance, _ property: TemporalQuery.Property
    ) -> JSONValue {
        let attribute = instance.attribute
        let time: Timestamp? =
            switch property {
            case .observedAt: attribute.observedAt ?? instance.deletedAt ?? attribute.modifiedAt
            case .createdAt: attribute.createdAt
            case .modifiedAt: attribute.modifiedAt
            case .deletedAt: instance.deletedAt
            }
        return time.map { .string($0.iso8601) } ?? .null
    }

    // MARK: - Scopes

    /// The scopes of an entity as a Property with nothing but times (§4.5.6).
    private func scopes(
        _ instances: [TemporalEntity.Instance], _ form: TemporalForm
    ) -> JSONValue {
        guard form.format == .instances else {
            let values = instances.map { instance in
                JSONValue.array([Self.scopes(of: instance), time(of: instance, form.property)])
            }
            return ["type": "Property", "values": .array(values)]
        }
        return .array(
            instances.map { instance in
                var object = JSONObject([
                    ("type", .string("Property")), ("value", Self.scopes(of: instance)),
                ])
                object["observedAt"] = instance.attribute.observedAt.map { .string($0.iso8601) }
                if form.hasSystemAttributes {
                    object["createdAt"] = time(of: instance, .createdAt)
                    object["modifiedAt"] = time(of: instance, .modifiedAt)
                }
                append(instance, form, to: &object)
                return .object(object)
            })
    }

    private static func scopes(of instance: TemporalEntity.Instance) -> JSONValue {
        let names = instance.deletedAt == nil ? instance.attribute.value.array ?? [] : []
        return names.count == 1 ? names[0] : .array(names)
    }
}

extension Attribute.Kind {
    /// Under which key a list of its values stands (§4.5.9).
    fileprivate var listKey: String {
        switch self {
        case .property, .geoProperty: "values"
        case .relationship: "objects"
        case .languageProperty: "languageMaps"
        case .vocabProperty: "vocabs"
        case .jsonProperty: "jsons"
        case .listProperty: "valueLists"
        case .listRelationship: "objectLists"
        }
    }

    /// A text of one language is a plain Property.
    fileprivate func shown(in languages: [String]) -> Attribute.Kind {
        self == .languageProperty && !languages.isEmpty ? .property : self
    }

    /// What stands for a deleted value (§4.5.7).
    fileprivate var nullValue: JSONValue {
        switch self {
        case .property, .geoProperty, .relationship, .vocabProperty, .jsonProperty:
            .string(NGSILDCodec.null)
        case .languageProperty: ["@none": .string(NGSILDCodec.null)]
        case .listProperty: [.string(NGSILDCodec.null)]
        case .listRelationship: [["object": .string(NGSILDCodec.null)]]
        }
    }

    fileprivate var simplifiedNull: JSONValue {
        switch self {
        case .property, .geoProperty, .relationship, .listProperty, .listRelationship: nullValue
        case .languageProperty, .vocabProperty, .jsonProperty:
            .object(JSONObject([(valueKey, nullValue)]))
        }
    }
}
