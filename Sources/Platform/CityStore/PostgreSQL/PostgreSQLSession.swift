import CLibPQ
import CityKernel
import Foundation

/// A tenant's connection for writing or for reading, opened anew whenever it was lost.
final class PostgreSQLSession: WriterSession, ReaderSession {
    private let address: PostgreSQLAddress
    private let health: HealthBook
    private var connection: PostgreSQLConnection?
    private var isKnownUnreachable = false
    private(set) var fate = TransactionFate.sound
    /// The number of the writer's sequence when this process took it.
    private(set) var epoch: Int64 = -1
    private var isEpochTaken = false

    /// Seconds to wait before each try to reach a server that restarts; then its writes are refused,
    /// and each later group tries once.
    private static let reconnectWaits = [0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6]

    init(_ address: PostgreSQLAddress, health: HealthBook) {
        self.address = address
        self.health = health
    }

    // MARK: - Connection

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(sql, arguments) { result in
            let isQuery = PQcmdStatus(result).map { String(cString: $0).hasPrefix("SELECT") }
            return isQuery == true ? 0 : Int(String(cString: PQcmdTuples(result))) ?? 0
        }
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ visit: (any Row) throws -> Bool) throws {
        try run(sql, arguments) { result in
            let row = PostgreSQLRow(result: result)
            for index in 0..<PQntuples(result) {
                row.index = index
                if try !visit(row) { return }
            }
        }
    }

    private func run<Value>(
        _ sql: String, _ arguments: [SQLValue], _ visit: (OpaquePointer) throws -> Value
    ) throws -> Value {
        if let error = fate.error { throw error }
        let result: OpaquePointer
        do {
            result = try open().run(sql, arguments)
        } catch {
            throw note(error, sql)
        }
        defer { PQclear(result) }
        return try visit(result)
    }

    // MARK: - ReaderSession

    /// A snapshot whose connection proves dead is taken once more on a new one.
    func withSnapshot(_ body: (any Connection) throws -> Void) throws {
        do {
            try readOnce(body)
        } catch {
            guard case .lost = fate else { throw error }
            try readOnce(body)
        }
    }

    private func readOnce(_ body: (any Connection) throws -> Void) throws {
        try connect()
        do {
            try send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", isOpening: true)
            try body(self)
            try endSnapshot()
        } catch {
            // The body's error matters more than that its snapshot could not be ended.
            try? endSnapshot()
            throw error
        }
    }

    /// The answer is left for the next reader: nobody waits for the end of a snapshot.
    private func endSnapshot() throws {
        guard let connection, !connection.isLost else { return }
        do {
            try connection.send("ROLLBACK")
            try connection.sync()
        } catch {
            throw note(error, "ROLLBACK")
        }
    }

    // MARK: - WriterSession

    func connect() throws {
        fate = .sound
        if let connection, !connection.isLost { return }
        connection = nil
        var last = StoreError.unavailable("")
        for wait in isKnownUnreachable ? [0] : Self.reconnectWaits {
            if wait > 0 { Thread.sleep(forTimeInterval: wait) }
            do {
                connection = try PostgreSQLConnection(address)
                // The server may have come back without the last that it acknowledged to others.
                isEpochTaken = false
                isKnownUnreachable = false
                health.enterReachable()
                return
            } catch {
                last = StoreError(caught: error)
            }
        }
        isKnownUnreachable = true
        health.enter(last)
        throw last
    }

    /// Takes the tenant's lock with the transaction: as on SQLite one write of a tenant runs at a
    /// time, so a body may read, decide and write without races, and row numbers follow the commits.
    /// READ COMMITTED, because a snapshot taken before the lock was granted would be stale.
    func begin() throws {
        fate = .sound
        try send(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", isOpening: true)
        try send("SELECT pg_advisory_xact_lock($1)", [.integer(address.lockKey)], isOpening: true)
        try readEpoch()
    }

    /// Every process that writes after another one takes the next number of a sequence, under the
    /// tenant's lock: whoever finds its own number there has been alone since.
    private func readEpoch() throws {
        let sequence = PostgreSQLAddress.writerSequence
        let present = try number("SELECT last_value FROM \(sequence)")
        if isEpochTaken, present == epoch { return }
        epoch = try number("SELECT nextval('\(sequence)')") ?? epoch
        isEpochTaken = true
    }

    private func number(_ sql: String) throws -> Int64? {
        try run(sql, []) { result in Int64(String(cString: PQgetvalue(result, 0, 0))) }
    }

    func executeLater(_ sql: String, _ arguments: [SQLValue]) throws {
        if let error = fate.error { throw error }
        try send(sql, arguments, isDeferred: true)
    }

    func markSavepoint() throws {
        if let error = fate.error { throw error }
        try send("SAVEPOINT city")
    }

    func releaseSavepoint() throws { try send("RELEASE SAVEPOINT city") }

    func rollBackToSavepoint() throws {
        fate = .sound
        try send("ROLLBACK TO SAVEPOINT city")
        try send("RELEASE SAVEPOINT city")
    }

    func commit(notifying notifications: [StoreNotification]) throws {
        if !notifications.isEmpty {
            let payloads = notifications.map {
                JSONValue.string(PostgreSQLListener.payload(of: $0))
            }
            try send(
                """
                SELECT pg_notify($1, payload) FROM json_array_elements_text($2::json) AS payload
                """,
                [.text(address.channel), .text(JSONValue.array(payloads).text)])
        }
        do {
            let connection = try open()
            try connection.send("COMMIT")
            try connection.sync()
            let result = try connection.readAll()
            defer { PQclear(result) }
            let answer = result.flatMap { PQcmdStatus($0) }.map { String(cString: $0) }
            guard answer == "COMMIT" else {
                throw StoreError.failed(sql: "COMMIT", message: "answered \(answer ?? "nothing")")
            }
        } catch {
            throw noteCommit(error)
        }
    }

    func rollBack() {
        fate = .sound
        guard let connection, !connection.isLost else { return }
        do {
            try connection.send("ROLLBACK")
            try connection.sync()
            PQclear(try connection.readAll())
        } catch {
            // The server undoes what a closed connection left open.
            self.connection = nil
        }
    }

    // MARK: - Failures

    private func send(
        _ sql: String, _ arguments: [SQLValue] = [], isOpening: Bool = false,
        isDeferred: Bool = false
    ) throws {
        do {
            try open().send(sql, arguments, isOpening: isOpening, isDeferred: isDeferred)
        } catch {
            throw note(error, sql)
        }
    }

    private func open() throws -> PostgreSQLConnection {
        guard let connection else { throw PostgreSQLFailure(connection: nil, sql: "") }
        return connection
    }

    private func note(_ error: any Error, _ sql: String) -> StoreError {
        switch error {
        case let refusal as PostgreSQLConnection.Refusal:
            fate = refusal.failure.fate(isOpening: refusal.isOpening)
            // The write that is running now is not the one that failed.
            if refusal.isDeferred, case .broken(let error) = fate { fate = .conflicted(error) }
        case let failure as PostgreSQLFailure:
            fate = .lost(failure.error)
        default:
            fate = .broken(StoreError(caught: error))
        }
        return fate.error ?? StoreError(caught: error)
    }

    /// A connection that went after COMMIT was sent leaves its outcome unknown. A deferred constraint
    /// speaks up only now, and against one write of the group: alone, the others will pass.
    private func noteCommit(_ error: any Error) -> StoreError {
        let noted = note(error, "COMMIT")
        switch (fate, noted) {
        case (.lost, _): fate = .unknown(noted)
        case (_, .constraint): fate = .conflicted(noted)
        default: break
        }
        return noted
    }
}
