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
        if isAlone {
            try await expire()
            if let known = try knownDocument(of: id, write) { return known }
        }
        return try await entity(id).map(write)
    }

    /// The same as `document`, when the database need not be asked for it: nothing has ended, no
    /// registered source takes part, and the entity is in memory.
    package func findDocument(of id: EntityID, _ write: (Entity) -> [UInt8]) -> [UInt8]? {
        guard isAlone, expiries.look(at: now) == .nothing,
            registrationBook.known?.isEmpty == true
        else { return nil }
        // What cannot be read from memory is read, or complained of, by `document`.
        return try? knownDocument(of: id, write)
    }

    private func knownDocument(
        of id: EntityID, _ write: (Entity) -> [UInt8]
    ) throws -> [UInt8]? {
        guard let known = entities.findShown(id), !known.record.isDeleted else { return nil }
        if let document = known.document { return document }
        guard let shown = try known.record.entity(id, name: names.getName) else { return nil }
        let document = write(shown)
        entities.keep(document, of: id, serial: known.serial)
        return document
    }
}
