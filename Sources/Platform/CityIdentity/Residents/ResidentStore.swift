import CityKernel
import CityStore
import Crypto

/// The SQL of residents and of their sign-ins under way. Every function is one statement.
enum ResidentStore {}

extension ResidentStore {
    static func add(_ resident: Resident, in transaction: any Transaction) throws {
        try transaction.execute(
            "INSERT INTO identity_resident (id, created_at) VALUES ($1, $2)",
            [.text(resident.id), .integer(resident.createdAt.microseconds)])
    }

    /// - Returns: `nil` for one who is unknown or has left.
    static func find(_ id: String, in connection: any Connection) throws -> Resident? {
        try connection.first(
            "SELECT id, created_at FROM identity_resident WHERE id = $1 AND ended_at IS NULL",
            [.text(id)]
        ) { Resident(id: $0.text(0), createdAt: Timestamp(microseconds: $0.integer(1))) }
    }

    static func end(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE identity_resident SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            [.text(id), .integer(transaction.now.microseconds)])
    }

    // MARK: - Ways to sign in

    static func find(
        _ proof: ResidentProof, in connection: any Connection
    ) throws -> Resident? {
        try connection.first(
            """
            SELECT r.id, r.created_at FROM identity_resident_login l
            JOIN identity_resident r ON r.id = l.resident_id
            WHERE l.proof_hash = $1 AND r.ended_at IS NULL
            """,
            [.blob(proof.hash)]
        ) { Resident(id: $0.text(0), createdAt: Timestamp(microseconds: $0.integer(1))) }
    }

    static func add(
        _ proof: ResidentProof, of residentID: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_resident_login (proof_hash, resident_id, created_at)
            VALUES ($1, $2, $3)
            """,
            [
                .blob(proof.hash), .text(residentID),
                .integer(transaction.now.microseconds),
            ])
    }

    static func forgetLogins(of residentID: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM identity_resident_login WHERE resident_id = $1", [.text(residentID)])
    }
}

// MARK: - Sign-ins under way

/// What the city keeps while somebody is away at the issuer.
struct PendingSignIn: Sendable, Hashable {
    var state: String
    var nonce: String
    /// PKCE's `code_verifier`.
    var verifier: String
    /// Where the reader wanted to go.
    var next: String
    var endsAt: Timestamp
}

extension ResidentStore {
    static func keep(
        _ pending: PendingSignIn, _ secretHash: [UInt8], in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_sign_in (secret_hash, state, nonce, verifier, next, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .blob(secretHash), .text(pending.state), .text(pending.nonce),
                .text(pending.verifier), .text(pending.next),
                .integer(pending.endsAt.microseconds),
            ])
    }

    /// Takes a sign-in away: it serves once, whatever comes of it.
    static func take(
        _ secretHash: [UInt8], in transaction: any Transaction
    ) throws -> PendingSignIn? {
        try transaction.first(
            """
            DELETE FROM identity_sign_in WHERE secret_hash = $1
            RETURNING state, nonce, verifier, next, ends_at
            """,
            [.blob(secretHash)]
        ) { row in
            PendingSignIn(
                state: row.text(0), nonce: row.text(1), verifier: row.text(2), next: row.text(3),
                endsAt: Timestamp(microseconds: row.integer(4)))
        }
    }

    /// Forgets sign-ins that nobody finished, and the oldest beyond `count`.
    static func clearSignIns(keeping count: Int, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            DELETE FROM identity_sign_in WHERE ends_at <= $1 OR secret_hash IN (
                SELECT secret_hash FROM identity_sign_in ORDER BY ends_at DESC
                LIMIT 1000000 OFFSET $2)
            """,
            [.integer(transaction.now.microseconds), SQLValue(count)])
    }
}

extension ResidentProof {
    /// The table holds no word by which an issuer knows somebody.
    var hash: [UInt8] { Array(SHA256.hash(data: Array("\(issuer)\0\(subject)".utf8))) }
}
