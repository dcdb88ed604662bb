import CLibPQ
import Crypto
import Logging

/// Where a tenant lives on a server, and how each of its connections is set up.
struct PostgreSQLAddress: Sendable {
    var url: String
    var schema: String
    var durability: StoreConfiguration.Durability
    let notices: PostgreSQLNotices
    var isWriter = false

    /// Seconds until a server that does not answer counts as unreachable.
    private static let connectSecondsMax = "5"
    /// A statement waits this long for a lock, so that a stuck process stops no other for longer.
    private static let lockTimeout = "20s"
    /// The server ends a writing transaction whose process fell silent, and with it its locks.
    static let silenceTimeout = "15s"

    /// - Throws: `StoreError.failed` when the schema's name needs quoting; ours never does.
    init(
        url: String, schema: String, durability: StoreConfiguration.Durability = .full,
        logger: Logger
    ) throws {
        let isPlain = schema.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard isPlain, (1...63).contains(schema.utf8.count), schema.first?.isNumber == false else {
            throw StoreError.failed(
                sql: "", message: "the schema \"\(schema)\" is not spelled with a-z, 0-9 and _")
        }
        self.url = url
        self.schema = schema
        self.durability = durability
        notices = PostgreSQLNotices(logger: logger)
    }

    /// The tenant's number for advisory locks, the same in every process.
    var lockKey: Int64 {
        SHA256.hash(data: Array("city.store.\(schema)".utf8)).prefix(8)
            .reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// In the tenant's schema: rises whenever another process takes over the writing.
    static let writerSequence = "city_writer"

    /// The tenant's one channel on the server; the city's channels travel inside its payloads.
    var channel: String { "city_" + SHA256.hash(data: Array(schema.utf8)).prefix(8).hexadecimal }

    /// Opens a connection and sets its session up.
    /// - Throws: `StoreError.unavailable`. Messages of libpq never hold the password.
    func connect() throws -> OpaquePointer {
        // What stands before `dbname` is a default that the URL may overrule.
        let settings: [(String, String)] = [
            ("application_name", "cityos"), ("connect_timeout", Self.connectSecondsMax),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "15000"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let handle = Self.withCStrings(settings.map(\.0)) { keywords in
            Self.withCStrings(settings.map(\.1)) { values in
                PQconnectdbParams(keywords, values, 1)
            }
        }
        guard let handle else { throw StoreError.unavailable("no memory for a connection") }
        notices.receive(from: handle)
        do {
            guard PQstatus(handle) == CONNECTION_OK else {
                throw PostgreSQLFailure(connection: handle, sql: "connect").error
            }
            try setUp(handle)
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private func setUp(_ handle: OpaquePointer) throws {
        let statement = """
            SET search_path TO "\(schema)";
            SET synchronous_commit TO \(durability == .full ? "on" : "off");
            SET lock_timeout TO '\(Self.lockTimeout)';
            SET idle_in_transaction_session_timeout TO '\(isWriter ? Self.silenceTimeout : "0")';
            SET bytea_output TO hex;
            SET TIME ZONE 'UTC'
            """
        try Self.run(statement, on: handle)
    }

    /// Runs statements on a connection that is not in pipeline mode.
    /// - Returns: the first column of the last result.
    @discardableResult
    static func run(_ statement: String, on handle: OpaquePointer) throws -> [String] {
        guard let result = PQexec(handle, statement) else {
            throw PostgreSQLFailure(connection: handle, sql: statement).error
        }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw PostgreSQLFailure(result: result, connection: handle, sql: statement).error
        }
        guard PQnfields(result) > 0 else { return [] }
        return (0..<PQntuples(result)).map { String(cString: PQgetvalue(result, $0, 0)) }
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(bytes.count)
            bytes.append(contentsOf: text.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            var pointers = starts.map { buffer.baseAddress?.advanced(by: $0) }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
