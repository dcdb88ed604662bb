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
        } catch {
            throw StoreError.unavailable("cannot open \(path): \(error)")
        }
    }

    private static func settings(for configuration: StoreConfiguration) -> Configuration {
        var settings = Configuration()
        settings.maximumReaderCount = max(1, configuration.readersMax) + backupReaders
        settings.busyMode = .timeout(lockedSecondsMax)
        settings.foreignKeysEnabled = true
        let synchronous = configuration.durability == .full ? "FULL" : "NORMAL"
        settings.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = \(synchronous);
                    PRAGMA cache_size = -16384;
                    PRAGMA mmap_size = 268435456;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA case_sensitive_like = ON;
                    PRAGMA journal_size_limit = 67108864;
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
