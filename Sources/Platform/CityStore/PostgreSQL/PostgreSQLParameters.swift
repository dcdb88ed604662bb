import CLibPQ

/// The arguments of one statement in libpq's form, in buffers that the connection keeps.
struct PostgreSQLParameters {
    /// What a parameter is declared as when its statement is prepared. Declared types keep
    /// `observed_at >= $1 - 60` from being read as 32-bit arithmetic.
    enum Kind: UInt32 {
        /// Only nulls were seen: the server infers.
        case unknown = 0
        case integer = 20
        case real = 701
        case text = 25
        case blob = 17

        init(_ value: SQLValue) {
            self =
                switch value {
                case .null: .unknown
                case .integer: .integer
                case .real: .real
                case .text: .text
                case .blob: .blob
                }
        }

        /// The declaration that serves both; `nil` when the server must infer it from the column.
        static func joined(_ left: Kind, _ right: Kind) -> Kind? {
            switch (left, right) {
            case (.unknown, let other), (let other, .unknown): other
            case _ where left == right: left
            case (.integer, .real), (.real, .integer): .real
            default: nil
            }
        }
    }

    private var bytes: [UInt8] = []
    /// Where each value starts in `bytes`; -1 is null.
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// - Throws: `StoreError.failed` when a text holds a NUL character, which no text may.
    mutating func fill(_ arguments: [SQLValue], sql: String) throws {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for argument in arguments {
            let start = bytes.count
            var isNull = false
            var format: Int32 = 0
            switch argument {
            case .null: isNull = true
            case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
            case .real(let real): bytes.append(contentsOf: "\(real)".utf8)
            case .text(let text):
                bytes.append(contentsOf: text.utf8)
                guard !bytes[start...].contains(0) else {
                    throw StoreError.failed(sql: sql, message: "a text holds a NUL character")
                }
            case .blob(let blob):
                bytes.append(contentsOf: blob)
                format = 1
            }
            starts.append(isNull ? -1 : start)
            lengths.append(Int32(bytes.count - start))
            formats.append(format)
            bytes.append(0)
        }
    }

    typealias Send = (
        _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
        _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
    ) -> Int32

    func send(_ body: Send) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            let values = starts.map { start in
                start < 0
                    ? nil
                    : buffer.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(
                            Int32(values.count), values.baseAddress, lengths.baseAddress,
                            formats.baseAddress)
                    }
                }
            }
        }
    }
}
