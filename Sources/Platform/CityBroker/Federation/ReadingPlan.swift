package import CityKernel

/// Who is to be asked for one entity, auxiliary sources last, and what of it the city keeps to
/// itself because another owns it.
package struct ReadingPlan {
    package private(set) var parts: [WritePlan.Part] = []
    private var owned: [ReadyRegistration.Share] = []

    /// - Parameters:
    ///   - operations: a source is asked that offers one of them.
    ///   - attributes: those asked for; empty for all.
    package init(
        _ operations: Set<RegistrationOperation>, of id: EntityID, types: [String],
        attributes: Set<String>, among registrations: [ReadyRegistration]
    ) {
        var last: [WritePlan.Part] = []
        for ready in registrations {
            let registration = ready.registration
            guard !registration.operations.isDisjoint(with: operations),
                let share = ready.share(of: id, types: types),
                let names = share.asked(attributes)
            else { continue }
            let part = WritePlan.Part(
                registration: registration, attributes: names.isEmpty ? nil : names)
            switch registration.mode {
            case .inclusive: parts.append(part)
            case .auxiliary: last.append(part)
            case .exclusive, .redirect:
                parts.append(part)
                owned.append(share)
            }
        }
        parts += last
    }

    /// What of the city's own entity counts; `nil` when all of it belongs to others.
    package func held(_ entity: Entity) -> Entity? {
        var copy = entity
        for share in owned {
            switch share {
            case .everything: return nil
            case .attributes(let names): copy.attributes.removeAll { names.contains($0.name) }
            }
        }
        return copy
    }
}

extension ReadyRegistration.Share {
    /// - Returns: the attributes to ask for, empty for all; `nil` when there is nothing to ask.
    package func asked(_ attributes: Set<String>) -> Set<String>? {
        switch self {
        case .everything: return attributes
        case .attributes(let names):
            if attributes.isEmpty { return names }
            let both = names.intersection(attributes)
            return both.isEmpty ? nil : both
        }
    }
}
