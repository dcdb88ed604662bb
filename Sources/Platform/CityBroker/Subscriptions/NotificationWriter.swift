import CityKernel

/// Writes entities as one form of notification shows them.
struct NotificationWriter {
    /// Loads an entity that a relationship points at; `nil` when the city does not have it.
    typealias Lookup = (EntityID) throws -> Entity?

    let form: NotificationForm
    let now: Timestamp
    let codec: NGSILDCodec
    let lookup: Lookup

    init(_ form: NotificationForm, at now: Timestamp, lookup: @escaping Lookup) {
        self.form = form
        self.now = now
        self.lookup = lookup
        codec = NGSILDCodec(form.context)
    }

    /// The entity as it is now, followed by the entities that a flat join adds.
    /// - Parameters:
    ///   - change: what happened to it; `nil` when time alone asks.
    ///   - gone: instances that the change deleted and the subscriber hears of.
    func entity(
        _ entity: Entity, _ change: EntityChange?, gone: [NamedAttribute]
    ) throws -> [JSONValue] {
        var object = head(entity)
        let shown = entity.attributes.filter { isShown($0.name, $0.attribute.datasetID) }
        for (name, instances) in Self.groups(shown) {
            let json = try instances.map {
                try instance($0, before: before(name, $0, change), path: [entity.id], level: 1)
            }
            object.append(codec.context.term(for: name), combined(json, instances))
        }
        for (name, instances) in Self.groups(gone) where isShown(name, nil) {
            append(gone: instances, name, of: entity, to: &object)
        }
        var list = [finished(object, entity)]
        if form.join == .flat { list += try linked(from: shown, seen: [entity.id]) }
        return list
    }

    /// An entity that exists no more. Attributes are told to those who watch them or their changes.
    func deleted(_ entity: Entity, gone: [NamedAttribute]) -> JSONValue {
        var object = head(entity)
        object["scope"] = nil
        object.append("deletedAt", .string(now.iso8601))
        for (name, instances) in Self.groups(gone) where isShown(name, nil) {
            object.append(codec.context.term(for: name), sign(for: instances))
        }
        return finished(object, entity)
    }

    // MARK: - Members

    private func head(_ entity: Entity) -> JSONObject {
        var object = codec.head(entity)
        if form.representation.hasSystemAttributes { appendTimes(of: entity, to: &object) }
        for key in ["id", "type", "scope"] where !isMemberShown(key) { object[key] = nil }
        return object
    }

    private func appendTimes(of entity: Entity, to object: inout JSONObject) {
        object["createdAt"] = entity.createdAt.map { .string($0.iso8601) }
        object["modifiedAt"] = entity.modifiedAt.map { .string($0.iso8601) }
        object["expiresAt"] = entity.expiresAt.map { .string($0.iso8601) }
    }

    private func isMemberShown(_ name: String) -> Bool {
        (form.picked.isEmpty || form.picked.contains(name)) && !form.omitted.contains(name)
    }

    private func isShown(_ name: String, _ datasetID: String?) -> Bool {
        guard isMemberShown(name), form.attributes.isEmpty || form.attributes.contains(name) else {
            return false
        }
        return form.datasetIDs.isEmpty || form.datasetIDs.contains(datasetID ?? "@none")
    }

    /// Instances that stand together under one name, in their order.
    private static func groups(
        _ attributes: [NamedAttribute]
    ) -> [(name: String, instances: [Attribute])] {
        var groups: [(name: String, instances: [Attribute])] = []
        for named in attributes {
            if let index = groups.firstIndex(where: { $0.name == named.name }) {
                groups[index].instances.append(named.attribute)
            } else {
                groups.append((named.name, [named.attribute]))
            }
        }
        return groups
    }

    private func combined(_ json: [JSONValue], _ instances: [Attribute]) -> JSONValue {
        if json.count == 1 { return json[0] }
        guard form.representation.format == .simplified else { return .array(json) }
        let members = zip(instances, json).map { ($0.datasetID ?? "@none", $1) }
        return ["dataset": .object(JSONObject(members))]
    }

    // MARK: - What was before

    private func before(
        _ name: String, _ instance: Attribute, _ change: EntityChange?
    ) -> Attribute? {
        guard form.showsChanges, let before = change?.before(name, instance.datasetID),
            before.value != instance.value || before.kind != instance.kind
        else { return nil }
        return before
    }

    private func adding(
        _ before: Attribute, to json: JSONValue, of kind: Attribute.Kind
    ) -> JSONValue {
        let plain = NGSILDRepresentation(.normalized)
        let value = codec.json(before, plain)[before.kind.valueKey] ?? .null
        // A concise value that stands alone becomes an object to have room beside it.
        let isAlone = json[kind.valueKey] == nil
        var object = isAlone ? JSONObject([(kind.valueKey, json)]) : json.object ?? JSONObject()
        object[before.kind.previousKey] = value
        return .object(object)
    }

    /// Some instances gone: a sign for each beside those that are left.
    private func append(
        gone: [Attribute], _ name: String, of entity: Entity, to object: inout JSONObject
    ) {
        let term = codec.context.term(for: name)
        guard entity.attributes.contains(where: { $0.name == name }) else {
            object[term] = sign(for: gone)
            return
        }
        let left = entity.attributes.filter {
            $0.name == name && isShown(name, $0.attribute.datasetID)
        }.map(\.attribute)
        let instances = left + gone
        let json = left.map { codec.json($0, form.representation) } + gone.map { marker($0) }
        object[term] = combined(json, instances)
    }

    /// All instances of an attribute gone: one sign says it, unless what each was is told too.
    private func sign(for gone: [Attribute]) -> JSONValue {
        if form.showsChanges || gone.count == 1 {
            return combined(gone.map { marker($0) }, gone)
        }
        var whole = gone.first { $0.datasetID == nil } ?? gone[0]
        whole.datasetID = nil
        return marker(whole)
    }

    /// An instance that is gone: `urn:ngsi-ld:null` where its value was (§4.5.0).
    private func marker(_ instance: Attribute) -> JSONValue {
        var sign = Attribute(
            instance.kind, instance.kind.nullValue, datasetID: instance.datasetID)
        sign.createdAt = instance.createdAt
        sign.modifiedAt = instance.modifiedAt
        let json = codec.json(sign, form.representation)
        guard form.representation.format != .simplified else { return json }
        let full = form.showsChanges ? adding(instance, to: json, of: instance.kind) : json
        guard form.representation.hasSystemAttributes, var object = full.object else { return full }
        object["deletedAt"] = .string(now.iso8601)
        return .object(object)
    }

    // MARK: - Joins

    private func instance(
        _ attribute: Attribute, before: Attribute?, path: [EntityID], level: Int
    ) throws -> JSONValue {
        var json = codec.json(attribute, form.representation)
        if let before { json = adding(before, to: json, of: attribute.kind) }
        guard form.join == .inline, level <= form.joinLevel else { return json }
        let targets = attribute.targets.filter { !path.contains($0) }
        if targets.isEmpty { return json }
        let joined = try targets.compactMap { target -> JSONValue? in
            guard let entity = try lookup(target) else { return nil }
            return try whole(entity, path: path + [target], level: level + 1)
        }
        if joined.isEmpty { return json }
        let isList = attribute.value.array != nil
        let entities: JSONValue = isList ? .array(joined) : joined[0]
        guard form.representation.format != .simplified else { return entities }
        var object = json.object ?? JSONObject([(attribute.kind.valueKey, json)])
        object[attribute.kind == .listRelationship ? "entityList" : "entity"] = entities
        return .object(object)
    }

    /// A joined entity; what a subscriber picks concerns the entities that it subscribed to.
    private func whole(_ entity: Entity, path: [EntityID], level: Int) throws -> JSONValue {
        var object = codec.head(entity)
        if form.representation.hasSystemAttributes { appendTimes(of: entity, to: &object) }
        for (name, instances) in Self.groups(entity.attributes) {
            let json = try instances.map {
                try instance($0, before: nil, path: path, level: level)
            }
            object.append(codec.context.term(for: name), combined(json, instances))
        }
        return .object(object)
    }

    private func linked(
        from attributes: [NamedAttribute], seen: Set<EntityID>
    ) throws -> [JSONValue] {
        var seen = seen
        var found: [JSONValue] = []
        var frontier = attributes.flatMap(\.attribute.targets)
        for _ in 0..<form.joinLevel {
            var next: [EntityID] = []
            for target in frontier where seen.insert(target).inserted {
                guard let entity = try lookup(target) else { continue }
                found.append(finished(try whole(entity, path: [], level: .max).object, entity))
                next += entity.attributes.flatMap(\.attribute.targets)
            }
            frontier = next
        }
        return found
    }

    // MARK: - Media

    /// The entity as its media type wants it.
    private func finished(_ object: JSONObject?, _ entity: Entity) -> JSONValue {
        var object = object ?? JSONObject()
        switch form.media {
        case .json: return .object(object)
        case .jsonLD:
            object["@context"] = form.contextSource
            return .object(object)
        case .geoJSON:
            object["id"] = nil
            var feature = JSONObject([
                ("id", .string(entity.id.text)), ("type", "Feature"),
                ("geometry", entity["location"]?.geometry?.geoJSON ?? .null),
                ("properties", .object(object)),
            ])
            if !form.hasPlainBody { feature["@context"] = form.contextSource }
            return .object(feature)
        }
    }

    /// A notification without its number, its subscription and its time, which the sender adds.
    func notification(_ data: [JSONValue]) -> [UInt8] {
        var notification = JSONObject([("type", "Notification")])
        switch form.media {
        case .json: notification.append("data", .array(data))
        case .jsonLD:
            notification.append("data", .array(data))
            notification.append("@context", form.contextSource)
        case .geoJSON:
            notification.append(
                "data", ["type": "FeatureCollection", "features": .array(data)])
        }
        return JSONValue.object(notification).bytes
    }
}

extension Attribute.Kind {
    /// What stands for a value that is gone.
    fileprivate var nullValue: JSONValue {
        let null = JSONValue.string(NGSILDCodec.null)
        return switch self {
        case .languageProperty: ["@none": null]
        case .listProperty, .listRelationship: [null]
        case .property, .geoProperty, .relationship, .vocabProperty, .jsonProperty: null
        }
    }

    /// The member that holds the value before a change (§4.5.2).
    fileprivate var previousKey: String {
        let first = valueKey.prefix(1).uppercased()
        return "previous" + first + valueKey.dropFirst()
    }
}
