import CityKernel
import CityStore
import Logging

// MARK: - Signing in and out

extension Identity {
    /// Opens a session. Every sign-in makes a new secret; `replacing` ends the session that the
    /// browser had before, so that a planted cookie is worth nothing.
    ///
    /// - Throws: `IdentityError.wrongCredentials`, after the same time whatever is wrong;
    ///   `.tooManyAttempts`, `.busy`; `StoreError`.
    package func signIn(
        _ credentials: Credentials, replacing old: SecretToken? = nil
    ) async throws -> SignedIn {
        let login = StaffRules.normalLogin(credentials.login)
        let attempts = AttemptGuard(
            configuration.attempts, login: login, address: credentials.address)
        if let wait = try await store.write({ try attempts.take(in: $0) }) {
            throw IdentityError.tooManyAttempts(retryAfterSeconds: Int(wait.inSeconds.rounded(.up)))
        }
        guard let staff = try await verify(login, credentials.password) else {
            throw IdentityError.wrongCredentials
        }
        let token = SecretToken(random: random)
        let session = try await store.write { [configuration] transaction in
            try attempts.forgive(in: transaction)
            if let old { try SessionStore.staff.end(old.hash, in: transaction) }
            return StaffSession(
                session: try SessionStore.staff.open(
                    token.hash, of: staff.id, device: credentials.device,
                    configuration.staffSessions, in: transaction),
                staff: staff)
        }
        logger.info("staff signed in", metadata: ["staff": "\(staff.id)"])
        return SignedIn(token: token, session: session)
    }

    /// Finds the session of a cookie and marks that it was used.
    /// - Returns: `nil` when it is unknown, ended, idle or too old, or when the account was closed.
    package func findSession(_ token: SecretToken) async throws -> StaffSession? {
        let hash = token.hash
        let found = try await store.read { connection -> StaffSession? in
            guard let session = try SessionStore.staff.find(hash, in: connection),
                let staff = try IdentityStore.findStaff(session.ownerID, in: connection)
            else { return nil }
            return StaffSession(session: session, staff: staff)
        }
        guard let found, found.staff.isActive,
            try await use(found.session, .staff, configuration.staffSessions)
        else { return nil }
        return found
    }

    /// Whether a session is alive; its use is marked, but not at each request.
    func use(
        _ session: Session, _ sessions: SessionStore, _ limits: SessionLimits
    ) async throws -> Bool {
        let now = clock.now
        guard session.isAlive(at: now, limits) else { return false }
        if now.since(session.lastSeenAt) >= configuration.seenEvery {
            try await store.write { try sessions.touch(session.id, in: $0) }
        }
        return true
    }

    /// Ends the session of a cookie; one that has ended already is fine.
    package func signOut(_ token: SecretToken) async throws {
        let hash = token.hash
        try await store.write { try SessionStore.staff.end(hash, in: $0) }
    }

    /// The sessions of one person that are alive, the last used first.
    package func listSessions(of staffID: String) async throws -> [Session] {
        try await listSessions(of: staffID, .staff, configuration.staffSessions)
    }

    func listSessions(
        of ownerID: String, _ sessions: SessionStore, _ limits: SessionLimits
    ) async throws -> [Session] {
        let now = clock.now
        return try await store.read { try sessions.list(ownerID, in: $0) }
            .filter { $0.isAlive(at: now, limits) }
    }

    /// Ends one session of a person.
    /// - Throws: `IdentityError.unknownSession` when the person has no such session.
    package func revokeSession(_ id: Int64, of staffID: String) async throws {
        let count = try await store.write {
            try SessionStore.staff.end(id: id, of: staffID, in: $0)
        }
        guard count == 1 else { throw IdentityError.unknownSession }
    }

    /// Who asks with this session or none.
    package func principal(session token: SecretToken?) async throws -> Principal {
        guard let token, let session = try await findSession(token) else { return .anyone }
        return .staff(session)
    }
}

// MARK: - Passwords

extension Identity {
    /// The account when login and password fit. One hash is computed in every case.
    func verify(_ login: String, _ password: String) async throws -> Staff? {
        let known = try await store.read { try IdentityStore.findAccount(login: login, in: $0) }
        let hash = known.flatMap { PasswordHash(text: $0.passwordHash) } ?? hashOfNobody
        let isAcceptable = password.utf8.count <= IdentityConfiguration.passwordBytesMax
        let asked = isAcceptable ? password : ""
        let isRight = try await passwords.run { try hash.matches(asked) }
        guard let known, known.staff.isActive, isRight, isAcceptable else { return nil }
        return known.staff
    }

    func makeHash(of password: String) async throws -> String {
        let (parameters, random) = (configuration.scrypt, random)
        return try await passwords.run {
            try PasswordHash(password: password, parameters: parameters, random: random).text
        }
    }
}
