import GRDBSQLite

/// A prepared statement, and the row that it stands on: visiting a million rows allocates nothing.
final class SQLiteStatement: Row {
    let handle: OpaquePointer
    /// For each of SQLite's parameters, which argument it takes: `$2` takes the second wherever it
    /// stands and however often.
    let argumentIndexes: [Int]
    let columnCount: Int
    /// A statement that is being visited cannot serve the query inside that visit.
    var isInUse = false

    init(handle: OpaquePointer) throws {
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
