import CityKernel
import CityStore

/// Rows of `consent_key` and `consent_value`. Every function is one statement, but for `shred`.
enum VaultStore {
    static func findKey(of person: String, in connection: any Connection) throws -> [UInt8]? {
        try connection.first(
            "SELECT sealed FROM consent_key WHERE person = $1", [.text(person)]
        ) { $0.blob(0) }
    }

    static func addKey(
        _ sealed: [UInt8], of person: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO consent_key (person, sealed) VALUES ($1, $2)",
            [.text(person), .blob(sealed)])
    }

    static func put(
        _ sealed: [UInt8], kind: String, of person: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO consent_value (person, kind, sealed, updated_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (person, kind) DO UPDATE
                SET sealed = excluded.sealed, updated_at = excluded.updated_at
            """,
            [
                .text(person), .text(kind), .blob(sealed),
                .integer(transaction.now.microseconds),
            ])
    }

    static func find(
        _ kind: String, of person: String, in connection: any Connection
    ) throws -> [UInt8]? {
        try connection.first(
            "SELECT sealed FROM consent_value WHERE person = $1 AND kind = $2",
            [.text(person), .text(kind)]
        ) { $0.blob(0) }
    }

    static func list(
        of person: String, in connection: any Connection
    ) throws -> [(kind: String, since: Timestamp)] {
        try connection.query(
            "SELECT kind, updated_at FROM consent_value WHERE person = $1 ORDER BY kind",
            [.text(person)]
        ) { ($0.text(0), Timestamp(microseconds: $0.integer(1))) }
    }

    static func shred(_ person: String, in transaction: any Transaction) throws {
        for table in ["consent_key", "consent_value"] {
            try transaction.execute("DELETE FROM \(table) WHERE person = $1", [.text(person)])
        }
    }
}
