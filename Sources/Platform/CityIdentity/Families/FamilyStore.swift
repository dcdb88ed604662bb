import CityKernel
import CityStore

/// Rows of counter codes, households and organisations. Every function is one statement.
enum FamilyStore {
    // MARK: Counter codes

    static func keepCode(
        _ hash: [UInt8], of residentID: String, until end: Timestamp,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_counter_code (resident_id, code_hash, expires_at)
            VALUES ($1, $2, $3)
            ON CONFLICT (resident_id) DO UPDATE
                SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
            """, [.text(residentID), .blob(hash), .integer(end.microseconds)])
    }

    /// Takes a code away: it serves once.
    static func takeCode(_ hash: [UInt8], in transaction: any Transaction) throws -> String? {
        try transaction.first(
            """
            DELETE FROM identity_counter_code WHERE code_hash = $1 AND expires_at > $2
            RETURNING resident_id
            """, [.blob(hash), .integer(transaction.now.microseconds)]
        ) { $0.text(0) }
    }

    // MARK: Households

    static func householdID(
        of residentID: String, in connection: any Connection
    ) throws -> String? {
        try connection.first(
            "SELECT household_id FROM identity_household_member WHERE resident_id = $1",
            [.text(residentID)]
        ) { $0.text(0) }
    }

    static func members(
        ofHousehold id: String, in connection: any Connection
    ) throws -> [String] {
        try connection.query(
            """
            SELECT resident_id FROM identity_household_member WHERE household_id = $1
            ORDER BY since, resident_id LIMIT $2
            """, [.text(id), SQLValue(IdentityConfiguration.listMax)]
        ) { $0.text(0) }
    }

    /// Moves a resident into a household, out of the one before.
    static func join(
        _ residentID: String, household id: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_household_member (resident_id, household_id, since)
            VALUES ($1, $2, $3)
            ON CONFLICT (resident_id) DO UPDATE
                SET household_id = excluded.household_id, since = excluded.since
            """, [.text(residentID), .text(id), .integer(transaction.now.microseconds)])
    }

    static func leaveHousehold(_ residentID: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM identity_household_member WHERE resident_id = $1", [.text(residentID)])
    }

    // MARK: Organisations

    static func add(_ organisation: Organisation, in transaction: any Transaction) throws {
        try transaction.execute(
            "INSERT INTO identity_organisation (id, name, created_at) VALUES ($1, $2, $3)",
            [
                .text(organisation.id), .text(organisation.name),
                .integer(organisation.createdAt.microseconds),
            ])
    }

    static func set(
        _ residentID: String, _ role: Organisation.Role, in id: String,
        through transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_organisation_member (organisation_id, resident_id, role, since)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (organisation_id, resident_id) DO UPDATE SET role = excluded.role
            """,
            [
                .text(id), .text(residentID), .text(role.rawValue),
                .integer(transaction.now.microseconds),
            ])
    }

    static func remove(
        _ residentID: String, from id: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            DELETE FROM identity_organisation_member
            WHERE organisation_id = $1 AND resident_id = $2
            """, [.text(id), .text(residentID)])
    }

    static func removeFromAll(_ residentID: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM identity_organisation_member WHERE resident_id = $1", [.text(residentID)])
    }

    static func find(_ id: String, in connection: any Connection) throws -> Organisation? {
        let head = try connection.first(
            "SELECT name, created_at FROM identity_organisation WHERE id = $1", [.text(id)]
        ) { ($0.text(0), Timestamp(microseconds: $0.integer(1))) }
        guard let (name, createdAt) = head else { return nil }
        return Organisation(
            id: id, name: name, createdAt: createdAt, members: try members(of: id, in: connection))
    }

    private static func members(
        of id: String, in connection: any Connection
    ) throws -> [Organisation.Member] {
        try connection.query(
            """
            SELECT resident_id, role, since FROM identity_organisation_member
            WHERE organisation_id = $1 ORDER BY since, resident_id LIMIT $2
            """, [.text(id), SQLValue(IdentityConfiguration.listMax)]
        ) { row in
            Organisation.Member(
                residentID: row.text(0), role: .init(rawValue: row.text(1)) ?? .member,
                since: Timestamp(microseconds: row.integer(2)))
        }
    }

    static func organisationIDs(
        of residentID: String, in connection: any Connection
    ) throws -> [String] {
        try connection.query(
            """
            SELECT organisation_id FROM identity_organisation_member WHERE resident_id = $1
            ORDER BY since, organisation_id LIMIT $2
            """, [.text(residentID), SQLValue(IdentityConfiguration.listMax)]
        ) { $0.text(0) }
    }
}
