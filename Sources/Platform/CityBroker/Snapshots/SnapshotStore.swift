import CityKernel
import CityStore

/// Rows of `broker_snapshot` and of `broker_snapshot_entity`.
enum SnapshotStore {
    private static let columns = """
        id, queries, priority, status, details, created_at, modified_at, last_used_at, expires_at
        """

    static func insert(_ snapshot: Snapshot, in transaction: any Transaction) throws {
        try removeExpired(in: transaction)
        let count = try transaction.first("SELECT COUNT(*) FROM broker_snapshot") { $0.int(0) }
        guard count ?? 0 < Snapshot.countMax else { throw SnapshotError.tooMany }
        let inserted = try transaction.execute(
            """
            INSERT INTO broker_snapshot (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(snapshot.id), .text(JSONValue.array(snapshot.queries).text),
                .integer(snapshot.priority), .text(snapshot.status.rawValue),
                .text(JSONValue.array(snapshot.details).text),
                .integer(snapshot.createdAt.microseconds),
                .integer(snapshot.modifiedAt.microseconds),
                .integer(snapshot.lastUsedAt.microseconds),
                .integer(snapshot.expiresAt.microseconds),
            ])
        if inserted == 0 { throw SnapshotError.alreadyExists(snapshot.id) }
    }

    static func update(_ snapshot: Snapshot, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            UPDATE broker_snapshot
            SET priority = $2, status = $3, details = $4, modified_at = $5, expires_at = $6
            WHERE id = $1
            """,
            [
                .text(snapshot.id), .integer(snapshot.priority),
                .text(snapshot.status.rawValue), .text(JSONValue.array(snapshot.details).text),
                .integer(snapshot.modifiedAt.microseconds),
                .integer(snapshot.expiresAt.microseconds),
            ])
    }

    static func noteUse(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE broker_snapshot SET last_used_at = $2 WHERE id = $1",
            [.text(id), .integer(transaction.now.microseconds)])
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM broker_snapshot_entity WHERE snapshot = $1", [.text(id)])
        try transaction.execute("DELETE FROM broker_snapshot WHERE id = $1", [.text(id)])
    }

    static func removeExpired(in transaction: any Transaction) throws {
        let ended = try transaction.query(
            "SELECT id FROM broker_snapshot WHERE expires_at <= $1",
            [.integer(transaction.now.microseconds)]
        ) { $0.text(0) }
        for id in ended { try delete(id, in: transaction) }
    }

    /// - Returns: `nil` when it has expired, too.
    static func find(
        _ id: String, at now: Timestamp, in connection: any Connection
    ) throws -> Snapshot? {
        try connection.first(
            "SELECT \(columns) FROM broker_snapshot WHERE id = $1 AND expires_at > $2",
            [.text(id), .integer(now.microseconds)], snapshot)
    }

    /// In order of creation.
    static func list(
        at now: Timestamp, in connection: any Connection
    ) throws -> [Snapshot] {
        try connection.query(
            """
            SELECT \(columns) FROM broker_snapshot WHERE expires_at > $1 ORDER BY created_at, id
            """, [.integer(now.microseconds)], snapshot)
    }

    private static func snapshot(_ row: any Row) throws -> Snapshot {
        var snapshot = Snapshot(
            id: row.text(0), queries: try JSONValue(parsing: row.text(1)).array ?? [],
            priority: row.integer(2), lifetime: nil,
            now: Timestamp(microseconds: row.integer(5)))
        snapshot.status = Snapshot.Status(rawValue: row.text(3)) ?? .failure
        snapshot.details = try JSONValue(parsing: row.text(4)).array ?? []
        snapshot.modifiedAt = Timestamp(microseconds: row.integer(6))
        snapshot.lastUsedAt = Timestamp(microseconds: row.integer(7))
        snapshot.expiresAt = Timestamp(microseconds: row.integer(8))
        return snapshot
    }

    // MARK: - Filling

    /// One that nobody fills, or whose filler has not been heard of since `earliest`.
    static func takeWaiting(
        since earliest: Timestamp, in transaction: any Transaction
    ) throws -> String? {
        try transaction.first(
            """
            UPDATE broker_snapshot SET taken_at = $1 WHERE id = (
                SELECT id FROM broker_snapshot
                WHERE status = 'preparing' AND (taken_at IS NULL OR taken_at < $2)
                ORDER BY created_at, id LIMIT 1)
            RETURNING id
            """,
            [.integer(transaction.now.microseconds), .integer(earliest.microseconds)]
        ) { $0.text(0) }
    }

    static func hasWaiting(in connection: any Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM broker_snapshot WHERE status = 'preparing' LIMIT 1", []
        ) { _ in true } ?? false
    }

    // MARK: - Entities

    static func keep(
        _ documents: [(id: EntityID, text: String)], of snapshot: String,
        in transaction: any Transaction
    ) throws {
        for document in documents {
            try transaction.execute(
                """
                INSERT INTO broker_snapshot_entity (snapshot, id, document) VALUES ($1, $2, $3)
                ON CONFLICT (snapshot, id) DO UPDATE SET document = excluded.document
                """, [.text(snapshot), .text(document.id.text), .text(document.text)])
        }
    }

    static func copy(
        from original: String, to clone: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO broker_snapshot_entity (snapshot, id, document)
            SELECT $2, id, document FROM broker_snapshot_entity WHERE snapshot = $1
            """, [.text(original), .text(clone)])
    }

    /// In order of id.
    static func documents(
        of snapshot: String, in connection: any Connection
    ) throws -> [String] {
        try connection.query(
            "SELECT document FROM broker_snapshot_entity WHERE snapshot = $1 ORDER BY id",
            [.text(snapshot)]
        ) { $0.text(0) }
    }

    static func document(
        _ id: EntityID, of snapshot: String, in connection: any Connection
    ) throws -> String? {
        try connection.first(
            "SELECT document FROM broker_snapshot_entity WHERE snapshot = $1 AND id = $2",
            [.text(snapshot), .text(id.text)]
        ) { $0.text(0) }
    }
}
