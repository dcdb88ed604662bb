package import CityIdentity
package import CityKernel
import CityStore

// MARK: - Emergency disclosure

/// 災害時の開示: for a named duty, kinds and reason, and for a limited time, personal data is read
/// without a consent. It is a path of its own, which announces itself and is listed for ever.
package struct EmergencyDisclosure: Sendable, Hashable {
    package static let lifeMax = Duration.hours(72)
    package static let reasonCharactersMax = 200

    package var id: Int64
    package var reason: String
    package var kinds: [String]
    package var openedBy: String
    package var openedAt: Timestamp
    package var endsAt: Timestamp
    /// Reads so far.
    package var readCount: Int

    package func isOpen(at now: Timestamp) -> Bool { now < endsAt }
}

extension Consent {
    /// Opens the path. It stands on the transparency page from this instant.
    /// - Throws: `IdentityError.forbidden`; `Problem` without a reason or kinds, or for too long.
    package func openEmergency(
        reason: String, kinds: [String], for span: Duration, by officer: Principal
    ) async throws -> EmergencyDisclosure {
        try officer.require(.discloseInEmergency)
        guard (1...EmergencyDisclosure.reasonCharactersMax).contains(reason.count),
            !kinds.isEmpty, kinds.allSatisfy({ catalogue.kinds[$0] != nil }),
            span > .zero, span <= EmergencyDisclosure.lifeMax
        else { throw Problem.badEmergency }
        return try await store.write { transaction in
            var made = EmergencyDisclosure(
                id: 0, reason: reason, kinds: kinds, openedBy: officer.actor,
                openedAt: transaction.now, endsAt: transaction.now + span, readCount: 0)
            made.id = try EmergencyStore.add(made, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: officer.actor, action: "emergency.open", noun: "emergency:\(made.id)",
                    detail: kinds.joined(separator: " ")), in: transaction)
            return made
        }
    }

    /// Ends the path before its time.
    /// - Throws: `IdentityError.forbidden`.
    package func closeEmergency(_ id: Int64, by officer: Principal) async throws {
        try officer.require(.discloseInEmergency)
        try await store.write { transaction in
            guard try EmergencyStore.end(id, in: transaction) else { return }
            try Identity.record(
                AuditEntry(
                    actor: officer.actor, action: "emergency.close", noun: "emergency:\(id)"),
                in: transaction)
        }
    }

    /// A value while the path is open for its kind.
    /// - Throws: `IdentityError.forbidden`; `Problem` of kind `forbidden` when it is not open.
    package func readInEmergency(
        _ kind: String, of person: String, under id: Int64, by officer: Principal
    ) async throws -> JSONValue? {
        try officer.require(.discloseInEmergency)
        return try await store.write { transaction in
            guard let path = try EmergencyStore.find(id, in: transaction),
                path.isOpen(at: transaction.now), path.kinds.contains(kind)
            else { throw Problem.noEmergency }
            try EmergencyStore.count(person, kind, under: id, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: officer.actor, action: "personal.emergency",
                    noun: "resident:\(person)", detail: "\(kind) emergency:\(id)"),
                in: transaction)
            return try value(kind, of: person, in: transaction)
        }
    }

    /// All that were ever opened, the newest first: for everybody to see.
    package func listEmergencies() async throws -> [EmergencyDisclosure] {
        try await store.read { try EmergencyStore.list(in: $0) }
    }

    /// Under which disclosures which kinds of the person were read.
    package func listEmergencyReads(
        of person: String
    ) async throws -> [(disclosure: Int64, kind: String, at: Timestamp)] {
        try await store.read { try EmergencyStore.listReads(of: person, in: $0) }
    }
}
