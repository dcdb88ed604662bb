import CLibPQ

/// The few statements about schemas themselves, on a connection that lives no longer than they do.
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

    func dropSchema() throws { try run("DROP SCHEMA IF EXISTS \"\(address.schema)\" CASCADE") }

    @discardableResult
    func run(_ statement: String) throws -> [String] {
        try PostgreSQLAddress.run(statement, on: handle)
    }
}
