package import CityKernel

/// Entities as bytes, for readers who ask for nothing special: most of them, and each of them for
/// the same bytes.
extension Broker {
    /// The document of an entity, written at most once while nothing of it changes.
    /// - Parameter write: must give the same bytes for the same entity every time.
    /// - Returns: `nil` when there is no such entity.
    package func document(
        of id: EntityID, _ write: (Entity) -> [UInt8]
    ) async throws -> [UInt8]? {
        guard isAlone else { return try await entity(id).map(write) }
        try await expire()
        guard let known = entities.findShown(id) else { return try await entity(id).map(write) }
        if known.record.isDeleted { return nil }
        if let document = known.document { return document }
        guard let shown = try known.record.entity(id, name: names.getName) else {
            return try await entity(id).map(write)
        }
        let document = write(shown)
        entities.keep(document, of: id, serial: known.serial)
        return document
    }

    /// What `document` has written, when nobody need be asked for it: nothing has ended, and no
    /// registered source takes part.
    package func findDocument(of id: EntityID) -> [UInt8]? {
        guard isAlone, expiries.look(at: now) == .nothing,
            registrationBook.known?.isEmpty == true
        else { return nil }
        return entities.findDocument(id)
    }
}
