package import CityKernel

/// What a subscription of NGSIv2 asks beside what every subscription does.
package struct NGSIv2Terms: Sendable, Hashable {
    /// The `alterationTypes`, spelled as there.
    package enum Alteration: String, Sendable, Hashable, CaseIterable {
        /// Something changed.
        case entityChange
        /// Something was written, even if it was so before.
        case entityUpdate
        case entityCreate, entityDelete
    }

    package var alterations: Set<Alteration>
    /// A change of metadata alone counts (`notifyOnMetadataChange`).
    package var hearsMetadata = true
    /// Falls silent after its first notification.
    package var isOneShot = false
    /// Falls silent after more failures than this in a row.
    package var failsMax: Int?
    /// As the subscriber wrote it.
    package var document: JSONObject
    /// The tenant and the service path that it was made under, as headers named them.
    package var service: String?
    package var servicePath: String?

    /// What a subscription that names no alterations hears of.
    static let usual: Set<Alteration> = [.entityCreate, .entityChange]

    /// Whether what became of earlier notifications decides about the next.
    var isCounted: Bool { isOneShot || failsMax != nil }

    /// Whether it hears of what was written and was so before.
    var hearsRepeats: Bool { alterations.contains(.entityUpdate) }

    /// The same in the words of NGSI-LD, for those who look at it there.
    var triggers: Set<Subscription.Trigger> {
        var triggers: Set<Subscription.Trigger> = []
        for alteration in alterations {
            switch alteration {
            case .entityChange, .entityUpdate:
                triggers.formUnion([.attributeCreated, .attributeUpdated, .attributeDeleted])
            // Beside the others, a creation is told by the attributes that it creates.
            case .entityCreate where alterations.isDisjoint(with: [.entityChange, .entityUpdate]):
                triggers.insert(.entityCreated)
            case .entityCreate: break
            case .entityDelete: triggers.insert(.entityDeleted)
            }
        }
        return triggers
    }
}

// MARK: - Matching

extension NGSIv2Terms {
    /// Whether the change is of a kind that the subscriber asked for.
    func isTriggered(by change: EntityChange, watches: (String) -> Bool) -> Bool {
        if change.isDeleted { return alterations.contains(.entityDelete) }
        if change.isCreated {
            guard !alterations.isDisjoint(with: [.entityCreate, .entityChange, .entityUpdate])
            else { return false }
            return change.createdAttributes.contains(where: watches)
        }
        guard !alterations.isDisjoint(with: [.entityChange, .entityUpdate]) else { return false }
        if change.createdAttributes.contains(where: watches)
            || change.deletedAttributes.contains(where: watches)
        {
            return true
        }
        let isHeardAnyway = hearsRepeats || change.isForced
        if isHeardAnyway, change.repeatedAttributes.contains(where: watches) { return true }
        return change.updatedAttributes.contains { watches($0) }
    }

    /// Whether more than metadata changed; asked only of those who do not want to hear of it.
    func isMoreThanMetadata(
        _ change: EntityChange, _ entity: Entity, watches: (String) -> Bool
    ) -> Bool {
        if hearsMetadata || hearsRepeats || change.isForced || change.isDeleted
            || change.createdAttributes.contains(where: watches)
            || change.deletedAttributes.contains(where: watches)
        {
            return true
        }
        return change.updatedAttributes.contains { name in
            guard watches(name), let now = entity[name] else { return false }
            guard let before = change.before(name, now.datasetID) else { return true }
            return NGSIv2Value.shown(before) != NGSIv2Value.shown(now)
        }
    }
}
