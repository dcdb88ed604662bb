import CityKernel

/// What a notification of NGSIv2 says of an entity.
package struct NGSIv2NotificationForm: Sendable, Hashable {
    var representation = NGSIv2Representation()
    /// Only attributes that the change concerned.
    var onlyChanged = false
    /// What was asked for and is not there is told as null.
    var isCovered = false
    /// Members that take the place of the entity's own (`ngsi` of a custom notification).
    var patch: JSONObject?
    /// Each entity travels alone, with the values that macros stand for.
    var isCustom = false
    /// The macros of the rest of a custom notification, without their signs.
    var macroNames: [String] = []

    /// Whether what was before the change is told.
    var showsPrevious: Bool { representation.metadata.contains("previousValue") }
}

/// Writes entities for subscribers of NGSIv2. A piece holds the entity beside what its delivery needs
/// to know.
struct NGSIv2NotificationWriter {
    private enum Member {
        static let path = "servicePath"
        static let values = "values"
        static let data = "data"
    }

    let form: NGSIv2NotificationForm

    func piece(_ entity: Entity, _ change: EntityChange?) -> JSONValue {
        let macros = NGSIv2Macros(entity)
        var shown = form.patch.map { macros.patched(entity, with: $0) } ?? entity
        if let change { mark(&shown, change) }
        cover(&shown)
        var piece = JSONObject([
            (Member.path, .string(entity.scopes.first ?? "/")),
            (Member.data, NGSIv2Codec().json(shown, form.representation)),
        ])
        if !form.macroNames.isEmpty {
            piece.append(
                Member.values,
                .object(JSONObject(form.macroNames.map { ($0, macros.value($0) ?? .null) })))
        }
        return .object(piece)
    }

    /// Leaves out what did not change, and says what happened where that was asked for.
    private func mark(_ entity: inout Entity, _ change: EntityChange) {
        let touched = change.attributes.union(change.repeatedAttributes)
        if form.onlyChanged, !change.isDeleted {
            entity.attributes.removeAll { !touched.contains($0.name) }
        }
        let asked = form.representation.metadata
        if asked.contains("previousValue") || asked.contains("actionType") {
            for index in entity.attributes.indices {
                let name = entity.attributes[index].name
                guard touched.contains(name) else { continue }
                if asked.contains("previousValue"),
                    let before = change.before(name, entity.attributes[index].attribute.datasetID)
                {
                    add("previousValue", before, to: &entity.attributes[index].attribute)
                }
                if asked.contains("actionType") {
                    let action = change.createdAttributes.contains(name) ? "append" : "update"
                    add(
                        "actionType", .property(.string(action)),
                        to: &entity.attributes[index].attribute)
                }
            }
        }
        if form.representation.attributes.contains("alterationType") {
            entity.attributes.append(
                NamedAttribute(
                    "alterationType", .property(.string(Self.alteration(change).rawValue))))
        }
    }

    private func add(_ name: String, _ value: Attribute, to attribute: inout Attribute) {
        var bare = value
        bare.subAttributes.removeAll { $0.name != "valueType" }
        attribute.subAttributes.append(NamedAttribute(name, bare))
    }

    private static func alteration(_ change: EntityChange) -> NGSIv2Terms.Alteration {
        if change.isDeleted { return .entityDelete }
        if change.isCreated { return .entityCreate }
        return change.attributes.isEmpty ? .entityUpdate : .entityChange
    }

    private func cover(_ entity: inout Entity) {
        guard form.isCovered else { return }
        for name in form.representation.attributes
        where name != "*" && entity[name] == nil && !NGSIv2Codec.builtIn.contains(name) {
            entity.attributes.append(NamedAttribute(name, Attribute(.jsonProperty, .null)))
        }
    }

    // MARK: - Messages

    /// The payloads of messages: entities of one service path together, those of custom
    /// notifications each alone.
    func payloads(_ pieces: [JSONValue]) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var path: JSONValue?
        var data: [JSONValue] = []
        func end() {
            guard let known = path, !data.isEmpty else { return }
            payloads.append(
                JSONValue.object(
                    JSONObject([(Member.path, known), (Member.data, .array(data))])
                ).bytes)
            data = []
        }
        for piece in pieces {
            guard let shown = piece[Member.data] else { continue }
            if form.isCustom {
                var alone = piece.object ?? JSONObject()
                alone[Member.data] = .array([shown])
                payloads.append(JSONValue.object(alone).bytes)
                continue
            }
            if path != piece[Member.path] || data.count == SubscriptionMatching.entitiesMax {
                end()
                path = piece[Member.path]
            }
            data.append(shown)
        }
        end()
        return payloads
    }
}

/// A message of NGSIv2 as it comes out of the outbox.
struct NGSIv2Message {
    let servicePath: String
    let values: JSONObject
    let data: JSONValue

    init(_ payload: [UInt8]) throws {
        let json = try JSONValue(parsing: payload)
        servicePath = json["servicePath"]?.string ?? "/"
        values = json["values"]?.object ?? JSONObject()
        data = json["data"] ?? []
    }
}
