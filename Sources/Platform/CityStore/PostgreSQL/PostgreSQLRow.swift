import CLibPQ

/// The row of a result that is being visited; one instance serves all rows of a query.
final class PostgreSQLRow: Row {
    private let result: OpaquePointer
    private let columnCount: Int32
    var index: Int32 = 0

    init(result: OpaquePointer) {
        self.result = result
        columnCount = PQnfields(result)
    }

    func isNull(_ column: Int) -> Bool {
        precondition(column >= 0 && column < columnCount, "the row has no column \(column)")
        return PQgetisnull(result, index, Int32(column)) == 1
    }

    /// Also reads what PostgreSQL calls a boolean (`EXISTS`) or a numeric (`SUM` of integers).
    func integer(_ column: Int) -> Int64 {
        let bytes = bytes(column)
        if bytes.count == 1 {
            switch bytes[0] {
            case UInt8(ascii: "t"): return 1
            case UInt8(ascii: "f"): return 0
            default: break
            }
        }
        guard let value = Self.integer(bytes) else {
            preconditionFailure("column \(column) is no integer")
        }
        return value
    }

    func real(_ column: Int) -> Double {
        guard let value = Double(text(column)) else {
            preconditionFailure("column \(column) is no number")
        }
        return value
    }

    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    /// PostgreSQL spells a blob `\x00ff…`.
    func blob(_ column: Int) -> [UInt8] {
        let bytes = bytes(column)
        precondition(
            bytes.count >= 2 && bytes[0] == UInt8(ascii: "\\") && bytes[1] == UInt8(ascii: "x"),
            "column \(column) is no blob")
        let count = (bytes.count - 2) / 2
        return [UInt8](unsafeUninitializedCapacity: count) { blob, filled in
            for index in 0..<count {
                blob[index] =
                    Self.nibble(bytes[2 + index * 2]) << 4 | Self.nibble(bytes[3 + index * 2])
            }
            filled = count
        }
    }

    private func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(!isNull(column), "column \(column) is null")
        guard let start = PQgetvalue(result, index, Int32(column)) else {
            preconditionFailure("column \(column) has no value")
        }
        let count = Int(PQgetlength(result, index, Int32(column)))
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    private static func nibble(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
    }

    private static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        var digits = bytes[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        // Counted below zero, because the most negative number has no positive twin.
        var value: Int64 = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tenfold.subtractingReportingOverflow(Int64(digit - 48))
            guard !overflows, !overflowsToo else { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
