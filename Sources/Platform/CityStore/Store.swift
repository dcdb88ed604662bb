package import CityKernel

/// Where a tenant's rows live.
package enum StoreLocation: Sendable, Hashable {
    /// A file; its directory must exist. WAL files stand beside it.
    case sqlite(path: String)
    /// A `postgres://` URL and the tenant's schema.
    case postgres(url: String, schema: String)
}

/// Where the store is, how durable it writes, and how much may wait.
package struct StoreConfiguration: Sendable {
    /// What an acknowledged write has survived.
    package enum Durability: String, Sendable {
        /// On disk (`synchronous=FULL`, `synchronous_commit=on`). The default.
        case full
        /// Handed to the operating system only: for bulk tests and demo replays.
        case relaxed
    }

    package var location: StoreLocation
    package var durability: Durability
    /// Connections for reading.
    package var readersMax: Int
    /// How many waiting writes one commit may carry.
    package var groupSizeMax: Int
    /// How many writes may wait; one more is refused with `StoreError.busy`.
    package var queueMax: Int

    package init(
        location: StoreLocation, durability: Durability = .full, readersMax: Int = 4,
        groupSizeMax: Int = 512, queueMax: Int = 65_536
    ) {
        self.location = location
        self.durability = durability
        self.readersMax = readersMax
        self.groupSizeMax = groupSizeMax
        self.queueMax = queueMax
    }
}

/// The tenant's database, whichever engine it is.
///
/// Writes wait in one queue and are committed in groups, so that many writers share one durable
/// sync; one that fails is undone alone. Reads run in parallel on a snapshot.
package protocol Store: AnyObject, Sendable {
    var location: StoreLocation { get }

    /// Brings the schema up to date. Applied migrations are compared by checksum.
    /// - Throws: `StoreError.migration`.
    func migrate(_ migrations: [Migration]) async throws

    /// Runs `body` and returns its value once the commit is durable. An error thrown by `body`
    /// undoes only its own changes. `body` may run again when its group is retried: it must have no
    /// effect but on the transaction. One write of a tenant runs at a time, in whichever process.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Runs `body` on a snapshot. Writing inside fails.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value

    /// Payloads notified on `channel` after their commits, from every process. Bounded: a listener
    /// that is too slow loses the oldest. An empty payload says that some may have been missed;
    /// the truth is in the database, look there.
    func listen(to channel: String) -> AsyncStream<String>

    /// Copies the database while it is in use into a new file, with its SHA-256 beside it
    /// (`path.sha256`). `progress` gets 0...1. `Stores.restore` reads it back.
    func backUp(to path: String, progress: @escaping @Sendable (Double) -> Void) async throws

    var health: StoreHealth { get }

    /// Waits for accepted writes, then closes every connection.
    func close() async
}

/// What the health page says of the database.
package struct StoreHealth: Sendable, Hashable {
    package enum State: String, Sendable { case ok, storageFull, unavailable, closed }

    package var state: State
    /// The engine's words about the last failure.
    package var lastFailure: String?
    package var lastFailureAt: Timestamp?
    package var lastCommitAt: Timestamp?
    package var waitingWrites: Int
    package var commits: Int64
    package var writes: Int64

    package init(
        state: State = .ok, lastFailure: String? = nil, lastFailureAt: Timestamp? = nil,
        lastCommitAt: Timestamp? = nil, waitingWrites: Int = 0, commits: Int64 = 0,
        writes: Int64 = 0
    ) {
        self.state = state
        self.lastFailure = lastFailure
        self.lastFailureAt = lastFailureAt
        self.lastCommitAt = lastCommitAt
        self.waitingWrites = waitingWrites
        self.commits = commits
        self.writes = writes
    }
}
