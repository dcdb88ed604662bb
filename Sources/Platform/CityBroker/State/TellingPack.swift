import CityKernel
import CityStore

/// Tellings of one series in about ten bytes each: what is as in the telling before is not written
/// again, times are differences, and a decimal is a whole number with its places.
struct TellingPack: Sendable, Hashable {
    /// A pack of this length is full. With its key it stays within a page of the database.
    static let bytesMax = 512

    private(set) var bytes: [UInt8]
    /// What the next telling is compared with; `nil` until a stored pack was read.
    private var last: Last?

    init() {
        bytes = []
        last = Last()
    }

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    init(_ tellings: [HistoryStore.Instance]) throws {
        self.init()
        for telling in tellings { try append(telling) }
    }

    var isEmpty: Bool { bytes.isEmpty }
    var isFull: Bool { bytes.count >= Self.bytesMax }

    fileprivate struct Last: Sendable, Hashable {
        var at: Int64 = 0
        var toldAt: Int64 = 0
        var source: Int64 = 0
        var kind: Int64 = 0
        var unit: String?
    }

    fileprivate enum Flag {
        static let isObserved: UInt8 = 1
        static let sameSource: UInt8 = 2
        static let sameKind: UInt8 = 4
        static let sameUnit: UInt8 = 8
        static let number: UInt8 = 16
        static let text: UInt8 = 32
        static let json: UInt8 = 48
        static let value: UInt8 = 48
        static let hasSubAttributes: UInt8 = 64
        /// The time of telling follows that of the telling before, rather than that of the value.
        static let toldInTurn: UInt8 = 128
    }

    /// - Throws: `StoreError.failed` when what is stored is damaged.
    mutating func append(_ telling: HistoryStore.Instance) throws {
        var before: Last
        if let last { before = last } else { before = try readAll().last }
        let columns = telling.columns
        var flags: UInt8 = columns.observedAt == nil ? 0 : Flag.isObserved
        if telling.source == before.source { flags |= Flag.sameSource }
        if columns.kind == before.kind { flags |= Flag.sameKind }
        if columns.unit == before.unit { flags |= Flag.sameUnit }
        if columns.number != nil {
            flags |= Flag.number
        } else if columns.text != nil {
            flags |= Flag.text
        } else if columns.json != nil {
            flags |= Flag.json
        }
        if columns.subAttributes != nil { flags |= Flag.hasSubAttributes }
        let inTurn = telling.toldAt &- before.toldAt
        let behind = (telling.toldAt &- telling.at) &- (before.toldAt &- before.at)
        if inTurn.magnitude < behind.magnitude { flags |= Flag.toldInTurn }
        bytes.append(flags)
        bytes.append(signed: telling.at &- before.at)
        bytes.append(signed: flags & Flag.toldInTurn == 0 ? behind : inTurn)
        if flags & Flag.sameSource == 0 { bytes.append(signed: telling.source) }
        if flags & Flag.sameKind == 0 { bytes.append(signed: columns.kind) }
        if flags & Flag.sameUnit == 0 { bytes.append(optional: columns.unit) }
        if let number = columns.number {
            bytes.append(number: number)
        } else if let text = columns.text ?? columns.json {
            bytes.append(text: text)
        }
        if let text = columns.subAttributes { bytes.append(text: text) }
        before = Last(
            at: telling.at, toldAt: telling.toldAt, source: telling.source, kind: columns.kind,
            unit: columns.unit)
        last = before
    }

    /// In the order in which they were added.
    /// - Throws: `StoreError.failed` when what is stored is damaged.
    func tellings() throws -> [HistoryStore.Instance] { try readAll().tellings }

    private func readAll() throws -> (tellings: [HistoryStore.Instance], last: Last) {
        var tellings: [HistoryStore.Instance] = []
        var last = Last()
        tellings.reserveCapacity(bytes.count / 8)
        try bytes.withUnsafeBufferPointer { buffer in
            var reader = PackReader(buffer)
            while !reader.isAtEnd { tellings.append(try reader.telling(after: &last)) }
        }
        return (tellings, last)
    }
}

// MARK: - Bytes

extension [UInt8] {
    /// Seven bits a byte, the lowest first.
    fileprivate mutating func append(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign are short.
    fileprivate mutating func append(signed value: Int64) {
        append(unsigned: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    fileprivate mutating func append(text: String) {
        append(unsigned: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    /// 0 for none, else one more than the length.
    fileprivate mutating func append(optional text: String?) {
        guard let text else { return append(unsigned: 0) }
        append(unsigned: UInt64(text.utf8.count) + 1)
        append(contentsOf: text.utf8)
    }

    /// 0 and the eight bytes of the number; or, for a decimal, one more than its digits with the
    /// places after the point in the lowest two bits.
    fileprivate mutating func append(number: Double) {
        for (places, scale) in PackedDecimal.scales.enumerated() {
            guard let digits = Int64(exactly: (number * scale).rounded()),
                digits.magnitude <= PackedDecimal.digitsMax,
                (Double(digits) / scale).bitPattern == number.bitPattern
            else { continue }
            let zigzag = UInt64(bitPattern: (digits << 1) ^ (digits >> 63))
            return append(unsigned: (zigzag << 2 | UInt64(places)) + 1)
        }
        append(0)
        Swift.withUnsafeBytes(of: number.bitPattern.littleEndian) { append(contentsOf: $0) }
    }
}

private enum PackedDecimal {
    /// Up to three places after the point, as gauges tell.
    static let scales = [1.0, 10, 100, 1_000]
    static let digitsMax: UInt64 = 1 << 40
}

private struct PackReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func telling(
        after last: inout TellingPack.Last
    ) throws -> HistoryStore.Instance {
        let flags = try byte()
        let at = last.at &+ (try signed())
        let told = try signed()
        let toldAt =
            flags & TellingPack.Flag.toldInTurn == 0
            ? at &+ (last.toldAt &- last.at) &+ told : last.toldAt &+ told
        last.at = at
        last.toldAt = toldAt
        if flags & TellingPack.Flag.sameSource == 0 { last.source = try signed() }
        if flags & TellingPack.Flag.sameKind == 0 { last.kind = try signed() }
        if flags & TellingPack.Flag.sameUnit == 0 { last.unit = try optionalText() }
        var columns = AttributeColumns(
            kind: last.kind, unit: last.unit,
            observedAt: flags & TellingPack.Flag.isObserved == 0 ? nil : at)
        switch flags & TellingPack.Flag.value {
        case TellingPack.Flag.number: columns.number = try number()
        case TellingPack.Flag.text: columns.text = try text()
        case TellingPack.Flag.json: columns.json = try text()
        default: break
        }
        if flags & TellingPack.Flag.hasSubAttributes != 0 { columns.subAttributes = try text() }
        return HistoryStore.Instance(columns, at: at, toldAt: toldAt, source: last.source)
    }

    private mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw Self.damaged }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func unsigned() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { throw Self.damaged }
        }
    }

    private mutating func signed() throws -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private mutating func text() throws -> String { try text(length: try unsigned()) }

    private mutating func optionalText() throws -> String? {
        let length = try unsigned()
        return length == 0 ? nil : try text(length: length - 1)
    }

    private mutating func text(length: UInt64) throws -> String {
        guard length <= UInt64(bytes.count - position) else { throw Self.damaged }
        let end = position + Int(length)
        defer { position = end }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func number() throws -> Double {
        let packed = try unsigned()
        guard packed == 0 else {
            let zigzag = (packed - 1) >> 2
            let digits = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
            return Double(digits) / PackedDecimal.scales[Int((packed - 1) & 3)]
        }
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bits |= UInt64(try byte()) << shift
        }
        return Double(bitPattern: bits)
    }

    private static var damaged: StoreError {
        .failed(sql: "broker_history_run", message: "a pack of readings is damaged")
    }
}
