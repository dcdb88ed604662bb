package import CityKernel

/// One entity out of what several hold of it (§4.5.5): of each attribute the instance that was
/// observed last, else the one that was changed last; what stands already wins a tie.
package struct EntityMerge: Sendable {
    package private(set) var entity: Entity?

    package init(_ entity: Entity? = nil) { self.entity = entity }

    package mutating func add(_ other: Entity) {
        guard var merged = entity else {
            entity = other
            return
        }
        for named in other.attributes { Self.put(named, into: &merged.attributes) }
        merged.takeHead(of: other)
        entity = merged
    }

    /// Only attributes that nobody else has; nothing when nobody knows the entity.
    package mutating func fill(from other: Entity) {
        guard var merged = entity else {
            entity = other
            return
        }
        let known = Set(merged.attributes.map(\.name))
        for named in other.attributes where !known.contains(named.name) {
            merged.attributes.append(named)
        }
        merged.takeHead(of: other)
        entity = merged
    }

    private static func put(_ named: NamedAttribute, into attributes: inout [NamedAttribute]) {
        let same = attributes.firstIndex {
            $0.name == named.name && $0.attribute.datasetID == named.attribute.datasetID
        }
        if let same {
            if named.attribute.isNewer(than: attributes[same].attribute) {
                attributes[same] = named
            }
            return
        }
        // Instances of one name stand together.
        if let last = attributes.lastIndex(where: { $0.name == named.name }) {
            attributes.insert(named, at: last + 1)
        } else {
            attributes.append(named)
        }
    }
}

extension Attribute {
    fileprivate func isNewer(than other: Attribute) -> Bool {
        if let mine = observedAt, let theirs = other.observedAt { return mine > theirs }
        if let mine = modifiedAt, let theirs = other.modifiedAt { return mine > theirs }
        return false
    }
}

extension Entity {
    fileprivate mutating func takeHead(of other: Entity) {
        for type in other.types where !types.contains(type) { types.append(type) }
        for scope in other.scopes where !scopes.contains(scope) { scopes.append(scope) }
        createdAt = [createdAt, other.createdAt].compactMap(\.self).min()
        modifiedAt = [modifiedAt, other.modifiedAt].compactMap(\.self).max()
    }
}
