package import CityKernel
import CityStore
import Crypto

// MARK: - What a clerk does for residents who stand before the counter

extension Identity {
    /// A number that shows a clerk whose account it is; the one before ends.
    package func issueCounterCode(to resident: Resident) async throws -> CounterCode {
        let code = CounterCode(
            text: CounterCode.make(random), expiresAt: clock.now + CounterCode.life)
        try await store.write {
            try FamilyStore.keepCode(
                Self.hash(ofCode: code.text), of: resident.id, until: code.expiresAt, in: $0)
        }
        return code
    }

    /// Whose number it is. It serves once.
    /// - Throws: `IdentityError.forbidden`; `Problem` for a number that nobody has.
    package func readCounterCode(_ typed: String, by clerk: Principal) async throws -> Resident {
        try clerk.require(.serveResidents)
        let found = try await store.write { transaction -> Resident? in
            guard let code = CounterCode.read(typed),
                let id = try FamilyStore.takeCode(Self.hash(ofCode: code), in: transaction),
                let resident = try ResidentStore.find(id, in: transaction)
            else { return nil }
            try Identity.record(
                AuditEntry(
                    actor: clerk.actor, action: "resident.identify", noun: "resident:\(id)"),
                in: transaction)
            return resident
        }
        guard let found else {
            throw Problem.unknownCode
        }
        return found
    }

    private static func hash(ofCode code: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("counter\0\(code)".utf8)))
    }

    /// - Throws: `Problem` when nobody has this id, or the resident has left.
    package func resident(_ id: String, for clerk: Principal) async throws -> Resident {
        try clerk.require(.serveResidents)
        guard let found = try await store.read({ try ResidentStore.find(id, in: $0) }) else {
            throw Problem.unknownResident
        }
        return found
    }

    // MARK: Guardians

    /// A child without an account of its own, and who sees to its matters until it is 18.
    /// - Parameter majority: when it comes of age; the birthday itself is not kept.
    /// - Throws: `IdentityError.forbidden`; `Problem` for somebody of age.
    package func registerChild(
        of guardian: Resident, turning18 majority: Timestamp, shown: ShownDocument,
        by clerk: Principal
    ) async throws -> (child: Resident, right: Representation) {
        try clerk.require(.serveResidents)
        let id = SecretToken.makeID(random)
        return try await store.write { transaction in
            let child = Resident(id: id, createdAt: transaction.now)
            try ResidentStore.add(child, in: transaction)
            try Identity.record(
                AuditEntry(actor: clerk.actor, action: "resident.join", noun: id),
                in: transaction)
            let right = try self.addGuardian(
                guardian.id, of: id, until: majority, shown, by: clerk, in: transaction)
            let home = try self.home(of: guardian.id, in: transaction)
            try FamilyStore.join(id, household: home, in: transaction)
            return (child, right)
        }
    }

    /// Somebody more who sees to a child's matters.
    /// - Throws: as `registerChild`; `Problem` when the child has no guardian yet.
    package func addGuardian(
        _ guardian: Resident, of child: Resident, shown: ShownDocument, by clerk: Principal
    ) async throws -> Representation {
        try clerk.require(.serveResidents)
        return try await store.write { transaction in
            let now = transaction.now
            let known = try RepresentationStore.list(of: child.id, in: transaction).first {
                $0.subjectID == child.id && $0.ground == .guardian && $0.holds(at: now)
            }
            guard let known, guardian.id != child.id, known.agentID != guardian.id else {
                throw Problem.noGuardian
            }
            return try self.addGuardian(
                guardian.id, of: child.id, until: known.endsAt, shown, by: clerk, in: transaction)
        }
    }

    private func addGuardian(
        _ guardianID: String, of childID: String, until majority: Timestamp,
        _ shown: ShownDocument, by clerk: Principal, in transaction: any Transaction
    ) throws -> Representation {
        guard transaction.now < majority else {
            throw Problem.ofAge
        }
        return try add(
            Representation(
                id: 0, ground: .guardian, agentID: guardianID, subjectID: childID, matters: [],
                since: transaction.now, endsAt: majority),
            by: clerk.actor, evidence: shown, in: transaction)
    }

    /// Ends any right to act for another, guardianship too.
    /// - Throws: `IdentityError.forbidden`; `Problem` when it had ended.
    package func endRepresentation(_ id: Int64, by clerk: Principal) async throws {
        try clerk.require(.serveResidents)
        let isEnded = try await store.write { transaction in
            guard let right = try RepresentationStore.find(id, in: transaction) else {
                return false
            }
            return try self.end(right, by: clerk.actor, in: transaction)
        }
        if !isEnded { throw Problem.noSuchRight }
    }

    // MARK: Households

    /// `nil` for a resident whose household nobody has told.
    package func household(of residentID: String) async throws -> Household? {
        try await store.read { connection in
            guard let id = try FamilyStore.householdID(of: residentID, in: connection) else {
                return nil
            }
            return Household(
                id: id, memberIDs: try FamilyStore.members(ofHousehold: id, in: connection))
        }
    }

    /// Brings `resident` into the household of `other`.
    /// - Throws: `IdentityError.forbidden`; `Problem` for a household that is full.
    package func join(
        _ resident: Resident, householdOf other: Resident, by clerk: Principal
    ) async throws {
        try clerk.require(.serveResidents)
        try await store.write { transaction in
            let home = try self.home(of: other.id, in: transaction)
            let count = try FamilyStore.members(ofHousehold: home, in: transaction).count
            guard count < Household.membersMax else {
                throw Problem.householdFull
            }
            try FamilyStore.join(resident.id, household: home, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: clerk.actor, action: "household.join", noun: "resident:\(resident.id)"),
                in: transaction)
        }
    }

    /// The household of a resident; a new one for who has none.
    private func home(of residentID: String, in transaction: any Transaction) throws -> String {
        if let known = try FamilyStore.householdID(of: residentID, in: transaction) { return known }
        let id = SecretToken.makeID(random)
        try FamilyStore.join(residentID, household: id, in: transaction)
        return id
    }
}
