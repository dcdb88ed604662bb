import CityKernel
import CityStore

/// Rows of `consent_record`, `consent_notice` and `consent_withdrawal`. Every function is one
/// statement.
enum ConsentStore {
    private static let columns = """
        id, person, purpose, version, recipient, kinds, way, given_by, given_at, expires_at,
        withdrawn_at, replaced_at
        """

    static func add(
        _ record: ConsentRecord, reference: String, in transaction: any Transaction
    ) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO consent_record (person, purpose, version, recipient, kinds, way, given_by,
                given_at, expires_at, reference)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
            """,
            [
                .text(record.person), .text(record.purpose), .text(record.version),
                .text(record.recipient), .text(record.kinds.joined(separator: " ")),
                .text(record.way.rawValue), .text(record.givenBy),
                .integer(record.givenAt.microseconds), .integer(record.expiresAt.microseconds),
                .text(String(reference.prefix(100))),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    static func count(
        of person: String, since start: Timestamp, in connection: any Connection
    ) throws -> Int {
        try connection.first(
            "SELECT COUNT(*) FROM consent_record WHERE person = $1 AND given_at > $2",
            [.text(person), .integer(start.microseconds)]
        ) { $0.int(0) } ?? 0
    }

    static func list(
        of person: String, in connection: any Connection
    ) throws -> [ConsentRecord] {
        try connection.query(
            """
            SELECT \(columns) FROM consent_record WHERE person = $1 ORDER BY id DESC LIMIT $2
            """, [.text(person), SQLValue(Consent.recordsMax)]
        ) { record($0) }
    }

    /// The one consent to the purpose that holds.
    static func findHolding(
        _ purpose: String, of person: String, at now: Timestamp, in connection: any Connection
    ) throws -> ConsentRecord? {
        try connection.first(
            """
            SELECT \(columns) FROM consent_record
            WHERE person = $1 AND purpose = $2 AND withdrawn_at IS NULL AND replaced_at IS NULL
                AND expires_at > $3
            """, [.text(person), .text(purpose), .integer(now.microseconds)]
        ) { record($0) }
    }

    /// How a consent that holds ends before its time.
    enum End: String {
        case withdrawn = "withdrawn_at"
        /// By a newer yes to the same purpose.
        case replaced = "replaced_at"
    }

    static func end(
        _ purpose: String, of person: String, _ end: End, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE consent_record SET \(end.rawValue) = $3
            WHERE person = $1 AND purpose = $2 AND withdrawn_at IS NULL AND replaced_at IS NULL
                AND expires_at > $3
            """, [.text(person), .text(purpose), .integer(transaction.now.microseconds)])
    }

    static func counts(
        at now: Timestamp, in connection: any Connection
    ) throws -> [String: Int] {
        let rows = try connection.query(
            """
            SELECT purpose, COUNT(DISTINCT person) FROM consent_record
            WHERE withdrawn_at IS NULL AND replaced_at IS NULL AND expires_at > $1
            GROUP BY purpose
            """, [.integer(now.microseconds)]
        ) { ($0.text(0), $0.int(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    // MARK: Notices

    static func keep(_ notice: ConsentNotice, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO consent_notice (version, content, first_used_at) VALUES ($1, $2, $3)
            ON CONFLICT (version) DO NOTHING
            """,
            [
                .text(notice.version), .text(JSONValue.object(notice.content).text),
                .integer(transaction.now.microseconds),
            ])
    }

    static func findNotice(
        _ version: String, in connection: any Connection
    ) throws -> String? {
        try connection.first(
            "SELECT content FROM consent_notice WHERE version = $1", [.text(version)]
        ) { $0.text(0) }
    }

    // MARK: Withdrawals

    static func tellRecipient(
        of record: ConsentRecord, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO consent_withdrawal (consent_id, recipient, purpose, withdrawn_at)
            VALUES ($1, $2, $3, $4)
            """,
            [
                .integer(record.id), .text(record.recipient), .text(record.purpose),
                .integer(transaction.now.microseconds),
            ])
    }

    static func listUnacknowledged(
        by recipient: String?, in connection: any Connection
    ) throws -> [Consent.Withdrawal] {
        try connection.query(
            """
            SELECT consent_id, recipient, purpose, withdrawn_at FROM consent_withdrawal
            WHERE acknowledged_at IS NULL AND (recipient = $1 OR $1 = '')
            ORDER BY withdrawn_at, consent_id LIMIT $2
            """, [.text(recipient ?? ""), SQLValue(Consent.recordsMax)]
        ) { row in
            Consent.Withdrawal(
                consentID: row.integer(0), recipient: row.text(1), purpose: row.text(2),
                withdrawnAt: Timestamp(microseconds: row.integer(3)))
        }
    }

    static func acknowledge(
        _ consentID: Int64, by recipient: String, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE consent_withdrawal SET acknowledged_at = $3
            WHERE consent_id = $1 AND recipient = $2 AND acknowledged_at IS NULL
            """,
            [
                .integer(consentID), .text(recipient),
                .integer(transaction.now.microseconds),
            ]) == 1
    }

    private static func record(_ row: any Row) -> ConsentRecord {
        ConsentRecord(
            id: row.integer(0), person: row.text(1), purpose: row.text(2), version: row.text(3),
            recipient: row.text(4), kinds: row.text(5).split(separator: " ").map(String.init),
            way: ConsentRecord.Way(rawValue: row.text(6)) ?? .online, givenBy: row.text(7),
            givenAt: Timestamp(microseconds: row.integer(8)),
            expiresAt: Timestamp(microseconds: row.integer(9)),
            withdrawnAt: row.optionalInteger(10).map { Timestamp(microseconds: $0) },
            replacedAt: row.optionalInteger(11).map { Timestamp(microseconds: $0) })
    }
}
