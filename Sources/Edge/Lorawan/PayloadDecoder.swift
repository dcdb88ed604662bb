package import CityKernel

/// How the bytes of a device become named values; configuration, not code.
package enum PayloadDecoder: Sendable, Hashable {
    /// The device sends names and values itself, or the network server has decoded them.
    case none
    case fields([PayloadField])
    case cayenneLPP

    package static let fieldsMax = 40
    package static let payloadBytesMax = 1_024

    /// Names and values in the order of the configuration. A field that lies beyond the payload is
    /// left out: many devices send short and long messages.
    /// - Throws: `DeviceRefusal` when nothing can be read at all.
    func decode(_ bytes: [UInt8], port: Int?) throws(DeviceRefusal) -> [Measured] {
        guard bytes.count <= Self.payloadBytesMax else { throw .payloadTooLarge }
        switch self {
        case .none: throw .noDecoder
        case .cayenneLPP: return try CayenneLPP.decode(bytes)
        case .fields(let fields):
            let values = fields.filter { $0.port == nil || $0.port == port }
                .compactMap { field in
                    field.value(in: bytes).map { Measured(name: field.name, value: $0) }
                }
            guard !values.isEmpty else { throw .payloadTooShort }
            return values
        }
    }
}

/// One number or flag inside a payload.
package struct PayloadField: Sendable, Hashable {
    package static let lengthRange = 1...8

    package var name: String
    /// Only on this LoRaWAN port; `nil` for every one.
    package var port: Int?
    /// Bytes before it.
    package var offset: Int
    /// Bytes of it.
    package var length: Int
    package var isLittleEndian: Bool
    package var isSigned: Bool
    /// Bits of the number read, counted from the lowest: `first` … `first + count - 1`.
    package var bitFirst: Int?
    package var bitCount: Int?
    package var scale: Double

    /// - Throws: `Problem` naming the setting.
    package init(
        name: String, port: Int? = nil, offset: Int, length: Int, isLittleEndian: Bool = false,
        isSigned: Bool = false, bitFirst: Int? = nil, bitCount: Int? = nil, scale: Double = 1
    ) throws(Problem) {
        guard !name.isEmpty, name.count <= AttributeName.charactersMax else {
            throw SettingFault.problem(
                "field", "項目の名前がありません", remedy: "例: temperature のように入れてください。")
        }
        guard (0..<PayloadDecoder.payloadBytesMax).contains(offset),
            Self.lengthRange.contains(length)
        else {
            throw SettingFault.problem(
                name, "位置は0から、長さは1〜8バイトです", remedy: "装置の説明書の表から写してください。")
        }
        if let port, !(1...255).contains(port) {
            throw SettingFault.problem(name, "ポートは1〜255です", remedy: "すべてなら空にしてください。")
        }
        if bitFirst != nil || bitCount != nil {
            guard let first = bitFirst, let count = bitCount, first >= 0, count >= 1,
                count <= length * 8, first <= length * 8 - count
            else {
                throw SettingFault.problem(
                    name, "ビットの位置が長さに入りません",
                    remedy: "最下位を0として、始まりと個数を両方入れてください。")
            }
        }
        guard scale.isFinite, scale != 0 else {
            throw SettingFault.problem(
                name, "倍率は0でない数にしてください", remedy: "そのままの値なら1にしてください。")
        }
        self.name = name
        self.port = port
        self.offset = offset
        self.length = length
        self.isLittleEndian = isLittleEndian
        self.isSigned = isSigned
        self.bitFirst = bitFirst
        self.bitCount = bitCount
        self.scale = scale
    }

    /// - Returns: `nil` when the payload ends before it.
    func value(in bytes: [UInt8]) -> JSONValue? {
        guard offset + length <= bytes.count else { return nil }
        let part = bytes[offset..<(offset + length)]
        var raw: UInt64 = 0
        for byte in isLittleEndian ? Array(part.reversed()) : Array(part) {
            raw = raw << 8 | UInt64(byte)
        }
        var width = length * 8
        if let first = bitFirst, let count = bitCount {
            raw >>= UInt64(first)
            if count < 64 { raw &= (1 << UInt64(count)) - 1 }
            width = count
        }
        let whole = isSigned ? Self.signed(raw, bits: width) : Int64(clamping: raw)
        guard scale != 1 else { return .integer(whole) }
        let value = Double(whole) * scale
        return .number((value * 1e9).rounded() / 1e9)
    }

    private static func signed(_ raw: UInt64, bits: Int) -> Int64 {
        let unused = UInt64(64 - bits)
        return Int64(bitPattern: raw << unused) >> Int64(unused)
    }
}

// MARK: - Configuration as JSON

extension PayloadDecoder {
    var json: JSONValue {
        switch self {
        case .none: ["kind": "none"]
        case .cayenneLPP: ["kind": "cayenneLPP"]
        case .fields(let fields):
            ["kind": "fields", "fields": .array(fields.map(\.json))]
        }
    }

    init(_ json: JSONValue) throws(Problem) {
        switch json["kind"]?.string {
        case "cayenneLPP": self = .cayenneLPP
        case "fields":
            let items = json["fields"]?.array ?? []
            guard items.count <= Self.fieldsMax else {
                throw SettingFault.problem(
                    "fields", "項目は40までです", remedy: "使わない行を消してください。")
            }
            var fields: [PayloadField] = []
            for item in items { fields.append(try PayloadField(item)) }
            self = .fields(fields)
        default: self = .none
        }
    }
}

extension PayloadField {
    var json: JSONValue {
        var object = JSONObject([
            ("name", .string(name)), ("offset", .integer(Int64(offset))),
            ("length", .integer(Int64(length))), ("isLittleEndian", .bool(isLittleEndian)),
            ("isSigned", .bool(isSigned)), ("scale", .number(scale)),
        ])
        object["port"] = port.map { .integer(Int64($0)) }
        object["bitFirst"] = bitFirst.map { .integer(Int64($0)) }
        object["bitCount"] = bitCount.map { .integer(Int64($0)) }
        return .object(object)
    }

    init(_ json: JSONValue) throws(Problem) {
        func int(_ name: String) -> Int? { json[name]?.integer.map { Int(clamping: $0) } }
        try self.init(
            name: json.textMember("name"), port: int("port"), offset: int("offset") ?? -1,
            length: int("length") ?? 0, isLittleEndian: json["isLittleEndian"]?.bool ?? false,
            isSigned: json["isSigned"]?.bool ?? false, bitFirst: int("bitFirst"),
            bitCount: int("bitCount"), scale: json["scale"]?.double ?? 1)
    }
}
