package import CityStore

/// Which lines of the audit a reader wants; both together when both are given.
package struct AuditFilter: Sendable, Hashable {
    package var actor: String?
    package var noun: String?

    package init(actor: String? = nil, noun: String? = nil) {
        self.actor = actor
        self.noun = noun
    }
}

// MARK: - Audit

extension Identity {
    /// Writes one line of the audit with the change that it tells of: both commit or neither. The line
    /// becomes a leaf of the tree in the same transaction.
    /// - Throws: `StoreError`; `AuditError.brokenEdge`, and then nothing is changed.
    package static func record(
        _ entry: AuditEntry, random: RandomSource = .system, in transaction: any Transaction
    ) throws {
        try AuditStore.record(entry, random, in: transaction)
    }

    /// The newest first.
    /// - Parameter number: only lines before this one, for the next page.
    package func listAudit(
        _ filter: AuditFilter = AuditFilter(), before number: Int64 = .max, limit: Int = 100
    ) async throws -> [AuditEntry] {
        let limit = min(max(limit, 1), IdentityConfiguration.listMax)
        return try await store.read {
            try AuditStore.list(filter, before: number, limit: limit, in: $0)
        }
    }

    /// What was done to one noun, the newest first.
    package func listAudit(of noun: String, limit: Int = 100) async throws -> [AuditEntry] {
        try await listAudit(AuditFilter(noun: noun), limit: limit)
    }
}
