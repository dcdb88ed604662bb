import GRDBSQLite

/// One SQLite connection, driven through the C API: on the hot path a write is a handful of
/// `sqlite3_bind` and one `sqlite3_step`, with nothing between.
final class SQLiteSession: WriterSession, ReaderSession {
    private let handle: OpaquePointer
    private let board: NotificationBoard
    private var statements: [String: SQLiteStatement] = [:]
    /// The same by where the text lies in memory: nearly all are literals, and a long text takes longer
    /// to hash than a short statement to run.
    private var statementsByPlace: [SQLText.Place: SQLiteStatement] = [:]
    private(set) var fate = TransactionFate.sound

    /// Prepared statements kept; a program has a few hundred texts. One more starts afresh.
    private static let statementsMax = 1_024
    private static let placesMax = 4_096

    init(handle: OpaquePointer, board: NotificationBoard) {
        self.handle = handle
        self.board = board
    }

    func close() { forgetStatements() }

    // MARK: - Connection

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        if let error = fate.error { throw error }
        let before = sqlite3_total_changes64(handle)
        try run(sql, arguments) { _ in true }
        return Int(sqlite3_total_changes64(handle) - before)
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ visit: (any Row) throws -> Bool) throws {
        if let error = fate.error { throw error }
        try run(sql, arguments, visit)
    }

    private func run(
        _ sql: String, _ arguments: [SQLValue], _ visit: (any Row) throws -> Bool
    ) throws {
        let (statement, isKept) = try claim(sql)
        defer { release(statement, isKept: isKept) }
        try bind(arguments, to: statement, sql)
        while true {
            switch sqlite3_step(statement.handle) {
            case SQLITE_ROW: if try !visit(statement) { return }
            case SQLITE_DONE: return
            case let code: throw note(code, sql)
            }
        }
    }

    // MARK: - ReaderSession

    func withSnapshot(_ body: (any Connection) throws -> Void) throws {
        fate = .sound
        try run("BEGIN DEFERRED", []) { _ in true }
        defer { rollBack() }
        try body(self)
    }

    // MARK: - WriterSession

    let epoch: Int64 = 0

    func executeLater(_ sql: String, _ arguments: [SQLValue]) throws {
        if let error = fate.error { throw error }
        try run(sql, arguments) { _ in true }
    }

    /// A file is always there; if its disk is not, the statements will say so.
    func connect() throws {}

    func begin() throws {
        fate = .sound
        try run("BEGIN IMMEDIATE", []) { _ in true }
    }

    func markSavepoint() throws {
        if let error = fate.error { throw error }
        try run("SAVEPOINT city", []) { _ in true }
    }

    func releaseSavepoint() throws { try run("RELEASE city", []) { _ in true } }

    func rollBackToSavepoint() throws {
        fate = .sound
        try run("ROLLBACK TO city", []) { _ in true }
        try run("RELEASE city", []) { _ in true }
    }

    func commit(notifying notifications: [StoreNotification]) throws {
        do {
            try run("COMMIT", []) { _ in true }
        } catch let error as StoreError {
            // A deferred constraint speaks up only now, and against one write of the group: alone,
            // the others will pass.
            if case .constraint = error { fate = .conflicted(error) }
            throw error
        }
        for notification in notifications { board.publish(notification) }
    }

    func rollBack() {
        fate = .sound
        guard sqlite3_get_autocommit(handle) == 0 else { return }
        // A rollback that fails leaves the transaction to the next one's begin, which then fails and
        // says why.
        try? run("ROLLBACK", []) { _ in true }
        fate = .sound
    }

    // MARK: - Statements

    private func claim(_ sql: String) throws -> (SQLiteStatement, isKept: Bool) {
        let place = SQLText.place(of: sql)
        // A place may hold another text by now; the same text at the same place is equal at a glance.
        if let place, let statement = statementsByPlace[place], statement.sql == sql {
            return try claim(statement)
        }
        if let statement = statements[sql] {
            if let place {
                // Texts that are made for one call lie elsewhere at the next.
                if statementsByPlace.count >= Self.placesMax { statementsByPlace = [:] }
                statementsByPlace[place] = statement
            }
            return try claim(statement)
        }
        let statement = try prepare(sql)
        if statements.count >= Self.statementsMax { forgetStatements() }
        statements[sql] = statement
        statement.isInUse = true
        return (statement, true)
    }

    private func claim(_ statement: SQLiteStatement) throws -> (SQLiteStatement, isKept: Bool) {
        guard !statement.isInUse else { return (try prepare(statement.sql), false) }
        statement.isInUse = true
        return (statement, true)
    }

    private func release(_ statement: SQLiteStatement, isKept: Bool) {
        guard isKept else { return statement.finalize() }
        sqlite3_reset(statement.handle)
        statement.isInUse = false
    }

    private func prepare(_ sql: String) throws -> SQLiteStatement {
        var prepared: OpaquePointer?
        var text = sql
        let (code, hasMore) = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    handle, characters.baseAddress, Int32(characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
                let used = tail.map { $0 - (characters.baseAddress ?? $0) } ?? characters.count
                let rest = bytes.dropFirst(used)
                return (code, rest.contains { !" \n\t;".utf8.contains($0) })
            }
        }
        guard code == SQLITE_OK else { throw note(code, sql) }
        guard let prepared, !hasMore else {
            if let prepared { sqlite3_finalize(prepared) }
            throw note(StoreError.failed(sql: sql, message: "one statement is expected"))
        }
        return try SQLiteStatement(sql, handle: prepared)
    }

    private func forgetStatements() {
        statementsByPlace = [:]
        for (sql, statement) in statements where !statement.isInUse {
            statement.finalize()
            statements[sql] = nil
        }
    }

    private func bind(
        _ arguments: [SQLValue], to statement: SQLiteStatement, _ sql: String
    ) throws {
        statement.bytes.reserve(for: arguments)
        for (position, argumentIndex) in statement.argumentIndexes.enumerated() {
            guard argumentIndex < arguments.count else {
                throw note(
                    .failed(sql: sql, message: "$\(argumentIndex + 1) has no argument"))
            }
            let code = statement.bind(arguments[argumentIndex], Int32(position + 1))
            guard code == SQLITE_OK else { throw note(code, sql) }
        }
    }

    // MARK: - Failures

    private func note(_ code: Int32, _ sql: String) -> StoreError {
        let error = translate(code, sql)
        let isUndone = sqlite3_get_autocommit(handle) != 0
        switch (code & 0xff, isUndone) {
        case (SQLITE_FULL, _), (SQLITE_IOERR, _), (_, true): fate = .undone(error)
        default: fate = .broken(error)
        }
        return error
    }

    private func note(_ error: StoreError) -> StoreError {
        fate = .broken(error)
        return error
    }

    private func translate(_ code: Int32, _ sql: String) -> StoreError {
        let message =
            code == SQLITE_MISMATCH
            ? "a text holds a NUL character" : String(cString: sqlite3_errmsg(handle))
        return switch code & 0xff {
        case SQLITE_FULL: .storageFull
        case SQLITE_CONSTRAINT: .constraint(message)
        case SQLITE_BUSY, SQLITE_LOCKED: .unavailable("another program holds the file: \(message)")
        case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT: .unavailable(message)
        default: .failed(sql: sql, message: message)
        }
    }
}
