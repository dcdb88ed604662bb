import CityKernel
import CityStore
import Logging

// MARK: - Accounts

extension Identity {
    /// The login of the account that a new city makes for itself.
    package static let firstLogin = "kanri"

    /// - Throws: `IdentityError.loginTaken`, `.unacceptable`, `.busy`.
    @discardableResult
    package func createStaff(
        login: String, displayName: String, duties: Set<Duty>, password: String,
        mustChange: Bool = false, by actor: Principal
    ) async throws -> Staff {
        try actor.require(.manageStaff)
        var draft = try draft(login: login, displayName: displayName, duties: duties)
        draft.mustChangePassword = mustChange
        let made = draft
        try StaffRules.check(
            password: password, login: draft.login,
            charactersMin: configuration.passwordCharactersMin)
        let hash = try await makeHash(of: password)
        let name = actor.actor
        let isNew = try await store.write { transaction in
            guard try IdentityStore.addStaff(made, hash, in: transaction) else { return false }
            try Identity.record(
                AuditEntry(actor: name, action: "staff.create", noun: made.id), in: transaction)
            return true
        }
        guard isNew else { throw IdentityError.loginTaken }
        return made
    }

    /// Makes an account with a password that the city makes, to be shown once and changed at the first
    /// sign-in.
    /// - Throws: as `createStaff`.
    package func hire(
        login: String, displayName: String, duties: Set<Duty>, by actor: Principal
    ) async throws -> NewStaff {
        let password = SecretWords.make(random: random)
        let made = try await createStaff(
            login: login, displayName: displayName, duties: duties, password: password,
            mustChange: true, by: actor)
        return NewStaff(staff: made, password: password)
    }

    /// Makes the first account of a city that has no staff, with a password to be shown once and
    /// changed at the first sign-in.
    /// - Returns: `nil` when there is staff already; of several processes one gets the account.
    package func createFirstStaff() async throws -> NewStaff? {
        let hasStaff = try await store.read { try IdentityStore.hasStaff(in: $0) }
        guard !hasStaff else { return nil }
        var draft = try draft(
            login: Self.firstLogin, displayName: "管理者", duties: [.information, .disaster])
        draft.mustChangePassword = true
        let first = draft
        let password = SecretWords.make(random: random)
        let hash = try await makeHash(of: password)
        let isFirst = try await store.write { transaction in
            guard try !IdentityStore.hasStaff(in: transaction),
                try IdentityStore.addStaff(first, hash, in: transaction)
            else { return false }
            try Identity.record(
                AuditEntry(actor: "system", action: "staff.createFirst", noun: first.id),
                in: transaction)
            return true
        }
        return isFirst ? NewStaff(staff: first, password: password) : nil
    }

    /// Changes one's own password and ends one's other sessions.
    /// - Throws: `IdentityError.wrongCredentials` when `current` is wrong, `.tooManyAttempts`,
    ///   `.unacceptable`.
    package func changePassword(
        of session: StaffSession, current: String, new: String, address: String
    ) async throws {
        let login = session.staff.login
        let attempts = AttemptGuard(configuration.attempts, login: login, address: address)
        if let wait = try await store.write({ try attempts.take(in: $0) }) {
            throw IdentityError.tooManyAttempts(retryAfterSeconds: Int(wait.inSeconds.rounded(.up)))
        }
        guard try await verify(login, current) != nil else { throw IdentityError.wrongCredentials }
        try StaffRules.check(
            password: new, login: login, charactersMin: configuration.passwordCharactersMin)
        let hash = try await makeHash(of: new)
        let actor = Principal.staff(session).actor
        try await store.write { transaction in
            try attempts.forgive(in: transaction)
            let id = session.staff.id
            try IdentityStore.setPassword(id, hash, mustChange: false, in: transaction)
            try SessionStore.staff.endAll(of: id, except: session.id, in: transaction)
            try Identity.record(
                AuditEntry(actor: actor, action: "staff.changePassword", noun: id),
                in: transaction)
        }
    }

    /// Gives an account a new password to be shown once, opens it if it was closed, and ends its
    /// sessions: for who forgot it, and for the command line when nobody can sign in.
    /// - Parameter actor: who does it; `nil` for the operator of the machine.
    /// - Throws: `IdentityError.unknownStaff`.
    package func resetPassword(login: String, by actor: Principal?) async throws -> NewStaff {
        try actor?.require(.manageStaff)
        let login = StaffRules.normalLogin(login)
        let password = SecretWords.make(random: random)
        let hash = try await makeHash(of: password)
        let name = actor?.actor ?? "operator"
        let staff: Staff? = try await store.write { transaction in
            guard let known = try IdentityStore.findAccount(login: login, in: transaction) else {
                return nil
            }
            var staff = known.staff
            staff.isActive = true
            staff.mustChangePassword = true
            try IdentityStore.setStaff(staff, in: transaction)
            try IdentityStore.setPassword(staff.id, hash, mustChange: true, in: transaction)
            try SessionStore.staff.endAll(of: staff.id, in: transaction)
            try Identity.record(
                AuditEntry(actor: name, action: "staff.resetPassword", noun: staff.id),
                in: transaction)
            return staff
        }
        guard let staff else { throw IdentityError.unknownStaff }
        return NewStaff(staff: staff, password: password)
    }

    /// Changes name, duties and whether the account is open. Closing it ends its sessions.
    /// - Throws: `IdentityError.unknownStaff`, `.unacceptable`; `Problem` when nobody who manages
    ///   staff would be left.
    package func update(_ staff: Staff, by actor: Principal) async throws {
        try actor.require(.manageStaff)
        try StaffRules.check(displayName: staff.displayName)
        let name = actor.actor
        let isKnown = try await store.write { transaction in
            guard try IdentityStore.setStaff(staff, in: transaction) else { return false }
            let isManaged = try IdentityStore.listStaff(in: transaction).contains {
                $0.isActive && $0.permissions.contains(.manageStaff)
            }
            guard isManaged else { throw Self.nobodyManages }
            if !staff.isActive {
                try SessionStore.staff.endAll(of: staff.id, in: transaction)
            }
            let duties = staff.duties.sorted().map(\.rawValue).joined(separator: ",")
            try Identity.record(
                AuditEntry(
                    actor: name, action: "staff.update", noun: staff.id,
                    detail: "duties=\(duties) active=\(staff.isActive)"), in: transaction)
            return true
        }
        guard isKnown else { throw IdentityError.unknownStaff }
    }

    private static let nobodyManages = Problem(
        .conflict,
        saying: LocalizedText(
            "職員を管理する人がいなくなります", easy: "しょくいんを まとめる 人が いなく なります",
            en: "Nobody would manage staff any more"),
        LocalizedText(
            "情報の担当で使える人が、一人は要ります。ほかの職員を情報の担当にしてから、変えてください。",
            easy: "じょうほうの しごとの 人が 1人は いります。先に ほかの 人を えらんで ください。",
            en: "One open account with the duty 情報 is needed. Give it to somebody else first."))

    /// By login, at most `IdentityConfiguration.listMax`.
    package func listStaff() async throws -> [Staff] {
        try await store.read { try IdentityStore.listStaff(in: $0) }
    }

    private func draft(
        login: String, displayName: String, duties: Set<Duty>
    ) throws(IdentityError) -> Staff {
        let login = StaffRules.normalLogin(login)
        try StaffRules.check(login: login)
        try StaffRules.check(displayName: displayName)
        return Staff(
            id: SecretToken.makeID(random), login: login, displayName: displayName,
            duties: duties, isActive: true, mustChangePassword: false, createdAt: clock.now)
    }
}
