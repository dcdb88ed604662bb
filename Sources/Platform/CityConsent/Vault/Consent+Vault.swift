import CityIdentity
package import CityKernel
import CityStore

// MARK: - Values

extension Consent {
    /// Keeps a value of a person; the one before is gone.
    /// - Parameter actor: who gives it, as the audit names them.
    /// - Throws: `Problem` for a kind that the catalogue does not have, or a value that is too large.
    package func put(
        _ value: JSONValue, kind: String, of person: String, by actor: String
    ) async throws {
        guard catalogue.kinds[kind] != nil else { throw Problem.unknownKind }
        guard value.bytes.count <= PersonalVault.valueBytesMax else { throw Problem.largeValue }
        try await store.write { transaction in
            let key = try self.key(of: person, in: transaction)
            let sealed = try vault.seal(value, of: person, kind: kind, with: key)
            try VaultStore.put(sealed, kind: kind, of: person, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: actor, action: "personal.write", noun: "resident:\(person)",
                    detail: kind), in: transaction)
        }
    }

    /// A value, if a consent to the purpose that names the kind holds now.
    ///
    /// Decision, line in the audit and value are one transaction: a withdrawal that was answered
    /// before it began is obeyed in whichever process, and a read that cannot be written down gives
    /// nothing.
    /// - Parameter reader: who reads, as the audit names them.
    /// - Returns: `nil` when the city holds no such value.
    /// - Throws: `Problem` of kind `forbidden` without a consent.
    package func read(
        _ kind: String, of person: String, for purpose: String, by reader: String
    ) async throws -> JSONValue? {
        try await store.write { transaction in
            let record = try ConsentStore.findHolding(
                purpose, of: person, at: transaction.now, in: transaction)
            guard let record, record.kinds.contains(kind) else { throw Problem.noConsent }
            try Identity.record(
                AuditEntry(
                    actor: reader, action: "personal.read", noun: "resident:\(person)",
                    detail: "\(kind) \(purpose) consent:\(record.id)"), in: transaction)
            return try value(kind, of: person, in: transaction)
        }
    }

    /// What the city holds of the person, for the person alone. It stands in the audit as well.
    package func readOwn(
        _ kind: String, of person: String, by reader: String
    ) async throws
        -> JSONValue?
    {
        try await store.write { transaction in
            try Identity.record(
                AuditEntry(
                    actor: reader, action: "personal.readOwn", noun: "resident:\(person)",
                    detail: kind), in: transaction)
            return try value(kind, of: person, in: transaction)
        }
    }

    /// Kinds of which the city holds a value, and since when.
    package func listHeld(of person: String) async throws -> [(kind: String, since: Timestamp)] {
        try await store.read { try VaultStore.list(of: person, in: $0) }
    }

    /// Forgets everything about the person: values and the key that opens them are deleted, so that a
    /// copy of the values alone says nothing. Backups of before hold both until they are deleted. The
    /// audit keeps its lines, which hold no contents. Consents end.
    package func forget(_ person: String, by actor: String) async throws {
        try await store.write { transaction in
            try VaultStore.shred(person, in: transaction)
            for record in try ConsentStore.list(of: person, in: transaction)
            where record.holds(at: transaction.now) {
                try ConsentStore.end(record.purpose, of: person, .withdrawn, in: transaction)
                try ConsentStore.tellRecipient(of: record, in: transaction)
            }
            try Identity.record(
                AuditEntry(actor: actor, action: "personal.forget", noun: "resident:\(person)"),
                in: transaction)
        }
    }

    // MARK: Steps

    func value(
        _ kind: String, of person: String, in transaction: any Transaction
    ) throws -> JSONValue? {
        guard let sealed = try VaultStore.find(kind, of: person, in: transaction),
            let key = try VaultStore.findKey(of: person, in: transaction)
        else { return nil }
        return try vault.open(sealed, of: person, kind: kind, with: key)
    }

    private func key(of person: String, in transaction: any Transaction) throws -> [UInt8] {
        if let known = try VaultStore.findKey(of: person, in: transaction) { return known }
        let made = try vault.makeKey(for: person)
        try VaultStore.addKey(made, of: person, in: transaction)
        return made
    }
}
