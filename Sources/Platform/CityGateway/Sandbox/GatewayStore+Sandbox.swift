import CityKernel
import CityStore

/// Rows of `gateway_sandbox_key`.
extension GatewayStore {
    static func addSandboxKey(
        _ hash: [UInt8], until expiry: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO gateway_sandbox_key (token_hash, expires_at) VALUES ($1, $2)",
            [.blob(hash), .integer(expiry.microseconds)])
    }

    static func findSandboxKey(
        _ hash: [UInt8], in connection: any Connection
    ) throws -> Timestamp? {
        try connection.first(
            "SELECT expires_at FROM gateway_sandbox_key WHERE token_hash = $1", [.blob(hash)]
        ) { Timestamp(microseconds: $0.integer(0)) }
    }

    static func countSandboxKeys(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM gateway_sandbox_key") { $0.int(0) } ?? 0
    }

    static func forgetSandboxKeys(before now: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM gateway_sandbox_key WHERE expires_at < $1", [.integer(now.microseconds)])
    }
}
