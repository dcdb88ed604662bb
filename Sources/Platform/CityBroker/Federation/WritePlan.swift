package import CityKernel

/// Who is to be told of a change of one entity, and what of it stays with the city (§4.3.6, §5.6).
package struct WritePlan: Sendable {
    /// What one source is told.
    package struct Part: Sendable {
        package var registration: Registration
        /// `nil` when the change names no attributes, or the source takes all of them.
        package var attributes: Set<String>?
    }

    package var parts: [Part] = []
    /// Sources that own what is changed and do not take such a change.
    package var refusals: [Part] = []
    /// What the city changes itself; `nil` when it holds nothing of it.
    package var local: Part.Local? = .everything

    /// - Parameters:
    ///   - types: empty when they are not known.
    ///   - attributes: `nil` for a change of the whole entity, such as a deletion.
    ///   - alternative: operations that together do the same; empty when none do.
    package init(
        _ operation: RegistrationOperation, of id: EntityID, types: [String],
        attributes: Set<String>?, or alternative: Set<RegistrationOperation> = [],
        among registrations: [ReadyRegistration]
    ) {
        func offers(_ registration: Registration) -> Bool {
            registration.operations.contains(operation)
                || (!alternative.isEmpty && alternative.isSubset(of: registration.operations))
        }
        var rest = Rest(attributes)
        // A plain loop: the optimiser of Swift 6.3 fails on a closure here.
        var matching: [(registration: Registration, share: ReadyRegistration.Share)] = []
        for ready in registrations {
            guard let share = ready.share(of: id, types: types) else { continue }
            matching.append((ready.registration, share))
        }
        for (registration, share) in matching where registration.mode == .exclusive {
            take(share, from: &rest, for: registration, offers(registration))
        }
        // All redirects of the same attributes are told, so that each sees what the first saw.
        let before = rest
        for (registration, share) in matching where registration.mode == .redirect {
            var own = before
            take(share, from: &own, for: registration, offers(registration))
            rest.subtract(share)
        }
        for (registration, share) in matching
        where registration.mode == .inclusive && offers(registration) {
            if let attributes = rest.part(share) {
                parts.append(Part(registration: registration, attributes: attributes))
            }
        }
        local = rest.local
    }

    private mutating func take(
        _ share: ReadyRegistration.Share, from rest: inout Rest, for registration: Registration,
        _ isOffered: Bool
    ) {
        guard let attributes = rest.part(share) else { return }
        let part = Part(registration: registration, attributes: attributes)
        if isOffered {
            parts.append(part)
        } else {
            refusals.append(part)
        }
        rest.subtract(share)
    }

    package var concernsSources: Bool { !parts.isEmpty || !refusals.isEmpty }
}

extension WritePlan.Part {
    package enum Local: Sendable, Hashable {
        case everything
        case attributes(Set<String>)
    }
}

/// What of a change nobody has taken yet.
private struct Rest {
    private var attributes: Set<String>?
    private var isTaken = false
    private var isWhole = true

    init(_ attributes: Set<String>?) { self.attributes = attributes }

    /// - Returns: `nil` when nothing of the change belongs to `share`; the inner `nil` when all does.
    func part(_ share: ReadyRegistration.Share) -> Set<String>?? {
        if isTaken { return nil }
        guard let attributes else { return .some(nil) }
        switch share {
        case .everything: return .some(isWhole ? nil : attributes)
        case .attributes(let names):
            let own = attributes.intersection(names)
            return own.isEmpty ? nil : .some(own)
        }
    }

    mutating func subtract(_ share: ReadyRegistration.Share) {
        switch share {
        case .everything: isTaken = true
        case .attributes(let names):
            guard let all = attributes else { return }
            let left = all.subtracting(names)
            if left.count < all.count { isWhole = false }
            if left.isEmpty, !all.isEmpty { isTaken = true }
            attributes = left
        }
    }

    var local: WritePlan.Part.Local? {
        if isTaken { return nil }
        guard !isWhole, let attributes else { return .everything }
        return .attributes(attributes)
    }
}
