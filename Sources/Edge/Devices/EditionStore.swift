import CityKernel
import CityStore

/// The SQL of dated settings. Every function is one statement.
enum EditionStore {
    static let migrations = [
        Migration(
            "edge-0001-editions",
            [
                """
                CREATE TABLE edge_edition (
                    kind TEXT NOT NULL,
                    name TEXT NOT NULL,
                    number {integer} NOT NULL CHECK (number > 0),
                    body TEXT NOT NULL,
                    valid_from {integer} NOT NULL,
                    made_at {integer} NOT NULL,
                    made_by TEXT NOT NULL,
                    PRIMARY KEY (kind, name, number)
                ) {withoutRowid}
                """
            ])
    ]

    /// - Returns: the new edition's number.
    static func add(
        _ kind: SettingKind, _ name: String, body: JSONValue, validFrom: Timestamp,
        by author: String, in transaction: any Transaction
    ) throws -> Int {
        let number = try transaction.first(
            """
            INSERT INTO edge_edition (kind, name, number, body, valid_from, made_at, made_by)
            SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5, $6
            FROM edge_edition WHERE kind = $1 AND name = $2
            RETURNING number
            """,
            [
                .text(kind.rawValue), .text(name), .text(body.text),
                .integer(validFrom.microseconds), .integer(transaction.now.microseconds),
                .text(author),
            ]
        ) { $0.int(0) }
        guard let number else { preconditionFailure("INSERT … RETURNING gives a row") }
        return number
    }

    /// Every edition of every setting of a kind, by name, oldest first.
    static func list(
        _ kind: SettingKind, in connection: any Connection
    ) throws -> [(name: String, edition: Edition<JSONValue>)] {
        try connection.query(
            """
            SELECT name, number, body, valid_from, made_at, made_by FROM edge_edition
            WHERE kind = $1 ORDER BY name, number
            """,
            [.text(kind.rawValue)]
        ) { ($0.text(0), try edition($0)) }
    }

    /// Every edition of one setting, oldest first.
    static func list(
        _ kind: SettingKind, _ name: String, in connection: any Connection
    ) throws -> [Edition<JSONValue>] {
        try connection.query(
            """
            SELECT name, number, body, valid_from, made_at, made_by FROM edge_edition
            WHERE kind = $1 AND name = $2 ORDER BY number
            """,
            [.text(kind.rawValue), .text(name)]
        ) { try edition($0) }
    }

    private static func edition(_ row: any Row) throws -> Edition<JSONValue> {
        Edition(
            number: row.int(1), value: try JSONValue(parsing: row.text(2).utf8),
            validFrom: Timestamp(microseconds: row.integer(3)),
            madeAt: Timestamp(microseconds: row.integer(4)), madeBy: row.text(5))
    }
}
