import Foundation

/// Builds a tenant's schema from a backup, in one transaction: whole or not at all.
struct PostgreSQLRestore {
    private let connection: PostgreSQLAdministration
    private let schema: String

    init(_ address: PostgreSQLAddress) throws {
        connection = try PostgreSQLAdministration(address)
        schema = address.schema
    }

    func read(from path: String) throws {
        try Fingerprint.check(path)
        try connection.refuseForeignOrder()
        let reader = try BackupReader(path: path)
        try connection.run("BEGIN")
        do {
            try refuseTakenSchema()
            try connection.createSchema()
            try connection.run(Dialect.postgreSQL.spell(Migrator.tableStatement))
            try fill(from: reader)
            try connection.run("COMMIT")
        } catch {
            // A transaction that cannot be rolled back ends with its connection.
            _ = try? connection.run("ROLLBACK")
            throw error
        }
    }

    private func refuseTakenSchema() throws {
        let relations = try connection.run(
            "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                + "WHERE nspname = '\(schema)' LIMIT 1")
        guard relations.isEmpty else {
            throw StoreError.failed(
                sql: "", message: "the schema \(schema) is not empty; restore into a new one")
        }
    }

    /// Migrations may have put rows in; the backup's rows replace them.
    private func fill(from reader: BackupReader) throws {
        var target: String?
        var isSchemaReady = false
        while let (record, bytes) = try reader.next() {
            let fields = { try Self.fields(bytes, reader) }
            switch record {
            case .header, .end: throw reader.damage
            case .migration: try replay(try fields(), reader)
            case .table:
                if !isSchemaReady { try emptyTables() }
                isSchemaReady = true
                let names = try fields()
                target = PostgreSQLCatalog.Table.copyTarget(names[0], names.dropFirst())
            case .rows:
                guard let target else { throw reader.damage }
                try connection.copyIn(target, bytes)
            case .sequence: try setSequence(try fields(), reader)
            }
        }
    }

    private func replay(_ fields: [String], _ reader: BackupReader) throws {
        guard fields.count == 2 else { throw reader.damage }
        for statement in fields[1].components(separatedBy: Migration.separator) {
            try connection.run(Dialect.postgreSQL.spell(statement))
        }
    }

    private func emptyTables() throws {
        let tables = try PostgreSQLCatalog(connection, schema: schema).tables()
        let list = tables.map { "\"\($0.name)\"" }.joined(separator: ", ")
        try connection.run("TRUNCATE \(list)")
    }

    private func setSequence(_ fields: [String], _ reader: BackupReader) throws {
        guard fields.count == 4, let last = Int64(fields[2]) else { throw reader.damage }
        try connection.run(
            """
            SELECT setval(pg_get_serial_sequence('"\(schema)"."\(fields[0])"', '\(fields[1])'),
                \(last), \(fields[3] == "t"))
            """)
    }

    private static func fields(_ bytes: [UInt8], _ reader: BackupReader) throws -> [String] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw reader.damage }
        return text.split(separator: BackupRecord.separator, omittingEmptySubsequences: false)
            .map(String.init)
    }
}
