import CLibPQ

/// What the server or the connection said when something went wrong.
struct PostgreSQLFailure: Error {
    /// Five characters, or empty when the connection itself failed.
    var sqlState: String
    /// The primary message only: the detail may hold values of rows.
    var message: String
    var sql: String
    var isConnectionLost: Bool

    init(result: OpaquePointer, connection: OpaquePointer, sql: String) {
        sqlState =
            PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        message =
            PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            ?? String(cString: PQresultErrorMessage(result)).firstLine
        self.sql = sql
        // FATAL and PANIC are the server's last words on a connection.
        let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))).map { $0.pointee }
        isConnectionLost =
            PQstatus(connection) == CONNECTION_BAD || severity == CChar(UInt8(ascii: "F"))
            || severity == CChar(UInt8(ascii: "P"))
    }

    /// A failure of the connection, which has no result to tell of it.
    init(connection: OpaquePointer?, sql: String) {
        sqlState = ""
        message = connection.map { String(cString: PQerrorMessage($0)).firstLine } ?? "no memory"
        self.sql = sql
        isConnectionLost = true
    }

    var error: StoreError {
        if isConnectionLost { return .unavailable(message) }
        return switch sqlState.prefix(2) {
        case "23": .constraint(message)
        case "53" where sqlState == "53100": .storageFull
        case "53", "57", "08": .unavailable(message)
        case "55" where sqlState == "55P03": .unavailable("another process holds the lock")
        default: .failed(sql: sql, message: "\(message) (\(sqlState))")
        }
    }

    /// What the failure leaves of an open transaction.
    /// - Parameter isOpening: the statement was to open the transaction, so no savepoint is there.
    func fate(isOpening: Bool) -> TransactionFate {
        if isConnectionLost { return .lost(error) }
        switch sqlState {
        case "40001", "40P01": return .conflicted(error)
        case _ where isStale: return .conflicted(error)
        case "53100": return .undone(error)
        default: return isOpening ? .undone(error) : .broken(error)
        }
    }

    /// A statement prepared before a migration, or on another server behind a pooler, must be
    /// prepared again.
    var isStale: Bool {
        sqlState == "26000" || (sqlState == "0A000" && message.contains("cached plan"))
    }
}

extension String {
    fileprivate var firstLine: String { String(prefix { $0 != "\n" }) }
}
