package import CityKernel
import CityStore
import Logging

extension Broker {
    /// Registrations that the city keeps.
    package static let registrationsMax = 10_000

    static let registrationChannel = "broker.registration"

    /// - Throws: `RegistrationError`, `Problem`.
    package func register(_ registration: Registration) async throws {
        _ = try ReadyRegistration(
            StoredRegistration(registration: registration, createdAt: now, modifiedAt: now))
        try await changeRegistrations { [names, contexts] transaction in
            guard try RegistrationStore.count(in: transaction) < Self.registrationsMax else {
                throw RegistrationError.tooMany(countMax: Self.registrationsMax)
            }
            try RegistrationConflicts(
                connection: transaction,
                names: NameStore(names, transaction, isSnapshot: false), contexts: contexts
            ).check(registration)
            let now = transaction.now
            try RegistrationStore.insert(registration, at: now, in: transaction)
            return (
                nil,
                StoredRegistration(registration: registration, createdAt: now, modifiedAt: now)
            )
        }
    }

    /// Replaces the members that `patch` names; `urn:ngsi-ld:null` deletes a member.
    /// - Throws: `RegistrationError`, `Problem`.
    package func updateRegistration(
        _ id: String, with patch: JSONObject, _ context: LDContext
    ) async throws {
        guard let stored = try await registration(id) else { throw RegistrationError.notFound(id) }
        guard stored.registration.ngsiv2 == nil else {
            throw Problem.badData(
                "this registration was made by NGSIv2", at: "/id",
                remedy: "Delete it, and register again.")
        }
        let next = try stored.registration.patched(with: patch, context, now)
        _ = try ReadyRegistration(
            StoredRegistration(registration: next, createdAt: now, modifiedAt: now))
        try await changeRegistrations { [names, contexts] transaction in
            try RegistrationConflicts(
                connection: transaction,
                names: NameStore(names, transaction, isSnapshot: false), contexts: contexts
            ).check(next)
            let now = transaction.now
            try RegistrationStore.update(next, at: now, in: transaction)
            return (
                stored,
                StoredRegistration(
                    registration: next, createdAt: stored.createdAt, modifiedAt: now)
            )
        }
    }

    /// - Throws: `RegistrationError.notFound`.
    package func unregister(_ id: String) async throws {
        let contexts = contexts
        try await changeRegistrations { transaction in
            let stored = try RegistrationStore.find(id, contexts, in: transaction)
            try RegistrationStore.delete(id, in: transaction)
            return (stored, nil)
        }
    }

    /// - Returns: `nil` for one whose end has come, too.
    package func registration(_ id: String) async throws -> StoredRegistration? {
        let contexts = contexts
        let stored = try await store.read { try RegistrationStore.find(id, contexts, in: $0) }
        return stored?.registration.isActive(at: now) == true ? stored : nil
    }

    /// All that have not expired, in order of creation. They are remembered; what another process
    /// registers is seen while `run` is running.
    package func registrations() async throws -> [ReadyRegistration] {
        let all = try await storedRegistrations()
        let now = now
        return all.allSatisfy({ $0.registration.isActive(at: now) })
            ? all : all.filter { $0.registration.isActive(at: now) }
    }

    /// Deletes registrations whose end has come; whoever subscribed to them hears of it (§5.9.2.4).
    package func endRegistrations() async throws {
        let now = now
        for ready in try await storedRegistrations()
        where !ready.registration.isActive(at: now) {
            do {
                try await unregister(ready.registration.id)
            } catch RegistrationError.notFound {
                // Another process was quicker.
                continue
            }
        }
    }

    /// Those that have ended and are still there, too.
    private func storedRegistrations() async throws -> [ReadyRegistration] {
        if let known = registrationBook.known { return known }
        return try await readRegistrations()
    }

    private func readRegistrations() async throws -> [ReadyRegistration] {
        let generation = registrationBook.generation
        let contexts = contexts
        let read = try await store.read { try RegistrationStore.listAll(contexts, in: $0) }
        if !read.unreadable.isEmpty {
            logger.error(
                "registrations cannot be read",
                metadata: ["registrations": "\(read.unreadable.joined(separator: " "))"])
        }
        let ready = read.registrations.compactMap { stored -> ReadyRegistration? in
            // What was accepted once is ready again; a stricter program leaves the rest silent.
            try? ReadyRegistration(stored)
        }
        registrationBook.keep(ready, readAt: generation)
        return ready
    }

    /// - Parameter body: returns the registration before and after the change.
    private func changeRegistrations(
        _ body:
            @escaping @Sendable (any Transaction) throws -> (
                StoredRegistration?, StoredRegistration?
            )
    ) async throws {
        let isAlone = isAlone
        try await store.write { [self] transaction in
            let (before, after) = try body(transaction)
            try RegistrationNews(self, transaction).tell(before, after)
            try SubscriptionDistribution(self, transaction).follow(before, after)
            let version = try RegistrationStore.raiseVersion(in: transaction)
            if !isAlone {
                try transaction.notify(Self.registrationChannel, "\(version)")
            }
            transaction.afterCommit { [self] in registrationBook.forget() }
        }
    }

    /// Forgets what is remembered whenever another process changes a registration.
    func followRegistrations() async {
        for await _ in store.listen(to: Self.registrationChannel) { registrationBook.forget() }
    }
}

extension Registration {
    /// The stored document is written in the registrar's words, patched and read again.
    fileprivate func patched(
        with patch: JSONObject, _ context: LDContext, _ now: Timestamp
    ) throws(Problem) -> Registration {
        let words = context.source == nil ? self.context : context
        let codec = RegistrationCodec(words)
        var document = codec.json(self)
        if self.document["mode"] == nil { document["mode"] = nil }
        if self.document["operations"] == nil { document["operations"] = nil }
        for (key, value) in patch {
            switch key {
            case "@context", "createdAt", "modifiedAt", "status": break
            case "id", "@id":
                guard value.string == id else {
                    throw .badData("the id cannot be changed", at: "/id")
                }
            default:
                // Registrars write JSON's null too, as in a merge patch.
                if value.isNull || value.string == NGSILDCodec.null {
                    document[key] = Optional<JSONValue>.none
                } else {
                    document[key] = value
                }
            }
        }
        return try codec.registration(.object(document), id: id, now: now)
    }
}
