import CLibPQ
import Foundation

/// Writes a tenant's schema to a file, on one snapshot, while it is in use.
///
/// COPY, table by table, and not `pg_dump`: that would have to be installed beside this program in
/// the server's version, would carry this server's version into the file, and would restore a schema
/// that no migration made.
struct PostgreSQLBackup {
    private let connection: PostgreSQLAdministration
    private let schema: String

    init(_ address: PostgreSQLAddress) throws {
        connection = try PostgreSQLAdministration(address)
        schema = address.schema
    }

    func write(to path: String, progress: (Double) -> Void) throws {
        let file = try NewFile(path: path)
        do {
            let writer = try BackupWriter(path: file.partialPath)
            try writer.write(.header, [BackupRecord.headerText])
            try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try writeMigrations(to: writer)
            let tables = try PostgreSQLCatalog(connection, schema: schema).tables()
            for (index, table) in tables.enumerated() {
                try write(table, to: writer)
                progress(Double(index + 1) / Double(tables.count + 1))
            }
            try writeSequences(of: tables, to: writer)
            try connection.run("COMMIT")
            try writer.finish()
            try Fingerprint.write(of: file.partialPath, named: path)
            try file.finish()
            progress(1)
        } catch {
            // What is left of it is removed by the next attempt, if not by this one.
            try? file.discard()
            throw error
        }
    }

    private func writeMigrations(to writer: BackupWriter) throws {
        let migrations = try connection.rows(
            "SELECT name, statements FROM store_migration ORDER BY position", columns: 2)
        for migration in migrations { try writer.write(.migration, migration) }
    }

    private func write(_ table: PostgreSQLCatalog.Table, to writer: BackupWriter) throws {
        try writer.write(.table, [table.name] + table.columns)
        try connection.copyOut(table.copyTarget) { try writer.append(rows: $0) }
    }

    private func writeSequences(
        of tables: [PostgreSQLCatalog.Table], to writer: BackupWriter
    ) throws {
        for table in tables {
            guard let column = table.identityColumn, let sequence = table.sequence else { continue }
            let state = try connection.rows(
                "SELECT last_value, is_called FROM \(sequence)", columns: 2)
            guard let state = state.first else { continue }
            try writer.write(.sequence, [table.name, column] + state)
        }
    }
}

/// The tables of a schema, as a backup needs to know them.
struct PostgreSQLCatalog {
    struct Table {
        var name: String
        var columns: [String]
        var identityColumn: String?
        var sequence: String?

        /// What stands after COPY.
        var copyTarget: String { Self.copyTarget(name, columns) }

        static func copyTarget(_ name: String, _ columns: some Sequence<String>) -> String {
            let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
            return "\"\(name)\" (\(list))"
        }
    }

    private let connection: PostgreSQLAdministration
    private let schema: String

    init(_ connection: PostgreSQLAdministration, schema: String) {
        self.connection = connection
        self.schema = schema
    }

    /// A table comes after those that its rows refer to, so that it can be filled in this order.
    func tables() throws -> [Table] {
        let names = try connection.run(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = '\(schema)'::regnamespace AND relkind IN ('r', 'p')
            ORDER BY relname
            """)
        return try sort(names).map(describe)
    }

    private func describe(_ name: String) throws -> Table {
        let columns = try connection.rows(
            """
            SELECT attname, attidentity <> '',
                COALESCE(pg_get_serial_sequence('"\(schema)"."\(name)"', attname), '')
            FROM pg_attribute
            WHERE attrelid = '"\(schema)"."\(name)"'::regclass AND attnum > 0
                AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum
            """, columns: 3)
        let identity = columns.first { $0[1] == "t" }
        return Table(
            name: name, columns: columns.map { $0[0] }, identityColumn: identity?[0],
            sequence: identity?[2])
    }

    private func sort(_ names: [String]) throws -> [String] {
        let references = try connection.rows(
            """
            SELECT referring.relname, referred.relname FROM pg_constraint
            JOIN pg_class AS referring ON referring.oid = conrelid
            JOIN pg_class AS referred ON referred.oid = confrelid
            WHERE contype = 'f' AND connamespace = '\(schema)'::regnamespace
                AND conrelid <> confrelid
            """, columns: 2)
        var rest = names
        var sorted: [String] = []
        while !rest.isEmpty {
            let free = rest.filter { name in
                !references.contains { $0[0] == name && rest.contains($0[1]) }
            }
            guard !free.isEmpty else {
                throw StoreError.failed(
                    sql: "", message: "tables refer to each other in a circle: \(rest)")
            }
            sorted += free
            rest.removeAll { free.contains($0) }
        }
        return sorted
    }
}
