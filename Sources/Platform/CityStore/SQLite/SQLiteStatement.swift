import Foundation
import GRDBSQLite

/// A prepared statement, and the row that it stands on: visiting a million rows allocates nothing.
final class SQLiteStatement: Row {
    let handle: OpaquePointer
    let sql: String
    /// Where bound texts lie until they are bound again.
    let bytes = BoundBytes()
    /// For each of SQLite's parameters, which argument it takes: `$2` takes the second wherever it
    /// stands and however often.
    let argumentIndexes: [Int]
    let columnCount: Int
    /// A statement that is being visited cannot serve the query inside that visit.
    var isInUse = false

    init(_ sql: String, handle: OpaquePointer) throws {
        self.sql = sql
        self.handle = handle
        columnCount = Int(sqlite3_column_count(handle))
        argumentIndexes = try (0..<sqlite3_bind_parameter_count(handle)).map { parameter in
            let name = sqlite3_bind_parameter_name(handle, parameter + 1).map {
                String(cString: $0)
            }
            guard let name, name.hasPrefix("$"), let number = Int(name.dropFirst()), number > 0
            else {
                throw StoreError.failed(
                    sql: String(cString: sqlite3_sql(handle)),
                    message: "parameters are spelled $1, $2, …; this is \(name ?? "?")")
            }
            return number - 1
        }
    }

    func finalize() { sqlite3_finalize(handle) }

    /// - Precondition: `bytes` has room for it.
    func bind(_ value: SQLValue, _ parameter: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, parameter)
        case .integer(let integer): return sqlite3_bind_int64(handle, parameter, integer)
        case .real(let real): return sqlite3_bind_double(handle, parameter, real)
        case .text(var text):
            return text.withUTF8 { text in
                guard let start = text.baseAddress, !text.isEmpty else {
                    // A null pointer would bind NULL; an empty text is not that.
                    return sqlite3_bind_text(handle, parameter, "", 0, nil)
                }
                guard memchr(start, 0, text.count) == nil else { return SQLITE_MISMATCH }
                let copy = bytes.copy(UnsafeRawBufferPointer(text))
                return sqlite3_bind_text(
                    handle, parameter, copy.assumingMemoryBound(to: CChar.self),
                    Int32(text.count), nil)
            }
        case .blob(let blob):
            guard !blob.isEmpty else { return sqlite3_bind_zeroblob(handle, parameter, 0) }
            return blob.withUnsafeBytes {
                sqlite3_bind_blob(handle, parameter, bytes.copy($0), Int32($0.count), nil)
            }
        }
    }

    // MARK: - Row

    func isNull(_ column: Int) -> Bool { type(column) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 {
        precondition(type(column) == SQLITE_INTEGER, "column \(column) is no integer")
        return sqlite3_column_int64(handle, Int32(column))
    }

    /// Also takes an integer: an engine may answer `0` for the sum of no numbers.
    func real(_ column: Int) -> Double {
        let type = type(column)
        precondition(
            type == SQLITE_FLOAT || type == SQLITE_INTEGER, "column \(column) is no number")
        return sqlite3_column_double(handle, Int32(column))
    }

    func text(_ column: Int) -> String {
        precondition(type(column) == SQLITE_TEXT, "column \(column) is no text")
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func blob(_ column: Int) -> [UInt8] {
        precondition(type(column) == SQLITE_BLOB, "column \(column) is no blob")
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        guard let bytes = sqlite3_column_blob(handle, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private func type(_ column: Int) -> Int32 {
        precondition(column >= 0 && column < columnCount, "the row has no column \(column)")
        return sqlite3_column_type(handle, Int32(column))
    }
}

/// Room for the texts of one execution of a statement. SQLite reads them where they are: it would
/// allocate a copy of each.
final class BoundBytes {
    private var start: UnsafeMutableRawPointer?
    private var size = 0
    private var used = 0

    deinit { start?.deallocate() }

    /// What was copied before is no longer bound.
    func reserve(for arguments: [SQLValue]) {
        used = 0
        var needed = 0
        for argument in arguments {
            switch argument {
            case .text(let text): needed += text.utf8.count
            case .blob(let blob): needed += blob.count
            case .null, .integer, .real: break
            }
        }
        guard needed > size else { return }
        start?.deallocate()
        size = needed * 2
        start = .allocate(byteCount: size, alignment: 8)
    }

    func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        guard let start, let source = bytes.baseAddress, used + bytes.count <= size else {
            preconditionFailure("no room was reserved for \(bytes.count) bytes")
        }
        let place = start + used
        place.copyMemory(from: source, byteCount: bytes.count)
        used += bytes.count
        return place
    }
}

/// Where texts lie.
enum SQLText {
    struct Place: Hashable {
        var address: Int
        var count: Int
    }

    /// - Returns: `nil` for a text that has no place of its own.
    static func place(of sql: String) -> Place? {
        // Short texts stand in the variable itself.
        guard sql.utf8.count > 15 else { return nil }
        return sql.utf8.withContiguousStorageIfAvailable {
            Place(address: Int(bitPattern: $0.baseAddress), count: $0.count)
        }
    }
}
