import CityKernel
import Crypto

/// Brings the schema up to date, each migration in a write of its own.
///
/// A write runs alone in its tenant whichever process asks, so two programs that start together
/// apply each migration once. The statements are kept beside the checksum: a backup can rebuild
/// the schema from itself.
struct Migrator: Sendable {
    var dialect: Dialect
    var clock: any CityClock

    static let tableStatement = """
        CREATE TABLE IF NOT EXISTS store_migration (
            position {integer} NOT NULL UNIQUE,
            name TEXT NOT NULL PRIMARY KEY,
            checksum TEXT NOT NULL,
            statements TEXT NOT NULL,
            applied_at {integer} NOT NULL
        )
        """

    func migrate(_ store: any Store, _ migrations: [Migration]) async throws {
        try refuseRepeatedNames(migrations)
        let dialect = dialect
        _ = try await store.write { try $0.execute(dialect.spell(Self.tableStatement)) }
        try await store.write { try Self.refuseNewerSchema($0, migrations) }
        for migration in migrations {
            try await store.write { try Self.apply(migration, in: $0, dialect) }
        }
    }

    private func refuseRepeatedNames(_ migrations: [Migration]) throws {
        var seen: Set<String> = []
        for migration in migrations where !seen.insert(migration.name).inserted {
            throw StoreError.migration("two migrations are named \(migration.name)")
        }
    }

    /// An owner's applied migration that this program does not know was made by a newer one.
    private static func refuseNewerSchema(
        _ connection: any Connection, _ migrations: [Migration]
    ) throws {
        let known = Set(migrations.map(\.name))
        let owners = Set(migrations.map(\.owner))
        let applied = try connection.query("SELECT name FROM store_migration ORDER BY position") {
            $0.text(0)
        }
        for name in applied
        where owners.contains(Migration(name, []).owner) && !known.contains(name) {
            throw StoreError.migration(
                "the database has \(name), which this program does not know; start a newer program")
        }
    }

    private static func apply(
        _ migration: Migration, in transaction: any Transaction, _ dialect: Dialect
    ) throws {
        let applied = try transaction.first(
            "SELECT checksum FROM store_migration WHERE name = $1", [.text(migration.name)]
        ) { $0.text(0) }
        if let applied {
            guard applied == migration.checksum else {
                throw StoreError.migration(
                    "\(migration.name) was applied with checksum \(applied), "
                        + "but this program has \(migration.checksum)")
            }
            return
        }
        for statement in migration.statements { try transaction.execute(dialect.spell(statement)) }
        try transaction.execute(
            """
            INSERT INTO store_migration (position, name, checksum, statements, applied_at)
            VALUES ((SELECT COALESCE(MAX(position), 0) + 1 FROM store_migration), $1, $2, $3, $4)
            """,
            [
                .text(migration.name), .text(migration.checksum),
                .text(migration.statements.joined(separator: Migration.separator)),
                .integer(transaction.now.microseconds),
            ])
    }
}

extension Store {
    /// Whether a migration is applied: a backup or another program's database may be older.
    package func hasApplied(_ migration: Migration) async throws -> Bool {
        try await read { connection in
            try connection.first(
                "SELECT 1 FROM store_migration WHERE name = $1", [.text(migration.name)]
            ) { _ in true } ?? false
        }
    }
}

extension Migration {
    /// Between two statements in the stored text; no statement contains it.
    static let separator = "\n;;\n"

    /// SHA-256 of the portable statements, in hexadecimal: the same on both engines.
    package var checksum: String {
        let text = statements.joined(separator: Self.separator)
        return SHA256.hash(data: Array(text.utf8)).hexadecimal
    }
}

extension Sequence<UInt8> {
    var hexadecimal: String {
        var text: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
