import CityIdentity
package import CityKernel
package import CityStore

/// 同意: the only door to personal data.
///
/// A service asks `read(person, kind, purpose)`; what comes back was allowed by a consent that holds
/// at that instant, and the read stands in the audit before it is answered. The store must have run
/// `Consent.migrations` after `Identity.migrations`.
package struct Consent: Sendable {
    package let catalogue: ConsentCatalogue
    let store: any Store
    let vault: PersonalVault
    let clock: any CityClock

    package init(
        catalogue: ConsentCatalogue, store: any Store, key: VaultKey, clock: any CityClock
    ) {
        self.catalogue = catalogue
        self.store = store
        vault = PersonalVault(key: key)
        self.clock = clock
    }
}

// MARK: - Yes and no

extension Consent {
    /// Consents of one person that a list shows, the newest.
    package static let recordsMax = 1_000
    /// Times that one person says yes in 24 hours.
    package static let grantsPerDayMax = 50

    /// The person says yes to a notice as it reads now. An earlier yes to the purpose ends with it.
    /// - Parameters:
    ///   - version: of the notice that was read.
    ///   - giver: who enters it, as the audit names them.
    ///   - reference: of the paper, at the counter.
    /// - Throws: `Problem` for a purpose that does not exist, or a notice that has changed meanwhile.
    @discardableResult
    package func grant(
        _ purpose: String, version: String, for person: String, by giver: String,
        _ way: ConsentRecord.Way = .online, reference: String = ""
    ) async throws -> ConsentRecord {
        guard let notice = catalogue.notice(purpose) else { throw Problem.unknownPurpose }
        guard notice.version == version else { throw Problem.changedNotice }
        return try await store.write { transaction in
            let now = transaction.now
            let today = try ConsentStore.count(of: person, since: now - .days(1), in: transaction)
            guard today < Self.grantsPerDayMax else { throw Problem.tooManyConsents }
            try ConsentStore.keep(notice, in: transaction)
            try ConsentStore.end(purpose, of: person, .replaced, in: transaction)
            var record = ConsentRecord(
                id: 0, person: person, purpose: purpose, version: version,
                recipient: notice.recipient, kinds: notice.kinds, way: way, givenBy: giver,
                givenAt: now, expiresAt: now + notice.retention)
            record.id = try ConsentStore.add(record, reference: reference, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: giver, action: "consent.grant", noun: "resident:\(person)",
                    detail: "\(purpose) \(way.rawValue) \(version.prefix(16))"),
                in: transaction)
            return record
        }
    }

    /// No further read is allowed once this returns.
    /// - Throws: `Problem` when no consent to the purpose holds.
    package func withdraw(
        _ purpose: String, of person: String, by actor: String
    ) async throws {
        try await store.write { transaction in
            guard
                let record = try ConsentStore.findHolding(
                    purpose, of: person, at: transaction.now, in: transaction)
            else { throw Problem.noConsent }
            try ConsentStore.end(purpose, of: person, .withdrawn, in: transaction)
            try ConsentStore.tellRecipient(of: record, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: actor, action: "consent.withdraw", noun: "resident:\(person)",
                    detail: purpose), in: transaction)
        }
    }

    /// Every consent of the person, the newest first.
    package func list(of person: String) async throws -> [ConsentRecord] {
        try await store.read { try ConsentStore.list(of: person, in: $0) }
    }

    /// - Returns: `nil` when the person has no such consent.
    package func receipt(_ id: Int64, of person: String) async throws -> ConsentReceipt? {
        try await store.read { connection in
            guard
                let record = try ConsentStore.list(of: person, in: connection)
                    .first(where: { $0.id == id }),
                let notice = try ConsentStore.findNotice(record.version, in: connection)
            else { return nil }
            return ConsentReceipt(record: record, notice: try JSONValue(parsing: notice))
        }
    }

    /// How many people's consent holds, by purpose; for everybody to see.
    package func counts() async throws -> [String: Int] {
        let now = clock.now
        return try await store.read { try ConsentStore.counts(at: now, in: $0) }
    }
}

// MARK: - Recipients

extension Consent {
    /// A recipient has to say within this that it stopped.
    package static let acknowledgeWithin = Duration.days(7)

    /// A withdrawal that the recipient has to acknowledge.
    package struct Withdrawal: Sendable, Hashable {
        package var consentID: Int64
        package var recipient: String
        package var purpose: String
        package var withdrawnAt: Timestamp
        package var acknowledgedAt: Timestamp?

        package func isOverdue(at now: Timestamp) -> Bool {
            acknowledgedAt == nil && now >= withdrawnAt + Consent.acknowledgeWithin
        }
    }

    /// Withdrawals that the recipient has not acknowledged, the oldest first; of all when `nil`.
    package func listUnacknowledged(by recipient: String? = nil) async throws -> [Withdrawal] {
        try await store.read {
            try ConsentStore.listUnacknowledged(by: recipient, in: $0)
        }
    }

    /// The recipient says that it uses the data no more.
    /// - Throws: `Problem` when it was not asked, or said so before.
    package func acknowledge(
        _ consentID: Int64, by recipient: String, actor: String
    ) async throws {
        try await store.write { transaction in
            guard
                try ConsentStore.acknowledge(consentID, by: recipient, in: transaction)
            else { throw Problem.noWithdrawal }
            try Identity.record(
                AuditEntry(
                    actor: actor, action: "consent.acknowledge", noun: "consent:\(consentID)",
                    detail: recipient), in: transaction)
        }
    }
}
