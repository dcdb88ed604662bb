import Foundation
import GRDB
import GRDBSQLite

/// SQLite through GRDB's pool: WAL, one writer, readers on snapshots.
final class SQLiteEngine: Engine {
    let location: StoreLocation
    let dialect = Dialect.sqlite
    let board = NotificationBoard()
    private let pool: DatabasePool

    /// Another program (a backup command) may hold the file's lock this long.
    private static let lockedSecondsMax = 5.0
    /// One reader more than asked for, so that a backup waits for nobody.
    private static let backupReaders = 1

    init(_ configuration: StoreConfiguration) throws {
        guard case .sqlite(let path) = configuration.location else {
            preconditionFailure("SQLite is asked to open \(configuration.location)")
        }
        location = configuration.location
        do {
            pool = try DatabasePool(
                path: path, configuration: Self.settings(for: configuration))
            try Self.setDurability(configuration.durability, of: pool)
        } catch {
            throw StoreError.unavailable("cannot open \(path): \(error)")
        }
    }

    /// GRDB turns `synchronous` down to NORMAL when it sets up the WAL, after our settings: a commit
    /// would then be answered before it is on disk. So it is set last, and read back.
    private static func setDurability(
        _ durability: StoreConfiguration.Durability, of pool: DatabasePool
    ) throws {
        let wanted = durability == .full ? 2 : 1
        let found = try pool.writeWithoutTransaction { database in
            // The writer holds the ends of many series at once.
            try database.execute(
                sql: "PRAGMA cache_size = -65536; PRAGMA synchronous = \(wanted)")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard found == wanted else {
            throw StoreError.unavailable("SQLite does not take synchronous = \(wanted)")
        }
    }

    private static func settings(for configuration: StoreConfiguration) -> Configuration {
        var settings = Configuration()
        settings.maximumReaderCount = max(1, configuration.readersMax) + backupReaders
        settings.busyMode = .timeout(lockedSecondsMax)
        settings.foreignKeysEnabled = true
        settings.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA cache_size = -16384;
                    PRAGMA mmap_size = 67108864;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA case_sensitive_like = ON;
                    PRAGMA journal_size_limit = 67108864;
                    PRAGMA wal_autocheckpoint = 8192;
                    """)
        }
        return settings
    }

    func withWriter(_ work: (any WriterSession) -> Void) {
        pool.writeWithoutTransaction { database in
            let session = SQLiteSession(handle: Self.handle(of: database), board: board)
            defer { session.close() }
            work(session)
        }
    }

    /// The snapshot is ours to begin and to end, hence "unsafe".
    func withReader(_ work: (any ReaderSession) -> Void) throws {
        do {
            try pool.unsafeRead { database in
                let session = SQLiteSession(handle: Self.handle(of: database), board: board)
                defer { session.close() }
                work(session)
            }
        } catch {
            throw StoreError.unavailable("\(error)")
        }
    }

    /// Everything happens in this process: the writer tells the board itself.
    func startListening() {}

    func backUp(to path: String, progress: @escaping @Sendable (Double) -> Void) throws {
        try SQLiteBackup.copy(from: pool, to: path, progress: progress)
    }

    func close() async {
        // The sessions are closed; a pool that still cannot close leaves its file to the next start,
        // which recovers from the WAL.
        try? pool.close()
    }

    /// The raw connection, without GRDB's authorizer: it records every compilation for a reader
    /// that we never are.
    static func handle(of database: Database) -> OpaquePointer {
        guard let handle = database.sqliteConnection else {
            preconditionFailure("GRDB handed over a closed connection")
        }
        sqlite3_set_authorizer(handle, nil, nil)
        return handle
    }
}
