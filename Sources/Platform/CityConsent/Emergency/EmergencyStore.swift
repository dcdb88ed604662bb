import CityKernel
import CityStore

/// Rows of `consent_emergency` and `consent_emergency_read`. Every function is one statement.
enum EmergencyStore {
    private static let listMax = 500
    private static let columns = """
        e.id, e.reason, e.kinds, e.opened_by, e.opened_at, e.ends_at,
        (SELECT COUNT(*) FROM consent_emergency_read r WHERE r.emergency_id = e.id)
        """

    static func add(
        _ path: EmergencyDisclosure, in transaction: any Transaction
    ) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO consent_emergency (reason, kinds, opened_by, opened_at, ends_at)
            VALUES ($1, $2, $3, $4, $5) RETURNING id
            """,
            [
                .text(path.reason), .text(path.kinds.joined(separator: " ")),
                .text(path.openedBy), .integer(path.openedAt.microseconds),
                .integer(path.endsAt.microseconds),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    static func find(
        _ id: Int64, in connection: any Connection
    ) throws -> EmergencyDisclosure? {
        try connection.first(
            "SELECT \(columns) FROM consent_emergency e WHERE e.id = $1", [.integer(id)]
        ) { path($0) }
    }

    static func list(in connection: any Connection) throws -> [EmergencyDisclosure] {
        try connection.query(
            "SELECT \(columns) FROM consent_emergency e ORDER BY e.id DESC LIMIT $1",
            [SQLValue(listMax)]
        ) { path($0) }
    }

    /// - Returns: `false` when it had ended.
    static func end(_ id: Int64, in transaction: any Transaction) throws -> Bool {
        try transaction.execute(
            "UPDATE consent_emergency SET ends_at = $2 WHERE id = $1 AND ends_at > $2",
            [.integer(id), .integer(transaction.now.microseconds)]) == 1
    }

    static func count(
        _ person: String, _ kind: String, under id: Int64, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO consent_emergency_read (emergency_id, person, kind, read_at)
            VALUES ($1, $2, $3, $4)
            """,
            [
                .integer(id), .text(person), .text(kind),
                .integer(transaction.now.microseconds),
            ])
    }

    static func listReads(
        of person: String, in connection: any Connection
    ) throws -> [(disclosure: Int64, kind: String, at: Timestamp)] {
        try connection.query(
            """
            SELECT emergency_id, kind, read_at FROM consent_emergency_read WHERE person = $1
            ORDER BY read_at DESC, emergency_id LIMIT $2
            """, [.text(person), SQLValue(listMax)]
        ) { ($0.integer(0), $0.text(1), Timestamp(microseconds: $0.integer(2))) }
    }

    private static func path(_ row: any Row) -> EmergencyDisclosure {
        EmergencyDisclosure(
            id: row.integer(0), reason: row.text(1),
            kinds: row.text(2).split(separator: " ").map(String.init), openedBy: row.text(3),
            openedAt: Timestamp(microseconds: row.integer(4)),
            endsAt: Timestamp(microseconds: row.integer(5)), readCount: row.int(6))
    }
}
