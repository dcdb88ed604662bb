import CityKernel
import CityStore

/// The sessions of one kind of people, in a table of their own. Every function is one statement,
/// but for `open`, which makes room first.
struct SessionStore {
    let table: String
    let owner: String

    static let staff = SessionStore(table: "identity_session", owner: "staff_id")
    static let resident = SessionStore(
        table: "identity_resident_session", owner: "resident_id")

    private var columns: String {
        "id, \(owner), created_at, last_seen_at, expires_at, device"
    }

    func open(
        _ hash: [UInt8], of ownerID: String, device: String, _ limits: SessionLimits,
        in transaction: any Transaction
    ) throws -> Session {
        try makeRoom(for: ownerID, limits, in: transaction)
        let device = String(device.prefix(IdentityConfiguration.deviceCharactersMax))
        let now = transaction.now
        let expiresAt = now + limits.longest
        let id = try transaction.first(
            """
            INSERT INTO \(table) (token_hash, \(owner), device, created_at, last_seen_at,
                expires_at)
            VALUES ($1, $2, $3, $4, $4, $5)
            RETURNING id
            """,
            [
                .blob(hash), .text(ownerID), .text(device), .integer(now.microseconds),
                .integer(expiresAt.microseconds),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return Session(
            id: id, ownerID: ownerID, createdAt: now, lastSeenAt: now, expiresAt: expiresAt,
            device: device)
    }

    /// Removes what is over, and the oldest of the person when there are as many as may be.
    private func makeRoom(
        for ownerID: String, _ limits: SessionLimits, in transaction: any Transaction
    ) throws {
        let idleBefore = transaction.now - limits.idle
        try transaction.execute(
            "DELETE FROM \(table) WHERE expires_at <= $1 OR last_seen_at <= $2",
            [.integer(transaction.now.microseconds), .integer(idleBefore.microseconds)])
        try transaction.execute(
            """
            DELETE FROM \(table) WHERE \(owner) = $1 AND id NOT IN (
                SELECT id FROM \(table) WHERE \(owner) = $1
                ORDER BY last_seen_at DESC, id DESC LIMIT $2)
            """,
            [.text(ownerID), SQLValue(limits.countMax - 1)])
    }

    func find(_ hash: [UInt8], in connection: any Connection) throws -> Session? {
        try connection.first(
            "SELECT \(columns) FROM \(table) WHERE token_hash = $1", [.blob(hash)]
        ) { session($0) }
    }

    /// Those of one person, the last used first.
    func list(_ ownerID: String, in connection: any Connection) throws -> [Session] {
        try connection.query(
            """
            SELECT \(columns) FROM \(table) WHERE \(owner) = $1
            ORDER BY last_seen_at DESC, id DESC LIMIT $2
            """,
            [.text(ownerID), SQLValue(IdentityConfiguration.listMax)]
        ) { session($0) }
    }

    func touch(_ id: Int64, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE \(table) SET last_seen_at = $2 WHERE id = $1",
            [.integer(id), .integer(transaction.now.microseconds)])
    }

    func end(_ hash: [UInt8], in transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM \(table) WHERE token_hash = $1", [.blob(hash)])
    }

    /// - Returns: how many ended: one, or none that the person has.
    func end(id: Int64, of ownerID: String, in transaction: any Transaction) throws -> Int {
        try transaction.execute(
            "DELETE FROM \(table) WHERE id = $1 AND \(owner) = $2", [.integer(id), .text(ownerID)])
    }

    func endAll(
        of ownerID: String, except kept: Int64? = nil, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "DELETE FROM \(table) WHERE \(owner) = $1 AND id <> $2",
            [.text(ownerID), .integer(kept ?? -1)])
    }

    private func session(_ row: any Row) -> Session {
        Session(
            id: row.integer(0), ownerID: row.text(1),
            createdAt: Timestamp(microseconds: row.integer(2)),
            lastSeenAt: Timestamp(microseconds: row.integer(3)),
            expiresAt: Timestamp(microseconds: row.integer(4)), device: row.text(5))
    }
}
