import CityBroker
import CityKernel

/// The updates of NGSI-LD on one entity inside a transaction.
struct EntityEdit {
    let work: BrokerTransaction
    let id: EntityID
    /// The entity must be of these types, else it counts as unknown (§5.6).
    let types: TypeSelection?

    init(_ work: BrokerTransaction, _ id: EntityID, types: TypeSelection? = nil) {
        self.work = work
        self.id = id
        self.types = types
    }

    /// What an update did to each attribute (§5.2.18).
    struct Result: Sendable {
        var updated: [String] = []
        var notUpdated: [(name: String, reason: String)] = []
    }

    /// What the parameters of a merge say of attributes that do not say it themselves (§5.6.17).
    struct MergeDefaults: Sendable {
        var observedAt: Timestamp?
        var language: String?
    }

    func present() throws -> Entity {
        guard let entity = try work.entity(id), types?.matches(entity.types) ?? true else {
            throw BrokerError.notFound(id)
        }
        return entity
    }

    private func apply(_ attributes: [NamedAttribute], to entity: Entity) throws {
        try work.apply(
            attributes.map { Fact(id, types: entity.types, $0.name, $0.attribute) })
    }

    private func applyHead(of fragment: NGSILDCodec.Fragment) throws {
        if !fragment.types.isEmpty { try work.addTypes(fragment.types, to: id) }
        if let scopes = fragment.scopes { try work.setScopes(scopes, of: id) }
        switch fragment.expiresAt {
        case .keep: break
        case .set(let end): try work.setExpiry(end, of: id)
        case .remove: try work.setExpiry(nil, of: id)
        }
    }

    /// Adds attributes; replaces those it has unless `overwrites` is false (§5.6.3).
    func append(_ fragment: NGSILDCodec.Fragment, overwrites: Bool) throws -> Result {
        let entity = try present()
        var head = fragment
        if !overwrites, let added = fragment.scopes {
            head.scopes = entity.scopes + added.filter { !entity.scopes.contains($0) }
        }
        try applyHead(of: head)
        var result = Result()
        var accepted: [NamedAttribute] = []
        for named in fragment.attributes {
            if !overwrites, entity.instance(named) != nil {
                result.refuse(named.name, "the attribute exists already")
            } else {
                accepted.append(named)
                result.accept(named.name)
            }
        }
        try apply(accepted, to: entity)
        try delete(fragment.deletions, from: entity, &result)
        return result
    }

    /// Replaces attributes and adds those that the entity lacks; scopes are replaced only
    /// (§5.6.2).
    func update(_ fragment: NGSILDCodec.Fragment) throws -> Result {
        let entity = try present()
        var head = fragment
        var result = Result()
        if fragment.scopes != nil, entity.scopes.isEmpty {
            head.scopes = nil
            result.refuse("scope", "the entity has no scope")
        }
        try applyHead(of: head)
        for named in fragment.attributes { result.accept(named.name) }
        try apply(fragment.attributes, to: entity)
        try delete(fragment.deletions, from: entity, &result)
        return result
    }

    private func delete(
        _ deletions: [NGSILDCodec.Fragment.Deletion], from entity: Entity, _ result: inout Result
    ) throws {
        for deletion in deletions {
            if entity.has(deletion) {
                try work.deleteAttribute(deletion.name, datasetID: deletion.datasetID, of: id)
                result.accept(deletion.name)
            } else {
                result.refuse(deletion.name, "the entity has no such attribute")
            }
        }
    }

    /// Merges attributes member by member; unknown ones are added (§5.6.17).
    func merge(
        _ fragment: NGSILDCodec.Fragment, _ defaults: MergeDefaults = MergeDefaults()
    ) throws {
        let entity = try present()
        try applyHead(of: fragment)
        var merged: [NamedAttribute] = []
        for named in fragment.patches {
            let known = entity.instance(named.name, named.patch.datasetID)
            let patch = defaults.completed(named.patch, for: known)
            let attribute =
                try known.map { try patch.applied(to: $0, isMerge: true, at: "/" + named.name) }
                ?? patch.attribute(at: "/" + named.name)
            merged.append(NamedAttribute(named.name, attribute))
        }
        try apply(merged, to: entity)
        for deletion in fragment.deletions where entity.has(deletion) {
            try work.deleteAttribute(deletion.name, datasetID: deletion.datasetID, of: id)
        }
    }

    /// Changes the named members of one attribute (§5.6.4).
    func patch(_ name: String, with patch: AttributePatch) throws {
        let entity = try present()
        guard let known = entity.instance(name, patch.datasetID) else {
            throw BrokerError.attributeNotFound(id, name)
        }
        guard patch.kind.map({ $0 == known.kind }) ?? true else {
            throw Problem.badRequest("the attribute is a \(known.kind.typeName)", at: "/type")
        }
        let changed = try patch.applied(to: known, isMerge: false)
        try apply([NamedAttribute(name, changed)], to: entity)
    }

    /// Replaces one attribute (§5.6.19).
    func replace(_ name: String, with attribute: Attribute) throws {
        let entity = try present()
        let named = NamedAttribute(name, attribute)
        guard entity.instance(named) != nil else { throw BrokerError.attributeNotFound(id, name) }
        try apply([named], to: entity)
    }

    /// Deletes one instance of an attribute, or all of them, or the scopes (§5.6.5).
    func delete(_ name: String, datasetID: String?, isAll: Bool) throws {
        let entity = try present()
        if name == "scope" {
            guard !entity.scopes.isEmpty else { throw BrokerError.attributeNotFound(id, name) }
            try work.setScopes([], of: id)
        } else if isAll {
            try work.deleteAttributeInstances(name, of: id)
        } else {
            try work.deleteAttribute(name, datasetID: datasetID, of: id)
        }
    }
}

extension EntityEdit.Result {
    fileprivate mutating func accept(_ name: String) {
        if !updated.contains(name) { updated.append(name) }
    }

    fileprivate mutating func refuse(_ name: String, _ reason: String) {
        if !notUpdated.contains(where: { $0.name == name }) { notUpdated.append((name, reason)) }
    }
}

extension EntityEdit.MergeDefaults {
    fileprivate func completed(
        _ patch: AttributePatch, for known: Attribute?
    ) -> AttributePatch {
        var patch = patch
        // Only what told a time before tells one now.
        if let observedAt, patch.observedAt == .keep, known?.observedAt != nil {
            patch.observedAt = .set(observedAt)
        }
        if let language, known?.kind == .languageProperty, patch.isBare, let text = patch.value {
            patch.kind = .languageProperty
            patch.isBare = false
            patch.value = .object(JSONObject([(language, text)]))
        }
        return patch
    }
}

extension Entity {
    func instance(_ name: String, _ datasetID: String?) -> Attribute? {
        attributes.first { $0.name == name && $0.attribute.datasetID == datasetID }?.attribute
    }

    fileprivate func instance(_ named: NamedAttribute) -> Attribute? {
        instance(named.name, named.attribute.datasetID)
    }

    fileprivate func has(_ deletion: NGSILDCodec.Fragment.Deletion) -> Bool {
        instance(deletion.name, deletion.datasetID) != nil
    }
}
