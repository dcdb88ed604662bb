import Foundation
import GRDB

/// Copies a SQLite tenant while it is in use, and back into an empty place.
enum SQLiteBackup {
    /// Pages copied between two reports of progress: 4 MiB.
    private static let pagesPerStep: CInt = 1_024

    /// SQLite's online backup from a reader that stands on one snapshot, so that writers neither
    /// wait for it nor make it start over. The copy is checked before it gets its name.
    static func copy(
        from pool: DatabasePool, to path: String, progress: @escaping @Sendable (Double) -> Void
    ) throws {
        let file = try NewFile(path: path)
        do {
            let copy = try DatabaseQueue(path: file.partialPath)
            try pool.unsafeRead { source in
                try source.execute(sql: "BEGIN DEFERRED")
                defer {
                    // Ending a snapshot cannot lose anything.
                    try? source.execute(sql: "ROLLBACK")
                }
                _ = try Int.fetchOne(source, sql: "SELECT COUNT(*) FROM sqlite_master")
                try copy.writeWithoutTransaction { target in
                    try source.backup(to: target, pagesPerStep: pagesPerStep) { step in
                        progress(
                            Double(step.completedPageCount) / Double(max(1, step.totalPageCount)))
                    }
                }
            }
            try check(copy, named: path)
            try copy.close()
            try Fingerprint.write(of: file.partialPath, named: path)
            try file.finish()
        } catch {
            // What is left of it is removed by the next attempt, if not by this one.
            try? file.discard()
            throw translate(error)
        }
    }

    /// - Throws: `StoreError.failed` when the target is taken or the backup is damaged.
    static func restore(from path: String, to targetPath: String) throws {
        try Fingerprint.check(path)
        let file = try NewFile(path: targetPath)
        for beside in ["-wal", "-shm"]
        where FileManager.default.fileExists(atPath: targetPath + beside) {
            throw StoreError.failed(
                sql: "", message: "\(targetPath + beside) is left from another database")
        }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: file.partialPath)
            let copy = try DatabaseQueue(path: file.partialPath)
            try check(copy, named: path)
            try copy.close()
            try file.finish()
        } catch {
            // What is left of it is removed by the next attempt, if not by this one.
            try? file.discard()
            throw translate(error)
        }
    }

    private static func check(_ copy: DatabaseQueue, named path: String) throws {
        let findings = try copy.read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check(5)")
                + GRDB.Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(5).map {
                    row in
                    "a row of \(row["table"] as String? ?? "?") refers to nothing"
                }
        }
        guard findings == ["ok"] else {
            throw StoreError.failed(
                sql: "PRAGMA integrity_check",
                message: "\(path) is damaged: \(findings.joined(separator: "; "))")
        }
        let isCity = try copy.read { try $0.tableExists("store_migration") }
        guard isCity else {
            throw StoreError.failed(sql: "", message: "\(path) is no database of this program")
        }
    }

    private static func translate(_ error: any Error) -> StoreError {
        guard let error = error as? DatabaseError else { return StoreError(caught: error) }
        return switch error.resultCode {
        case .SQLITE_FULL: .storageFull
        default: .failed(sql: error.sql ?? "", message: error.message ?? "\(error.resultCode)")
        }
    }
}
