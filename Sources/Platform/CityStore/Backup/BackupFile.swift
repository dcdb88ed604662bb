import Foundation

/// The records of a PostgreSQL tenant's backup: a letter, a length, and as many bytes.
///
/// The file rebuilds its schema from the migrations that it carries, so that it can be read without
/// PostgreSQL's own tools and by any later version of them.
enum BackupRecord: UInt8 {
    /// First: what the file is.
    case header = 72  // H
    /// A migration: its name and its statements.
    case migration = 77  // M
    /// A table that begins: its name, then its columns.
    case table = 84  // T
    /// Rows of that table in PostgreSQL's COPY text.
    case rows = 68  // D
    /// A counter: table, column, last number, whether it was used.
    case sequence = 83  // S
    /// Last: the file is whole.
    case end = 90  // Z

    static let headerText = "cityos-backup 1 postgresql"
    /// Between the fields of a record; in no name and no number.
    static let separator: Character = "\u{1F}"
    /// Rows are gathered into records of about this size.
    static let rowsBytes = 1 << 18
    /// A record longer than this is damage: no row may be.
    static let bytesMax = 1 << 30
}

/// Writes records to a new file.
final class BackupWriter {
    private let file: FileHandle
    private var rows: [UInt8] = []

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw NewFile.failure("create", path) }
        self.file = file
    }

    func write(_ record: BackupRecord, _ fields: [String]) throws {
        try flushRows()
        try write(
            record, Array(fields.joined(separator: String(BackupRecord.separator)).utf8))
    }

    func append(rows bytes: UnsafeRawBufferPointer) throws {
        rows.append(contentsOf: bytes)
        if rows.count >= BackupRecord.rowsBytes { try flushRows() }
    }

    func finish() throws {
        try write(.end, [String]())
        do {
            try file.close()
        } catch {
            throw Self.translate(error)
        }
    }

    private func flushRows() throws {
        guard !rows.isEmpty else { return }
        try write(.rows, rows)
        rows.removeAll(keepingCapacity: true)
    }

    private func write(_ record: BackupRecord, _ bytes: [UInt8]) throws {
        let length = UInt32(bytes.count)
        var data = Data([record.rawValue])
        for shift in [24, 16, 8, 0] as [UInt32] { data.append(UInt8(length >> shift & 0xFF)) }
        data.append(contentsOf: bytes)
        do {
            try file.write(contentsOf: data)
        } catch {
            throw Self.translate(error)
        }
    }

    private static func translate(_ error: any Error) -> StoreError {
        let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
        return isFull ? .storageFull : .failed(sql: "", message: "cannot write: \(error)")
    }
}

/// Reads records back, in order.
final class BackupReader {
    private let path: String
    private let file: FileHandle

    init(path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.failed(sql: "", message: "cannot read \(path)")
        }
        self.path = path
        self.file = file
        guard let (record, bytes) = try next(), record == .header,
            String(decoding: bytes, as: UTF8.self) == BackupRecord.headerText
        else {
            throw StoreError.failed(
                sql: "", message: "\(path) is no backup of a PostgreSQL tenant of this program")
        }
    }

    /// - Returns: `nil` after the last record.
    func next() throws -> (BackupRecord, [UInt8])? {
        let head = try read(5)
        guard head.count == 5, let record = BackupRecord(rawValue: head[0]) else { throw damage }
        let length = head[1...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= BackupRecord.bytesMax else { throw damage }
        let bytes = try read(length)
        guard bytes.count == length else { throw damage }
        return record == .end ? nil : (record, bytes)
    }

    var damage: StoreError { .failed(sql: "", message: "\(path) is damaged or not whole") }

    private func read(_ count: Int) throws -> [UInt8] {
        guard count > 0 else { return [] }
        do {
            return Array(try file.read(upToCount: count) ?? Data())
        } catch {
            throw StoreError.failed(sql: "", message: "cannot read \(path)")
        }
    }
}
