package import CityKernel
import CityStore

// MARK: - Acting for another

extension Identity {
    /// By what right `agent` may act for `subject` in this matter, now; `nil` for none.
    package func representation(
        of subjectID: String, by agentID: String, in matter: Representation.Matter
    ) async throws -> Representation? {
        let now = clock.now
        return try await store.read {
            try RepresentationStore.list(of: agentID, for: subjectID, in: $0)
        }.first { $0.holds(at: now) && $0.covers(matter) }
    }

    /// Where the resident acts or is acted for, those that ended too, the newest first.
    package func listRepresentations(of resident: Resident) async throws -> [Representation] {
        try await store.read { try RepresentationStore.list(of: resident.id, in: $0) }
    }

    // MARK: 委任

    /// Offers somebody the right to act for the resident in these matters. Whoever signs in with the
    /// secret and takes it is the proxy.
    /// - Throws: `Problem` for no matter, or an end that is past or too far.
    package func offerMandate(
        by resident: Resident, in matters: Set<Representation.Matter>, until end: Timestamp
    ) async throws -> SecretToken {
        let now = clock.now
        guard !matters.isEmpty, now < end, end <= now + Representation.proxyLifeMax else {
            throw Problem.badMandate
        }
        let secret = SecretToken(random: random)
        try await store.write { transaction in
            try self.checkRoom(for: resident.id, in: transaction)
            try RepresentationStore.keep(
                .init(
                    subjectID: resident.id, matters: matters, endsAt: end,
                    expiresAt: now + Representation.offerLife),
                secret.hash, in: transaction)
            try RepresentationStore.forgetOffers(
                of: resident.id, keeping: Representation.countMax, in: transaction)
        }
        return secret
    }

    /// What an offer says, for who looks at it before taking it.
    /// - Returns: `nil` when it was taken or has ended.
    package func findMandate(
        _ secret: SecretToken
    ) async throws -> (matters: Set<Representation.Matter>, endsAt: Timestamp)? {
        let (now, hash) = (clock.now, secret.hash)
        return try await store.read { try RepresentationStore.findOffer(hash, in: $0) }
            .flatMap { now < $0.expiresAt ? ($0.matters, $0.endsAt) : nil }
    }

    /// Takes an offer: once, and not one's own.
    /// - Throws: `Problem` when there is none that the resident can take.
    @discardableResult
    package func takeMandate(
        _ secret: SecretToken, by resident: Resident
    ) async throws -> Representation {
        let hash = secret.hash
        return try await store.write { transaction in
            let now = transaction.now
            guard let offer = try RepresentationStore.findOffer(hash, in: transaction),
                now < offer.expiresAt, now < offer.endsAt, offer.subjectID != resident.id,
                try ResidentStore.find(offer.subjectID, in: transaction) != nil,
                try RepresentationStore.takeOffer(hash, in: transaction)
            else {
                throw Problem.noOffer
            }
            return try self.add(
                Representation(
                    id: 0, ground: .proxy, agentID: resident.id, subjectID: offer.subjectID,
                    matters: offer.matters, since: now, endsAt: offer.endsAt),
                by: resident.actor, in: transaction)
        }
    }

    /// Either side ends it; a guardianship is ended at the counter.
    /// - Throws: `Problem` when the resident has no such right that could be ended.
    package func endMandate(_ id: Int64, by resident: Resident) async throws {
        let isEnded = try await store.write { transaction in
            guard let right = try RepresentationStore.find(id, in: transaction),
                right.ground == .proxy, [right.agentID, right.subjectID].contains(resident.id)
            else { return false }
            return try self.end(right, by: resident.actor, in: transaction)
        }
        if !isEnded { throw Problem.noSuchRight }
    }

    /// The agent's own word for whom it acts for.
    /// - Throws: `Problem` for somebody else's right; `IdentityError.unacceptable` for a long word.
    package func setNickname(_ name: String, of id: Int64, by agent: Resident) async throws {
        guard name.count <= Representation.nicknameCharactersMax else {
            throw IdentityError.unacceptable(
                field: "nickname",
                reason: "呼び名は\(Representation.nicknameCharactersMax)字までにしてください。")
        }
        let isKnown = try await store.write {
            try RepresentationStore.setNickname(name, of: id, agent: agent.id, in: $0)
        }
        if !isKnown { throw Problem.noSuchRight }
    }

    // MARK: Steps

    func add(
        _ right: Representation, by maker: String, evidence: ShownDocument? = nil,
        in transaction: any Transaction
    ) throws -> Representation {
        try checkRoom(for: right.agentID, in: transaction)
        var right = right
        right.id = try RepresentationStore.add(right, madeBy: maker, in: transaction)
        let shown = evidence.map { " shown=\($0.rawValue)" } ?? ""
        try Identity.record(
            AuditEntry(
                actor: maker, action: "representation.begin", noun: "resident:\(right.subjectID)",
                detail: "\(right.ground.rawValue) agent=resident:\(right.agentID)\(shown)"),
            in: transaction)
        return right
    }

    func end(
        _ right: Representation, by ender: String, in transaction: any Transaction
    ) throws -> Bool {
        guard try RepresentationStore.end(right.id, in: transaction) else { return false }
        try Identity.record(
            AuditEntry(
                actor: ender, action: "representation.end", noun: "resident:\(right.subjectID)",
                detail: "\(right.ground.rawValue) agent=resident:\(right.agentID)"),
            in: transaction)
        return true
    }

    private func checkRoom(for residentID: String, in transaction: any Transaction) throws {
        let now = transaction.now
        let count = try RepresentationStore.list(of: residentID, in: transaction)
            .count { $0.holds(at: now) }
        guard count < Representation.countMax else {
            throw Problem.tooManyRights
        }
    }
}
