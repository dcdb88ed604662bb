import CLibPQ

/// Statements about whole schemas, on a connection that lives no longer than they do.
final class PostgreSQLAdministration {
    private let address: PostgreSQLAddress
    private let handle: OpaquePointer

    /// Two processes may create one schema at once; the loser looks again this often.
    private static let creationAttemptsMax = 3

    init(_ address: PostgreSQLAddress) throws {
        self.address = address
        handle = try address.connect()
    }

    deinit { PQfinish(handle) }

    /// Both engines must sort texts alike, because pages continue after the last text they showed.
    func refuseForeignOrder() throws {
        let order = try run(
            """
            SELECT datcollate || ' ' || pg_encoding_to_char(encoding)
            FROM pg_database WHERE datname = current_database()
            """)
        let isOurs = ["C UTF8", "C.UTF-8 UTF8", "C.utf8 UTF8", "POSIX UTF8"]
        guard let found = order.first, isOurs.contains(found) else {
            throw StoreError.unavailable(
                "the database sorts by \(order.first ?? "?"); create it with "
                    + "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8")
        }
    }

    func createSchema() throws {
        for attempt in 1... {
            do {
                try run("CREATE SCHEMA IF NOT EXISTS \"\(address.schema)\"")
                return
            } catch StoreError.constraint where attempt < Self.creationAttemptsMax {
                continue
            }
        }
    }

    func createWriterSequence() throws {
        let name = "\"\(address.schema)\".\(PostgreSQLAddress.writerSequence)"
        for attempt in 1... {
            do {
                try run("CREATE SEQUENCE IF NOT EXISTS \(name) MINVALUE 0 START 0")
                return
            } catch StoreError.constraint where attempt < Self.creationAttemptsMax {
                continue
            }
        }
    }

    func dropSchema() throws { try run("DROP SCHEMA IF EXISTS \"\(address.schema)\" CASCADE") }

    /// All rows of a query without nulls, each with its first `columns` fields.
    func rows(_ statement: String, columns: Int32) throws -> [[String]] {
        guard let result = PQexec(handle, statement) else { throw failure(statement) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure(statement, result) }
        return (0..<PQntuples(result)).map { row in
            (0..<columns).map { String(cString: PQgetvalue(result, row, $0)) }
        }
    }

    /// Reads a table's rows as COPY text; `take` gets a row at a time.
    func copyOut(_ target: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let statement = "COPY \(target) TO STDOUT"
        try start(statement, PGRES_COPY_OUT)
        while true {
            var bytes: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(handle, &bytes, 0)
            guard count > 0 else { break }
            defer { PQfreemem(bytes) }
            try take(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        }
        try finish(statement)
    }

    /// Adds rows of COPY text to a table.
    func copyIn(_ target: String, _ rows: [UInt8]) throws {
        let statement = "COPY \(target) FROM STDIN"
        try start(statement, PGRES_COPY_IN)
        let isSent = rows.withUnsafeBytes { bytes in
            PQputCopyData(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count))
        }
        guard isSent == 1, PQputCopyEnd(handle, nil) == 1 else { throw failure(statement) }
        try finish(statement)
    }

    private func start(_ statement: String, _ status: ExecStatusType) throws {
        guard let result = PQexec(handle, statement) else { throw failure(statement) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == status else { throw failure(statement, result) }
    }

    private func finish(_ statement: String) throws {
        var error: StoreError?
        while let result = PQgetResult(handle) {
            if PQresultStatus(result) != PGRES_COMMAND_OK { error = failure(statement, result) }
            PQclear(result)
        }
        if let error { throw error }
    }

    private func failure(_ statement: String, _ result: OpaquePointer? = nil) -> StoreError {
        guard let result else {
            return PostgreSQLFailure(connection: handle, sql: statement).error
        }
        return PostgreSQLFailure(result: result, connection: handle, sql: statement).error
    }

    @discardableResult
    func run(_ statement: String) throws -> [String] {
        try PostgreSQLAddress.run(statement, on: handle)
    }
}
