import CLibPQ

/// One libpq connection in pipeline mode, on one thread.
///
/// Statements whose answer nobody needs yet (BEGIN, SAVEPOINT, RELEASE) are sent and left unread; the
/// next statement that is waited for fetches their answers too, so that a grouped write costs one
/// round trip instead of three.
final class PostgreSQLConnection {
    /// What the server still has to answer, in order.
    private enum Unread {
        case preparation(sql: String)
        case command(sql: String, isOpening: Bool, isDeferred: Bool)
        case sync
    }

    private struct Prepared {
        var name: String
        /// `nil` where the server infers, because one parameter got values of several kinds.
        var kinds: [PostgreSQLParameters.Kind?]
    }

    /// Prepared statements kept; a program has a few hundred texts. One more starts afresh.
    private static let statementsMax = 1_024
    /// Statements that a program repeats; the others (CREATE, SET) are not worth preparing.
    private static let preparable: Set<String> = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "BEGIN", "COMMIT", "ROLLBACK",
        "SAVEPOINT", "RELEASE",
    ]

    private let handle: OpaquePointer
    private var statements: [String: Prepared] = [:]
    private var statementNumber = 0
    private var parameters = PostgreSQLParameters()
    private var unread: [Unread] = []
    private(set) var isLost = false

    /// Its notices go to the address's log, which must outlive it.
    private let address: PostgreSQLAddress

    /// - Throws: `StoreError.unavailable` when the server does not answer.
    init(_ address: PostgreSQLAddress) throws {
        self.address = address
        handle = try address.connect()
        guard PQenterPipelineMode(handle) == 1 else {
            PQfinish(handle)
            throw StoreError.unavailable("the connection cannot pipeline")
        }
    }

    deinit { PQfinish(handle) }

    // MARK: - Statements

    /// Sends a statement and leaves its answer unread.
    /// - Parameters:
    ///   - isOpening: it opens a transaction, so that its failure leaves none.
    ///   - isDeferred: its failure is told while something else is waited for.
    func send(
        _ sql: String, _ arguments: [SQLValue] = [], isOpening: Bool = false,
        isDeferred: Bool = false
    ) throws {
        guard !isLost else { throw PostgreSQLFailure(connection: handle, sql: sql) }
        try parameters.fill(arguments, sql: sql)
        let firstWord = sql.prefix { $0.isLetter }.uppercased()
        let isSent: Bool
        if Self.preparable.contains(firstWord) {
            let name = try prepare(sql, arguments)
            isSent =
                parameters.send { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0)
                } == 1
        } else {
            isSent =
                parameters.send { count, values, lengths, formats in
                    PQsendQueryParams(handle, sql, count, nil, values, lengths, formats, 0)
                } == 1
        }
        guard isSent else { throw lose(sql) }
        unread.append(.command(sql: sql, isOpening: isOpening, isDeferred: isDeferred))
    }

    /// Ends a stretch of the pipeline: what failed before it does not stop what comes after.
    func sync() throws {
        guard !isLost, PQpipelineSync(handle) == 1 else { throw lose("sync") }
        unread.append(.sync)
    }

    /// Sends a statement and waits for every answer.
    /// - Returns: the last answer, which the caller clears.
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        try send(sql, arguments)
        guard PQsendFlushRequest(handle) == 1, let result = try readAll() else { throw lose(sql) }
        return result
    }

    /// Reads every answer that is due.
    /// - Returns: the result of the last command, which the caller clears.
    /// - Throws: `Refusal`, and the pipeline is clean again; `PostgreSQLFailure` when the connection
    ///   is lost.
    @discardableResult
    func readAll() throws -> OpaquePointer? {
        var last: OpaquePointer?
        do {
            let refusal = try readEach(keepingIn: &last)
            unread.removeAll(keepingCapacity: true)
            if let refusal { throw refusal }
            return last
        } catch {
            PQclear(last)
            throw error
        }
    }

    private func readEach(keepingIn last: inout OpaquePointer?) throws -> Refusal? {
        var refusal: Refusal?
        var index = 0
        while index < unread.count {
            switch unread[index] {
            case .sync: try readSync()
            case .preparation(let sql):
                var nothing: OpaquePointer?
                let isPrepared = try readOne(sql, false, &refusal, keepingIn: &nothing)
                PQclear(nothing)
                if !isPrepared { statements[sql] = nil }
            case .command(let sql, let isOpening, let isDeferred):
                PQclear(last)
                last = nil
                let wasSound = refusal == nil
                _ = try readOne(sql, isOpening, &refusal, keepingIn: &last)
                if wasSound { refusal?.isDeferred = isDeferred }
            }
            index += 1
            // After a refusal the server skips everything up to the next sync: see to one.
            if refusal != nil, index == unread.count, !endsWithSync { try sync() }
        }
        return refusal
    }

    private var endsWithSync: Bool {
        guard case .sync = unread.last else { return false }
        return true
    }

    private func readSync() throws {
        guard let result = PQgetResult(handle) else { throw lose("sync") }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw lose("sync") }
    }

    /// A refused statement, and whether it was to open the transaction.
    struct Refusal: Error {
        var failure: PostgreSQLFailure
        var isOpening: Bool
        var isDeferred = false
    }

    /// - Returns: whether the command succeeded.
    private func readOne(
        _ sql: String, _ isOpening: Bool, _ refusal: inout Refusal?,
        keepingIn kept: inout OpaquePointer?
    ) throws -> Bool {
        var isGood = true
        while let result = PQgetResult(handle) {
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                PQclear(kept)
                kept = result
            case PGRES_PIPELINE_ABORTED:
                isGood = false
                PQclear(result)
            default:
                isGood = false
                let failure = PostgreSQLFailure(result: result, connection: handle, sql: sql)
                PQclear(result)
                if failure.isConnectionLost {
                    isLost = true
                    throw failure
                }
                if failure.isStale { statements.removeAll() }
                refusal = refusal ?? Refusal(failure: failure, isOpening: isOpening)
            }
        }
        guard PQstatus(handle) == CONNECTION_OK else { throw lose(sql) }
        return isGood
    }

    private func lose(_ sql: String) -> PostgreSQLFailure {
        isLost = true
        return PostgreSQLFailure(connection: handle, sql: sql)
    }

    // MARK: - Preparing

    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> String {
        var kinds: [PostgreSQLParameters.Kind?]
        if let prepared = statements[sql] {
            guard let joined = Self.join(prepared.kinds, arguments) else { return prepared.name }
            kinds = joined
            // The old one stays with the server until the connection ends; kinds settle quickly.
        } else {
            kinds = arguments.map { PostgreSQLParameters.Kind($0) }
            if statements.count >= Self.statementsMax { try forgetStatements() }
        }
        statementNumber += 1
        let name = "s\(statementNumber)"
        let types = kinds.map { $0?.rawValue ?? 0 }
        guard PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1 else {
            throw lose(sql)
        }
        unread.append(.preparation(sql: sql))
        statements[sql] = Prepared(name: name, kinds: kinds)
        return name
    }

    /// - Returns: the kinds to declare anew, or `nil` when the present ones serve.
    private static func join(
        _ kinds: [PostgreSQLParameters.Kind?], _ arguments: [SQLValue]
    ) -> [PostgreSQLParameters.Kind?]? {
        var joined: [PostgreSQLParameters.Kind?]?
        for (index, argument) in arguments.enumerated() where index < kinds.count {
            guard let kind = kinds[index] else { continue }
            let wanted = PostgreSQLParameters.Kind.joined(kind, .init(argument))
            guard wanted != kind else { continue }
            joined = joined ?? kinds
            joined?[index] = wanted
        }
        return joined
    }

    private func forgetStatements() throws {
        statements.removeAll()
        guard PQsendQueryParams(handle, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 0) == 1 else {
            throw lose("DEALLOCATE ALL")
        }
        unread.append(.command(sql: "DEALLOCATE ALL", isOpening: false, isDeferred: false))
    }
}
