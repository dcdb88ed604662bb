import CityKernel
import CityStore

// MARK: - Merchants and companies

extension Identity {
    /// - Throws: `IdentityError.forbidden`; `.unacceptable` for a name that is empty or too long.
    package func addOrganisation(
        named name: String, owner: Resident, by clerk: Principal
    ) async throws -> Organisation {
        try clerk.require(.serveResidents)
        guard (1...Organisation.nameCharactersMax).contains(name.count) else {
            throw IdentityError.unacceptable(field: "name", reason: "名前は1〜100字にしてください。")
        }
        let id = SecretToken.makeID(random)
        return try await store.write { transaction in
            try FamilyStore.add(
                Organisation(id: id, name: name, createdAt: transaction.now, members: []),
                in: transaction)
            try FamilyStore.set(owner.id, .owner, in: id, through: transaction)
            try Identity.record(
                AuditEntry(
                    actor: clerk.actor, action: "organisation.add", noun: "organisation:\(id)",
                    detail: "owner=resident:\(owner.id)"), in: transaction)
            guard let made = try FamilyStore.find(id, in: transaction) else {
                preconditionFailure("the organisation was written in this transaction")
            }
            return made
        }
    }

    package func listOrganisations(of resident: Resident) async throws -> [Organisation] {
        try await store.read { connection in
            try FamilyStore.organisationIDs(of: resident.id, in: connection)
                .compactMap { try FamilyStore.find($0, in: connection) }
        }
    }

    /// An owner takes somebody in, gives another role, or lets go (`nil`). One owner always stays.
    /// - Throws: `Problem` for who is no owner, for the last owner, and for a full organisation.
    package func set(
        _ member: Resident, _ role: Organisation.Role?, in organisationID: String,
        by owner: Resident
    ) async throws {
        try await store.write { transaction in
            guard let now = try FamilyStore.find(organisationID, in: transaction),
                now.role(of: owner.id) == .owner
            else { throw Problem.noSuchRight }
            let owners = now.members.filter { $0.role == .owner }.map(\.residentID)
            if owners == [member.id], role != .owner {
                throw Problem.lastOwner
            }
            if now.role(of: member.id) == nil, now.members.count >= Organisation.membersMax {
                throw Problem.organisationFull
            }
            if let role {
                try FamilyStore.set(member.id, role, in: organisationID, through: transaction)
            } else {
                try FamilyStore.remove(member.id, from: organisationID, in: transaction)
            }
            try Identity.record(
                AuditEntry(
                    actor: owner.actor, action: "organisation.member",
                    noun: "organisation:\(organisationID)",
                    detail: "resident:\(member.id) \(role?.rawValue ?? "gone")"), in: transaction)
        }
    }
}
