package import CityStore

// MARK: - Audit

extension Identity {
    /// Writes one line of the audit with the change that it tells of: both commit or neither.
    package static func record(_ entry: AuditEntry, in transaction: any Transaction) throws {
        try IdentityStore.record(entry, in: transaction)
    }

    /// The newest first.
    /// - Parameter number: only lines before this one, for the next page.
    package func listAudit(
        before number: Int64 = .max, limit: Int = 100
    ) async throws
        -> [AuditEntry]
    {
        let limit = min(max(limit, 1), IdentityConfiguration.listMax)
        return try await store.read {
            try IdentityStore.listAudit(before: number, limit: limit, in: $0)
        }
    }

    /// What was done to one noun, the newest first.
    package func listAudit(of noun: String, limit: Int = 100) async throws -> [AuditEntry] {
        let limit = min(max(limit, 1), IdentityConfiguration.listMax)
        return try await store.read {
            try IdentityStore.listAudit(of: noun, limit: limit, in: $0)
        }
    }
}
