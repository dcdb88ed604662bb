import CityKernel
import CityStore

/// The SQL of the audit. Every function is one statement, but `record`, which is the one way in.
enum AuditStore {
    /// Lines that are hashed at once when a log is carried over or recomputed.
    static let pageMax = 1_000

    private static let columns = "number, at, actor, action, noun, detail, salt"

    private static func entry(_ row: any Row) -> AuditEntry {
        var entry = AuditEntry(
            actor: row.text(2), action: row.text(3), noun: row.text(4), detail: "")
        // As it stands: a longer text is not the program's, and its hash must show that.
        entry.detail = row.text(5)
        entry.number = row.integer(0)
        entry.at = Timestamp(microseconds: row.integer(1))
        entry.salt = row.blob(6)
        return entry
    }
}

// MARK: - Writing

extension AuditStore {
    /// Adds a line and its place in the tree to the transaction of what the line tells of.
    ///
    /// The one statement that is waited for reads the tree's edge; the others travel together.
    @discardableResult
    static func record(
        _ entry: AuditEntry, _ random: RandomSource, in transaction: any Transaction
    ) throws -> AuditEntry {
        var tree = try openTree(in: transaction)
        var entry = entry
        entry.number = tree.size
        entry.at = transaction.now
        entry.salt = random.bytes(AuditEntry.saltByteCount)
        try transaction.executeLater(
            """
            INSERT INTO identity_audit (number, at, actor, action, noun, detail, salt)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .integer(entry.number), .integer(entry.at.microseconds), .text(entry.actor),
                .text(entry.action), .text(entry.noun), .text(entry.detail), .blob(entry.salt),
            ])
        for hash in tree.append(leaf: entry.leafHash) { try add(hash, in: transaction) }
        try set(tree, in: transaction)
        return entry
    }

    /// The tree's edge. Lines older than the tree itself are hashed the first time, in their order.
    static func openTree(in transaction: any Transaction) throws -> MerkleFrontier {
        if let tree = try findTree(in: transaction) { return tree }
        var tree = MerkleFrontier()
        try transaction.execute(
            "INSERT INTO identity_audit_tree (id, size, edge) VALUES (0, 0, $1)", [.blob([])])
        while true {
            let lines = try list(from: tree.size, limit: pageMax, in: transaction)
            for line in lines {
                for hash in tree.append(leaf: line.leafHash) { try add(hash, in: transaction) }
            }
            if lines.count < pageMax { break }
        }
        try set(tree, in: transaction)
        return tree
    }

    private static func add(
        _ hash: MerkleFrontier.TileHash, in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            "INSERT INTO identity_audit_hash (level, number, hash) VALUES ($1, $2, $3)",
            [SQLValue(hash.level), .integer(hash.number), .blob(hash.hash)])
    }

    private static func set(_ tree: MerkleFrontier, in transaction: any Transaction) throws {
        try transaction.executeLater(
            "UPDATE identity_audit_tree SET size = $1, edge = $2 WHERE id = 0",
            [.integer(tree.size), .blob(tree.bytes)])
    }
}

// MARK: - Reading

extension AuditStore {
    /// - Returns: `nil` before the first line.
    /// - Throws: `AuditError.brokenEdge` when size and edge do not fit each other.
    static func findTree(in connection: any Connection) throws -> MerkleFrontier? {
        guard let (size, edge) = try findRawTree(in: connection) else { return nil }
        guard let tree = MerkleFrontier(size: size, bytes: edge) else {
            throw AuditError.brokenEdge
        }
        return tree
    }

    /// Size and edge as they stand, right or not.
    static func findRawTree(
        in connection: any Connection
    ) throws -> (size: Int64, edge: [UInt8])? {
        try connection.first("SELECT size, edge FROM identity_audit_tree WHERE id = 0") {
            ($0.integer(0), $0.blob(1))
        }
    }

    static func find(_ number: Int64, in connection: any Connection) throws -> AuditEntry? {
        try connection.first(
            "SELECT \(columns) FROM identity_audit WHERE number = $1", [.integer(number)]
        ) { entry($0) }
    }

    /// In the order of the log.
    static func list(
        from number: Int64, limit: Int, in connection: any Connection
    ) throws -> [AuditEntry] {
        try connection.query(
            "SELECT \(columns) FROM identity_audit WHERE number >= $1 ORDER BY number LIMIT $2",
            [.integer(number), SQLValue(limit)]
        ) { entry($0) }
    }

    /// The newest first.
    static func list(
        _ filter: AuditFilter, before number: Int64, limit: Int, in connection: any Connection
    ) throws -> [AuditEntry] {
        var conditions = ["number < $1"]
        var arguments: [SQLValue] = [.integer(number), SQLValue(limit)]
        for (column, value) in [("actor", filter.actor), ("noun", filter.noun)] {
            guard let value else { continue }
            arguments.append(.text(value))
            conditions.append("\(column) = $\(arguments.count)")
        }
        return try connection.query(
            """
            SELECT \(columns) FROM identity_audit WHERE \(conditions.joined(separator: " AND "))
            ORDER BY number DESC LIMIT $2
            """, arguments
        ) { entry($0) }
    }

    /// Stored hashes of a level in order, from `number` on.
    static func hashes(
        level: Int, from number: Int64, limit: Int64, in connection: any Connection
    ) throws -> [(number: Int64, hash: [UInt8])] {
        try connection.query(
            """
            SELECT number, hash FROM identity_audit_hash
            WHERE level = $1 AND number >= $2 AND number < $3 ORDER BY number
            """,
            [SQLValue(level), .integer(number), .integer(number + limit)]
        ) { ($0.integer(0), $0.blob(1)) }
    }

    /// The tiles of the stored tree. A tile ends at its first gap.
    static func tiles(in connection: any Connection) -> MerkleTiles {
        MerkleTiles { level, number in
            let first = number * MerkleTiles.width
            let rows = try hashes(
                level: level, from: first, limit: MerkleTiles.width, in: connection)
            return rows.enumerated().prefix { $0.element.number == first + Int64($0.offset) }
                .map(\.element.hash)
        }
    }
}

// MARK: - Checkpoints

extension AuditStore {
    /// The newest signed head.
    static func findCheckpoint(in connection: any Connection) throws -> SignedCheckpoint? {
        try connection.first(
            "SELECT note, signed_at FROM identity_audit_checkpoint ORDER BY size DESC LIMIT 1"
        ) {
            SignedCheckpoint($0.text(0), signedAt: Timestamp(microseconds: $0.integer(1)))
        } ?? nil
    }

    /// As they are stored, by size.
    static func listCheckpoints(
        from size: Int64, limit: Int, in connection: any Connection
    ) throws -> [(size: Int64, note: String)] {
        try connection.query(
            """
            SELECT size, note FROM identity_audit_checkpoint WHERE size >= $1
            ORDER BY size LIMIT $2
            """, [.integer(size), SQLValue(limit)]
        ) { ($0.integer(0), $0.text(1)) }
    }

    static func add(
        _ checkpoint: Checkpoint, _ note: SignedNote, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_audit_checkpoint (size, signed_at, note) VALUES ($1, $2, $3)
            """,
            [
                .integer(checkpoint.size), .integer(transaction.now.microseconds),
                .text(note.description),
            ])
    }

    static func set(
        _ note: SignedNote, ofSize size: Int64, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE identity_audit_checkpoint SET note = $2 WHERE size = $1",
            [.integer(size), .text(note.description)])
    }

    /// Drops the oldest heads but `kept`: the newest says all that they said.
    static func trimCheckpoints(kept: Int, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            DELETE FROM identity_audit_checkpoint WHERE size <= (
                SELECT size FROM identity_audit_checkpoint ORDER BY size DESC LIMIT 1 OFFSET $1)
            """, [SQLValue(kept)])
    }
}

// MARK: - Neighbours

extension AuditStore {
    /// The newest head of a neighbour's log that this city has cosigned.
    static func findWitnessed(
        _ origin: String, in connection: any Connection
    ) throws -> WitnessedLog? {
        try connection.first(
            """
            SELECT size, root, cosigned_at FROM identity_audit_witnessed WHERE origin = $1
            """, [.text(origin)]
        ) {
            WitnessedLog(
                origin: origin, size: $0.integer(0), root: $0.blob(1),
                cosignedAt: Timestamp(microseconds: $0.integer(2)))
        }
    }

    static func set(_ log: WitnessedLog, _ note: String, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO identity_audit_witnessed (origin, size, root, note, cosigned_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,
                note = excluded.note, cosigned_at = excluded.cosigned_at
            """,
            [
                .text(log.origin), .integer(log.size), .blob(log.root), .text(note),
                .integer(log.cosignedAt.microseconds),
            ])
    }
}
