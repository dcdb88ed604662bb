import CityIdentity
import CityKernel
import CityStore

/// Rows of `gateway_token`, `gateway_client_key` and `gateway_assertion`.
extension GatewayStore {
    struct StoredToken {
        var keyID: Int64
        var consumerID: Int64
        var scopes: [String]
        var expiresAt: Timestamp
    }

    static func addToken(
        _ hash: [UInt8], _ stored: StoredToken, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO gateway_token (token_hash, key_id, consumer_id, scopes, issued_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .blob(hash), .integer(stored.keyID), .integer(stored.consumerID),
                .text(stored.scopes.joined(separator: " ")),
                .integer(transaction.now.microseconds), .integer(stored.expiresAt.microseconds),
            ])
    }

    static func findToken(
        _ hash: [UInt8], in connection: any Connection
    ) throws -> StoredToken? {
        try connection.first(
            """
            SELECT key_id, consumer_id, scopes, expires_at FROM gateway_token WHERE token_hash = $1
            """, [.blob(hash)]
        ) { row in
            StoredToken(
                keyID: row.integer(0), consumerID: row.integer(1),
                scopes: row.text(2).split(separator: " ").map(String.init),
                expiresAt: Timestamp(microseconds: row.integer(3)))
        }
    }

    /// - Returns: whether there was one of this consumer.
    static func deleteToken(
        _ hash: [UInt8], of consumerID: Int64, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            "DELETE FROM gateway_token WHERE token_hash = $1 AND consumer_id = $2",
            [.blob(hash), .integer(consumerID)]) == 1
    }

    /// Ends what has run out, and of the consumer's tokens all but the newest `count`.
    static func forgetTokens(
        of consumerID: Int64, keeping count: Int, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "DELETE FROM gateway_token WHERE expires_at < $1",
            [.integer(transaction.now.microseconds)])
        try transaction.execute(
            """
            DELETE FROM gateway_token WHERE consumer_id = $1 AND token_hash NOT IN (
                SELECT token_hash FROM gateway_token WHERE consumer_id = $1
                ORDER BY issued_at DESC, token_hash LIMIT $2)
            """, [.integer(consumerID), SQLValue(count)])
    }

    // MARK: Public keys

    static func addClientKey(
        _ keyID: Int64, _ jwk: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO gateway_client_key (key_id, jwk) VALUES ($1, $2)",
            [.integer(keyID), .text(jwk)])
    }

    /// Public keys of a consumer by the numbers of their keys, the newest first.
    static func listClientKeys(
        of consumerID: Int64, in connection: any Connection
    ) throws -> [(keyID: Int64, jwk: String)] {
        try connection.query(
            """
            SELECT c.key_id, c.jwk FROM gateway_client_key c
            JOIN gateway_key k ON k.key_id = c.key_id
            WHERE k.consumer_id = $1 ORDER BY c.key_id DESC LIMIT $2
            """, [.integer(consumerID), SQLValue(listMax)]
        ) { ($0.integer(0), $0.text(1)) }
    }

    static func removeClientKey(_ keyID: Int64, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM gateway_client_key WHERE key_id = $1", [.integer(keyID)])
    }

    /// - Returns: `false` when the assertion was used before.
    static func useAssertion(
        _ id: String, of client: String, until end: Timestamp, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            "DELETE FROM gateway_assertion WHERE ends_at < $1",
            [.integer(transaction.now.microseconds)])
        return try transaction.execute(
            """
            INSERT INTO gateway_assertion (client, jti, ends_at) VALUES ($1, $2, $3)
            ON CONFLICT (client, jti) DO NOTHING
            """, [.text(client), .text(id), .integer(end.microseconds)]) == 1
    }
}
