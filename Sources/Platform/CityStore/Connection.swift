package import CityKernel

/// A database connection inside `Store.read` or `Store.write`; never outlives that closure.
///
/// SQL is the portable part of both engines: `$1` parameters, `INSERT … ON CONFLICT … RETURNING`,
/// CTEs, integers of microseconds, JSON as text. Statements are prepared once and cached by text, so
/// write one constant text and bind what varies.
///
/// After a statement failed, every further one is refused, on both engines: what may fail and be
/// recovered from belongs in `Transaction.savepoint`. Texts hold no NUL character.
package protocol Connection: AnyObject {
    /// Runs a statement that returns no rows.
    /// - Returns: how many rows it changed.
    /// - Throws: `StoreError`.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a statement and hands over each row until `visit` returns `false`. PostgreSQL holds the
    /// whole result in memory meanwhile: read large tables in pages, by key.
    /// - Throws: `StoreError`, or what `visit` throws.
    func forEach(_ sql: String, _ arguments: [SQLValue], _ visit: (any Row) throws -> Bool) throws
}

/// A row while it is visited. Columns count from 0. Reading a column as another type than it has
/// is a programming error and stops the program.
package protocol Row {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func real(_ column: Int) -> Double
    func text(_ column: Int) -> String
    func blob(_ column: Int) -> [UInt8]
}

extension Row {
    package func int(_ column: Int) -> Int { Int(integer(column)) }
    package func bool(_ column: Int) -> Bool { integer(column) != 0 }
    package func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }
    package func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}

extension Connection {
    @discardableResult
    package func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    package func query<Value>(
        _ sql: String, _ arguments: [SQLValue] = [], _ decode: (any Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try forEach(sql, arguments) { row in
            values.append(try decode(row))
            return true
        }
        return values
    }

    /// The first row, decoded; `nil` when there is none.
    package func first<Value>(
        _ sql: String, _ arguments: [SQLValue] = [], _ decode: (any Row) throws -> Value
    ) throws -> Value? {
        var value: Value?
        try forEach(sql, arguments) { row in
            value = try decode(row)
            return false
        }
        return value
    }
}

/// A connection inside `Store.write`: all its statements commit together or not at all.
package protocol Transaction: Connection {
    /// When the transaction's work began; the same for all its rows.
    var now: Timestamp { get }

    /// Tells this group of writes, and this try at it, from all others of this process.
    var groupNumber: Int { get }

    /// Statements that may have changed rows since the transaction began.
    var statementCount: Int { get }

    /// Rises whenever another process has written since this one last did: what this process remembers
    /// of rows is true as long as the number stays. A file of SQLite has one process, and one number.
    var epoch: Int64 { get }

    /// Runs a statement whose count nobody asks for. On PostgreSQL nobody waits for its answer either:
    /// it travels with the statements that follow. A failure then undoes the whole group, and each of
    /// its writes runs again alone.
    func executeLater(_ sql: String, _ arguments: [SQLValue]) throws

    /// Runs `body` inside a savepoint: when it throws, its changes are undone and the transaction
    /// goes on.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Value

    /// Queues a message that leaves after the commit (see `Outbox`).
    func send(_ message: OutboxMessage) throws

    /// Queues one payload for many receivers.
    func send(_ circular: OutboxCircular) throws

    /// Runs `action` once the commit is durable and before the writer is answered, in commit order,
    /// in this process only. It must be quick: every writer waits for it.
    /// For wake-ups that may be lost in a crash; effects that may not use `send`.
    func afterCommit(_ action: @escaping @Sendable () -> Void)

    /// Wakes listeners of `channel` in every process after the commit. Channel and payload together
    /// take at most 7,900 bytes.
    func notify(_ channel: String, _ payload: String) throws
}
