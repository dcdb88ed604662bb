import CityKernel
import CityStore

/// The SQL of identity. Every function is one statement.
enum IdentityStore {}

// MARK: - Staff

extension IdentityStore {
    struct Account {
        var staff: Staff
        var passwordHash: String
    }

    private static let staffColumns =
        "s.id, s.login, s.display_name, s.duties, s.is_active, s.must_change_password, s.created_at"

    static func hasStaff(in connection: any Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM identity_staff LIMIT 1") { _ in true } ?? false
    }

    /// - Returns: `false` when the login is taken.
    static func addStaff(
        _ staff: Staff, _ hash: String, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO identity_staff (id, login, display_name, duties, password_hash, is_active,
                must_change_password, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (login) DO NOTHING
            """,
            [
                .text(staff.id), .text(staff.login), .text(staff.displayName),
                .text(text(staff.duties)), .text(hash), SQLValue(staff.isActive),
                SQLValue(staff.mustChangePassword), .integer(staff.createdAt.microseconds),
            ]) == 1
    }

    static func findAccount(login: String, in connection: any Connection) throws -> Account? {
        try connection.first(
            "SELECT \(staffColumns), s.password_hash FROM identity_staff s WHERE s.login = $1",
            [.text(login)]
        ) { Account(staff: staff($0), passwordHash: $0.text(7)) }
    }

    static func listStaff(in connection: any Connection) throws -> [Staff] {
        try connection.query(
            "SELECT \(staffColumns) FROM identity_staff s ORDER BY s.login LIMIT $1",
            [SQLValue(IdentityConfiguration.listMax)]
        ) { staff($0) }
    }

    /// - Returns: `false` when there is no such account.
    @discardableResult
    static func setStaff(_ staff: Staff, in transaction: any Transaction) throws -> Bool {
        try transaction.execute(
            """
            UPDATE identity_staff SET display_name = $2, duties = $3, is_active = $4 WHERE id = $1
            """,
            [
                .text(staff.id), .text(staff.displayName), .text(text(staff.duties)),
                SQLValue(staff.isActive),
            ]) == 1
    }

    static func setPassword(
        _ id: String, _ hash: String, mustChange: Bool, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE identity_staff SET password_hash = $2, must_change_password = $3 WHERE id = $1
            """,
            [.text(id), .text(hash), SQLValue(mustChange)])
    }

    static func findStaff(_ id: String, in connection: any Connection) throws -> Staff? {
        try connection.first(
            "SELECT \(staffColumns) FROM identity_staff s WHERE s.id = $1", [.text(id)]
        ) { staff($0) }
    }

    private static func text(_ duties: Set<Duty>) -> String {
        duties.sorted().map(\.rawValue).joined(separator: ",")
    }

    private static func staff(_ row: any Row) -> Staff {
        let duties = row.text(3).split(separator: ",")
        return Staff(
            id: row.text(0), login: row.text(1), displayName: row.text(2),
            duties: Set(duties.compactMap { Duty(rawValue: String($0)) }),
            isActive: row.bool(4), mustChangePassword: row.bool(5),
            createdAt: Timestamp(microseconds: row.integer(6)))
    }
}

// MARK: - Attempts

extension IdentityStore {
    static func findAttempt(
        _ bucket: [UInt8], in connection: any Connection
    ) throws -> AttemptRecord? {
        try connection.first(
            "SELECT failures, last_at, blocked_until FROM identity_attempt WHERE bucket = $1",
            [.blob(bucket)]
        ) { row in
            AttemptRecord(
                failures: row.int(0), lastAt: Timestamp(microseconds: row.integer(1)),
                blockedUntil: Timestamp(microseconds: row.integer(2)))
        }
    }

    static func keepAttempt(
        _ bucket: [UInt8], _ record: AttemptRecord, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_attempt (bucket, failures, last_at, blocked_until)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures,
                last_at = excluded.last_at, blocked_until = excluded.blocked_until
            """,
            [
                .blob(bucket), SQLValue(record.failures), .integer(record.lastAt.microseconds),
                .integer(record.blockedUntil.microseconds),
            ])
    }

    static func forgetAttempt(_ bucket: [UInt8], in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM identity_attempt WHERE bucket = $1", [.blob(bucket)])
    }

    static func forgetAttempts(before: Timestamp, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM identity_attempt WHERE last_at < $1", [.integer(before.microseconds)])
    }
}

// MARK: - Keys

extension IdentityStore {
    private static let keyColumns =
        "id, name, scope, created_at, expires_at, revoked_at, last_used_at"

    static func addKey(
        _ hash: [UInt8], name: String, _ scope: DeviceKey.Scope, expiresAt: Timestamp,
        in transaction: any Transaction
    ) throws -> DeviceKey {
        let id = try transaction.first(
            """
            INSERT INTO identity_key (token_hash, name, scope, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5) RETURNING id
            """,
            [
                .blob(hash), .text(name), .text(scope.rawValue),
                .integer(transaction.now.microseconds), .integer(expiresAt.microseconds),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return DeviceKey(
            id: id, name: name, scope: scope, createdAt: transaction.now, expiresAt: expiresAt)
    }

    static func findKey(_ hash: [UInt8], in connection: any Connection) throws -> DeviceKey? {
        let keys = try connection.query(
            "SELECT \(keyColumns) FROM identity_key WHERE token_hash = $1", [.blob(hash)]
        ) { key($0) }
        return keys.first ?? nil
    }

    static func findKey(number: Int64, in connection: any Connection) throws -> DeviceKey? {
        let keys = try connection.query(
            "SELECT \(keyColumns) FROM identity_key WHERE id = $1", [.integer(number)]
        ) { key($0) }
        return keys.first ?? nil
    }

    static func listKeys(in connection: any Connection) throws -> [DeviceKey] {
        try connection.query(
            "SELECT \(keyColumns) FROM identity_key ORDER BY id DESC LIMIT $1",
            [SQLValue(IdentityConfiguration.listMax)]
        ) { key($0) }.compactMap { $0 }
    }

    static func revokeKey(_ id: Int64, in transaction: any Transaction) throws -> Bool {
        try transaction.execute(
            "UPDATE identity_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            [.integer(id), .integer(transaction.now.microseconds)]) == 1
    }

    static func touchKey(_ id: Int64, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE identity_key SET last_used_at = $2 WHERE id = $1",
            [.integer(id), .integer(transaction.now.microseconds)])
    }

    /// A scope that this program does not know opens nothing.
    private static func key(_ row: any Row) -> DeviceKey? {
        DeviceKey.Scope(rawValue: row.text(2)).map { scope in
            DeviceKey(
                id: row.integer(0), name: row.text(1), scope: scope,
                createdAt: Timestamp(microseconds: row.integer(3)),
                expiresAt: Timestamp(microseconds: row.integer(4)),
                revokedAt: row.optionalInteger(5).map { Timestamp(microseconds: $0) },
                lastUsedAt: row.optionalInteger(6).map { Timestamp(microseconds: $0) })
        }
    }
}
