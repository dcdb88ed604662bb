import CityKernel
import CityStore

/// Rows of `broker_context`.
enum ContextStore {
    private static let columns = "local_id, kind, url, body, created_at"

    /// Puts a context in place of the one with its id, if there is one.
    static func put(_ context: KeptContext, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO broker_context (local_id, kind, url, body, created_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (local_id) DO UPDATE
            SET body = excluded.body, created_at = excluded.created_at
            """,
            [
                .text(context.localID), .integer(context.kind.rawValue),
                context.url.map(SQLValue.text) ?? .null, .text(context.body.text),
                .integer(context.createdAt.microseconds),
            ])
    }

    static func delete(_ localID: String, in transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM broker_context WHERE local_id = $1", [.text(localID)])
    }

    /// By local id, or by the URL of a cached one.
    static func find(_ id: String, in connection: any Connection) throws -> KeptContext? {
        try connection.first(
            "SELECT \(columns) FROM broker_context WHERE local_id = $1 OR url = $1", [.text(id)],
            context)
    }

    static func find(
        implicit body: JSONValue, in connection: any Connection
    ) throws -> KeptContext? {
        try connection.first(
            "SELECT \(columns) FROM broker_context WHERE kind = $1 AND body = $2",
            [.integer(KeptContext.Kind.implicitlyCreated.rawValue), .text(body.text)], context)
    }

    static func list(
        _ kind: KeptContext.Kind?, in connection: any Connection
    ) throws -> [KeptContext] {
        try connection.query(
            """
            SELECT \(columns) FROM broker_context WHERE $1 = 0 OR kind = $1
            ORDER BY created_at, local_id
            """, [.integer(kind?.rawValue ?? 0)], context)
    }

    static func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM broker_context") { $0.int(0) } ?? 0
    }

    /// Makes room by letting go of the cached copy that was fetched first: it can be fetched again.
    /// - Returns: its id; `nil` when nothing is cached.
    static func deleteOldestCached(in transaction: any Transaction) throws -> String? {
        try transaction.first(
            """
            DELETE FROM broker_context WHERE local_id = (
                SELECT local_id FROM broker_context WHERE kind = $1
                ORDER BY created_at, local_id LIMIT 1)
            RETURNING local_id
            """, [.integer(KeptContext.Kind.cached.rawValue)]
        ) { $0.text(0) }
    }

    private static func context(_ row: any Row) throws -> KeptContext {
        guard let kind = KeptContext.Kind(rawValue: row.integer(1)) else {
            preconditionFailure("the table checks the kind")
        }
        return KeptContext(
            localID: row.text(0), kind: kind, url: row.optionalText(2),
            body: try JSONValue(parsing: row.text(3)),
            createdAt: Timestamp(microseconds: row.integer(4)))
    }
}
