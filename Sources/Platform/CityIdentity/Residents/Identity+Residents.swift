import CityKernel
import CityStore
import Logging

// MARK: - Residents

extension Identity {
    /// Opens a session for whom an issuer vouches for; whoever comes for the first time becomes a
    /// resident. `replacing` ends the session that the browser had before.
    package func signIn(
        _ proof: ResidentProof, device: String, replacing old: SecretToken? = nil
    ) async throws -> SignedInResident {
        let token = SecretToken(random: random)
        let newID = SecretToken.makeID(random)
        let limits = configuration.residentSessions
        let session = try await store.write { transaction -> ResidentSession in
            var known = try ResidentStore.find(proof, in: transaction)
            if known == nil {
                let resident = Resident(id: newID, createdAt: transaction.now)
                try ResidentStore.add(resident, in: transaction)
                try ResidentStore.add(proof, of: resident.id, in: transaction)
                try Identity.record(
                    AuditEntry(
                        actor: resident.actor, action: "resident.join", noun: resident.id),
                    in: transaction)
                known = resident
            }
            guard let resident = known else { throw IdentityError.notSignedIn }
            if let old { try SessionStore.resident.end(old.hash, in: transaction) }
            return ResidentSession(
                session: try SessionStore.resident.open(
                    token.hash, of: resident.id, device: device, limits, in: transaction),
                resident: resident)
        }
        logger.info("resident signed in", metadata: ["resident": "\(session.resident.id)"])
        return SignedInResident(token: token, session: session)
    }

    /// Finds the session of a cookie and marks that it was used.
    /// - Returns: `nil` when it is unknown, ended, idle or too old, or when the resident has left.
    package func findResidentSession(_ token: SecretToken) async throws -> ResidentSession? {
        let hash = token.hash
        let found = try await store.read { connection -> ResidentSession? in
            guard let session = try SessionStore.resident.find(hash, in: connection),
                let resident = try ResidentStore.find(session.ownerID, in: connection)
            else { return nil }
            return ResidentSession(session: session, resident: resident)
        }
        guard let found,
            try await use(found.session, .resident, configuration.residentSessions)
        else { return nil }
        return found
    }

    /// Ends the session of a cookie; one that has ended already is fine.
    package func signOutResident(_ token: SecretToken) async throws {
        let hash = token.hash
        try await store.write { try SessionStore.resident.end(hash, in: $0) }
    }

    /// The sessions of one resident that are alive, the last used first.
    package func listSessions(of resident: Resident) async throws -> [Session] {
        try await listSessions(of: resident.id, .resident, configuration.residentSessions)
    }

    /// Ends one session of a resident.
    /// - Throws: `IdentityError.unknownSession` when the resident has no such session.
    package func revokeSession(_ id: Int64, of resident: Resident) async throws {
        let count = try await store.write {
            try SessionStore.resident.end(id: id, of: resident.id, in: $0)
        }
        guard count == 1 else { throw IdentityError.unknownSession }
    }

    /// A resident leaves: every session ends, and the issuer's word leads to nobody any more. Who
    /// comes back is somebody new.
    package func leave(_ resident: Resident) async throws {
        try await store.write { transaction in
            try ResidentStore.end(resident.id, in: transaction)
            try ResidentStore.forgetLogins(of: resident.id, in: transaction)
            try SessionStore.resident.endAll(of: resident.id, in: transaction)
            try RepresentationStore.endAll(of: resident.id, in: transaction)
            try FamilyStore.leaveHousehold(resident.id, in: transaction)
            try FamilyStore.removeFromAll(resident.id, in: transaction)
            try Identity.record(
                AuditEntry(actor: resident.actor, action: "resident.leave", noun: resident.id),
                in: transaction)
        }
    }
}

extension Resident {
    /// As the audit names them; an id, never a name.
    package var actor: String { "resident:\(id)" }
}
