import CityKernel

/// What differs between SQLite and PostgreSQL; everything else of a store is shared.
protocol Engine: AnyObject, Sendable {
    var location: StoreLocation { get }
    var dialect: Dialect { get }

    /// Lends the writing connection for as long as `work` runs, on the writer's thread.
    func withWriter(_ work: (any WriterSession) -> Void)

    /// Lends a reading connection for as long as `work` runs, on a reader's thread.
    /// - Throws: `StoreError.unavailable` when none can be opened; then `work` did not run.
    func withReader(_ work: (any ReaderSession) -> Void) throws

    /// Who listens in this process. The engine publishes to it after each commit.
    var board: NotificationBoard { get }

    /// Starts what hears other processes, if the engine knows any.
    func startListening()

    /// Blocks while it copies the database into a new file at `path`.
    func backUp(to path: String, progress: @escaping @Sendable (Double) -> Void) throws

    /// Called once every session is closed.
    func close() async
}

/// A connection that reads one snapshot at a time.
protocol ReaderSession: AnyObject {
    /// Runs `body` between the begin and the end of a read-only snapshot.
    func withSnapshot(_ body: (any Connection) throws -> Void) throws
}

/// The one connection that writes.
protocol WriterSession: Connection {
    /// What the last failure did to the open transaction.
    var fate: TransactionFate { get }

    /// As `Transaction.epoch`; read when a transaction begins.
    var epoch: Int64 { get }

    /// Opens the connection unless it is open.
    func connect() throws
    func begin() throws
    /// Sends a statement; its failure may show at any later one, up to the commit.
    func executeLater(_ sql: String, _ arguments: [SQLValue]) throws
    func markSavepoint() throws
    func releaseSavepoint() throws
    /// Undoes what follows the latest savepoint and forgets it.
    func rollBackToSavepoint() throws
    /// Makes the transaction durable and wakes the listeners of `notifications`.
    func commit(notifying notifications: [StoreNotification]) throws
    /// Leaves the transaction; never fails, for the connection may be gone.
    func rollBack()
}

/// How an open transaction stands. `WriterSession` sets it at each failure, because the body that
/// met the failure may have caught the error or wrapped it in one of its own.
enum TransactionFate: Sendable, Hashable {
    case sound
    /// A statement failed; only rolling back to a savepoint mends it. PostgreSQL refuses every
    /// statement in this state, and SQLite is held to the same rule so that code runs on both.
    case broken(StoreError)
    /// The engine lost a race with another transaction; the same work may succeed when run again.
    case conflicted(StoreError)
    /// The engine undid the whole transaction: the disk is full or faulty.
    case undone(StoreError)
    /// The connection is gone, and with it the transaction.
    case lost(StoreError)
    /// The connection went while committing: nobody knows whether it is stored.
    case unknown(StoreError)

    var error: StoreError? {
        switch self {
        case .sound: nil
        case .broken(let error), .conflicted(let error), .undone(let error), .lost(let error),
            .unknown(let error):
            error
        }
    }
}

/// A wake-up for listeners, in this process or in all of them.
struct StoreNotification: Sendable, Hashable {
    var channel: String
    var payload: String

    /// PostgreSQL carries at most 7,999 bytes, of which the channel's name takes its part.
    static let bytesMax = 7_900
}
