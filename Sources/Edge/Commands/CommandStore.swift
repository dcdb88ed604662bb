import CityKernel
import CityStore

/// The SQL of commands. Every function is one statement.
enum CommandStore {
    static let migrations = [
        Migration(
            "edge-0003-commands",
            [
                """
                CREATE TABLE edge_command (
                    id {sequence},
                    device TEXT NOT NULL,
                    name TEXT NOT NULL,
                    value TEXT NOT NULL,
                    status TEXT NOT NULL,
                    asked_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL,
                    changed_at {integer} NOT NULL,
                    info TEXT NOT NULL
                ) {strict}
                """,
                "CREATE INDEX edge_command_device ON edge_command (device, id)",
                """
                CREATE INDEX edge_command_open ON edge_command (expires_at)
                WHERE status IN ('PENDING', 'DELIVERED')
                """,
            ])
    ]

    private static let columns = "id, device, name, value, status, asked_at, expires_at"

    static func add(
        _ name: String, _ value: JSONValue, to device: String, expiresAt: Timestamp,
        in transaction: any Transaction
    ) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO edge_command (device, name, value, status, asked_at, expires_at,
                changed_at, info)
            VALUES ($1, $2, $3, 'PENDING', $4, $5, $4, '') RETURNING id
            """,
            [
                .text(device), .text(name), .text(value.text),
                .integer(transaction.now.microseconds), .integer(expiresAt.microseconds),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    static func find(_ id: Int64, in connection: any Connection) throws -> Command? {
        try connection.first(
            "SELECT \(columns) FROM edge_command WHERE id = $1", [.integer(id)], command)
    }

    /// The oldest open one of this name.
    static func findOpen(
        _ name: String, of device: String, in connection: any Connection
    ) throws -> Command? {
        try connection.first(
            """
            SELECT \(columns) FROM edge_command
            WHERE device = $1 AND name = $2 AND status IN ('PENDING', 'DELIVERED')
            ORDER BY id LIMIT 1
            """, [.text(device), .text(name)], command)
    }

    /// The oldest that is delivered and not answered.
    static func findDelivered(
        of device: String, in connection: any Connection
    ) throws -> Command? {
        try connection.first(
            """
            SELECT \(columns) FROM edge_command WHERE device = $1 AND status = 'DELIVERED'
            ORDER BY id LIMIT 1
            """, [.text(device)], command)
    }

    /// Not yet delivered, oldest first.
    static func listPending(
        of device: String, limit: Int, in connection: any Connection
    ) throws -> [Command] {
        try connection.query(
            """
            SELECT \(columns) FROM edge_command WHERE device = $1 AND status = 'PENDING'
            ORDER BY id LIMIT $2
            """, [.text(device), SQLValue(limit)], command)
    }

    static func listExpired(
        at now: Timestamp, limit: Int, in connection: any Connection
    ) throws -> [Command] {
        try connection.query(
            """
            SELECT \(columns) FROM edge_command
            WHERE status IN ('PENDING', 'DELIVERED') AND expires_at <= $1
            ORDER BY expires_at LIMIT $2
            """, [.integer(now.microseconds), SQLValue(limit)], command)
    }

    /// The newest first, with what came of them.
    static func listRecent(
        of device: String, limit: Int, in connection: any Connection
    ) throws -> [(command: Command, changedAt: Timestamp, info: String)] {
        try connection.query(
            """
            SELECT \(columns), changed_at, info FROM edge_command WHERE device = $1
            ORDER BY id DESC LIMIT $2
            """, [.text(device), SQLValue(limit)]
        ) { (command($0), Timestamp(microseconds: $0.integer(7)), $0.text(8)) }
    }

    static func set(
        _ id: Int64, _ status: CommandStatus, info: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE edge_command SET status = $2, info = $3, changed_at = $4 WHERE id = $1",
            [
                .integer(id), .text(status.rawValue), .text(info),
                .integer(transaction.now.microseconds),
            ])
    }

    private static func command(_ row: any Row) -> Command {
        Command(
            id: row.integer(0), device: row.text(1), name: row.text(2),
            // Written by us as JSON; should it ever not be, the device gets an empty value.
            value: (try? JSONValue(parsing: row.text(3).utf8)) ?? .null,
            status: CommandStatus(rawValue: row.text(4)) ?? .failed,
            askedAt: Timestamp(microseconds: row.integer(5)),
            expiresAt: Timestamp(microseconds: row.integer(6)))
    }
}
