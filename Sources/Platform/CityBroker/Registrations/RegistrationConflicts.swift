import CityKernel
import CityStore

/// What a new registration must not take from others (§4.3.6.3, §5.9.2.4).
struct RegistrationConflicts {
    let connection: any Connection
    let names: NameStore
    let contexts: ContextLibrary

    /// - Throws: `RegistrationError.ownedByAnother`, `.heldByCity`.
    func check(_ registration: Registration) throws {
        guard registration.mode == .exclusive || registration.mode == .redirect else { return }
        try checkOwners(registration)
        switch registration.mode {
        case .exclusive: try checkAttributes(registration)
        case .redirect: try checkEntities(registration)
        case .inclusive, .auxiliary: break
        }
    }

    /// Attributes of an entity that one source owns cannot be given to another. An expired
    /// registration owns nothing.
    private func checkOwners(_ registration: Registration) throws {
        let now = (connection as? any Transaction)?.now
        for stored in try RegistrationStore.listAll(contexts, in: connection).registrations {
            let other = stored.registration
            guard other.mode == .exclusive, other.id != registration.id,
                now.map(other.isActive) ?? true
            else { continue }
            for part in other.information {
                for id in part.selectors.compactMap(\.id)
                where try overlaps(registration, id, part.attributes) {
                    throw RegistrationError.ownedByAnother(other.id)
                }
            }
        }
    }

    private func overlaps(
        _ registration: Registration, _ id: EntityID, _ attributes: Set<String>
    ) throws -> Bool {
        let ready = try ReadyRegistration(
            StoredRegistration(
                registration: registration, createdAt: Timestamp(microseconds: 0),
                modifiedAt: Timestamp(microseconds: 0)))
        return switch ready.share(of: id, types: []) {
        case .everything: true
        case .attributes(let names): !names.isDisjoint(with: attributes)
        case nil: false
        }
    }

    private var reader: EntityReader { EntityReader(connection: connection, names: names) }

    private func checkAttributes(_ registration: Registration) throws {
        for part in registration.information {
            for id in part.selectors.compactMap(\.id) {
                guard let entity = try reader.entity(id) else { continue }
                if entity.attributes.contains(where: { part.attributes.contains($0.name) }) {
                    throw RegistrationError.heldByCity(id)
                }
            }
        }
    }

    private func checkEntities(_ registration: Registration) throws {
        for part in registration.information {
            for selector in part.selectors {
                if let held = try holding(selector, part.attributes) {
                    throw RegistrationError.heldByCity(held)
                }
            }
        }
    }

    private func holding(
        _ selector: Registration.Selector, _ attributes: Set<String>
    ) throws -> EntityID? {
        var query = EntityQuery()
        let types = selector.types.map(TypeSelection.type)
        query.select([
            EntitySelector(
                types: types.isEmpty ? nil : .any(types), ids: selector.id.map { [$0] } ?? [],
                idPattern: selector.idPattern)
        ])
        query.attributes = attributes.sorted()
        query.limit = 1
        return try EntitySearch(query).page(through: reader).entities.first?.id
    }
}
