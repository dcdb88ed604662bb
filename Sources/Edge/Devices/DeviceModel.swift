package import CityKernel

/// 機種: what devices of one make have in common. Mapping, decoder and commands live here once, so that
/// a hundred lamps are changed in one place.
package struct DeviceModel: Sendable, Hashable {
    package enum Speech: String, Sendable, Hashable, CaseIterable {
        /// JSON in the manner of the FIWARE IoT Agent.
        case json
        /// UltraLight 2.0.
        case ultraLight
        /// Through a LoRaWAN network server.
        case lorawan
    }

    /// How commands reach the device.
    package enum Transport: String, Sendable, Hashable, CaseIterable {
        case mqtt
        /// The device asks for its commands (`getCmd=1`).
        case polling
        /// The city posts to the device's own address.
        case http
        /// Downlinks through a LoRaWAN network server.
        case theThingsStack
        case chirpStack

        /// Whether a command leaves for an address that staff wrote.
        var needsAddress: Bool { self != .mqtt && self != .polling }
    }

    package static let measuresMax = 40
    package static let commandsMax = 20
    package static let nameCharactersMax = 100
    package static let silentAfterSecondsRange = 10...31 * 86_400
    package static let commandSecondsRange = 5...86_400
    package static let commandURLBytesMax = 500
    package static let commandKeyBytesMax = 2_000
    /// Ports of applications (LoRaWAN 1.0.3 §4.3.2).
    package static let commandPortRange = 1...223

    /// Unique, plain: `levelmeter-x1`.
    package var id: String
    package var name: String
    /// The type of the entities that its devices write.
    package var entityType: String
    package var speech: Speech
    package var transport: Transport
    /// Devices may show this key instead of one of their own.
    package var sharedKey: String?
    /// Whether an unknown device with the shared key becomes known by sending.
    package var registersUnknown: Bool
    package var measures: [MeasureMapping]
    package var commands: [String]
    /// A command that is not done by then has failed; an old one must never be carried out late.
    package var commandSecondsMax: Int
    /// Where commands are posted; `{device}` stands for the device's id.
    package var commandURL: String
    /// Shown there as bearer; empty for none.
    package var commandKey: String
    /// The port of downlinks.
    package var commandPort: Int
    package var decoder: PayloadDecoder
    /// Silence beyond this is a danger.
    package var silentAfterSeconds: Int
    /// Whether a message without a time was observed when it arrived.
    package var takesArrivalAsTime: Bool

    /// - Throws: `Problem` naming the setting.
    package init(
        id: String, name: String, entityType: String, speech: Speech = .json,
        transport: Transport = .mqtt, sharedKey: String? = nil, registersUnknown: Bool = false,
        measures: [MeasureMapping], commands: [String] = [], commandSecondsMax: Int = 300,
        commandURL: String = "", commandKey: String = "", commandPort: Int = 1,
        decoder: PayloadDecoder = .none, silentAfterSeconds: Int = 3_600,
        takesArrivalAsTime: Bool = true
    ) throws(Problem) {
        if transport.needsAddress { try Self.checkAddress(commandURL, commandKey, commandPort) }
        try PlainName.check(id, "id")
        guard (1...Self.nameCharactersMax).contains(name.count) else {
            throw SettingFault.problem(
                "name", "名前は1〜100字です", remedy: "職員にわかる名前を入れてください。")
        }
        try AttributeName.check(entityType, "entityType")
        if let sharedKey { try DeviceKeyText.check(sharedKey) }
        guard measures.count <= Self.measuresMax, commands.count <= Self.commandsMax else {
            throw SettingFault.problem(
                "measures", "測定値は40、指令は20までです", remedy: "使わない行を消してください。")
        }
        for command in commands { try PlainName.check(command, "commands") }
        for (place, names) in [
            ("measures", measures.map(\.measure)),
            ("attributes", measures.map(\.attribute) + commands),
        ] where Set(names).count < names.count {
            throw SettingFault.problem(
                place, "同じ名前が2度あります", remedy: "名前を一つずつにしてください。")
        }
        guard Self.silentAfterSecondsRange.contains(silentAfterSeconds) else {
            throw SettingFault.problem(
                "silentAfterSeconds", "途絶とみなす時間は10秒〜31日です",
                remedy: "装置が送る間隔の2〜3倍にしてください。")
        }
        guard Self.commandSecondsRange.contains(commandSecondsMax) else {
            throw SettingFault.problem(
                "commandSecondsMax", "指令の期限は5秒〜1日です", remedy: "範囲の中の数にしてください。")
        }
        guard !registersUnknown || sharedKey != nil else {
            throw SettingFault.problem(
                "registersUnknown", "共通の鍵がないと自動登録はできません",
                remedy: "共通の鍵を入れるか、自動登録をやめてください。")
        }
        self.id = id
        self.name = name
        self.entityType = entityType
        self.speech = speech
        self.transport = transport
        self.sharedKey = sharedKey
        self.registersUnknown = registersUnknown
        self.measures = measures
        self.commands = commands
        self.commandSecondsMax = commandSecondsMax
        self.commandURL = commandURL
        self.commandKey = commandKey
        self.commandPort = commandPort
        self.decoder = decoder
        self.silentAfterSeconds = silentAfterSeconds
        self.takesArrivalAsTime = takesArrivalAsTime
    }
}

// MARK: - Where commands go

extension DeviceModel {
    private static func checkAddress(
        _ url: String, _ key: String, _ port: Int
    ) throws(Problem) {
        let filled = url.replacing("{device}", with: "0")
        guard url.utf8.count <= commandURLBytesMax, EntityID.isURI(filled),
            filled.hasPrefix("https://") || filled.hasPrefix("http://")
        else {
            throw SettingFault.problem(
                "commandURL", "指令を送るアドレスとして使えません",
                remedy: "https:// から始まるアドレスを入れてください。{device} は装置の番号になります。")
        }
        guard key.utf8.count <= commandKeyBytesMax,
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw SettingFault.problem(
                "commandKey", "鍵に使えない文字があります", remedy: "配られた鍵をそのまま貼りつけてください。")
        }
        guard commandPortRange.contains(port) else {
            throw SettingFault.problem(
                "commandPort", "ポートは1〜223です", remedy: "装置の説明書にある番号にしてください。")
        }
    }

    /// Whether commands leave by themselves; otherwise the device asks for them.
    var pushesCommands: Bool {
        transport.needsAddress || (transport == .mqtt && speech != .lorawan)
    }

    /// The address for one device.
    func commandURL(of device: String) -> String {
        commandURL.replacing("{device}", with: device)
    }
}

// MARK: - Configuration as JSON

extension DeviceModel {
    var json: JSONValue {
        var object = JSONObject([
            ("id", .string(id)), ("name", .string(name)), ("entityType", .string(entityType)),
            ("speech", .string(speech.rawValue)), ("transport", .string(transport.rawValue)),
            ("registersUnknown", .bool(registersUnknown)),
            ("measures", .array(measures.map(\.json))),
            ("commands", .array(commands.map(JSONValue.string))),
            ("commandSecondsMax", .integer(Int64(commandSecondsMax))),
            ("decoder", decoder.json),
            ("silentAfterSeconds", .integer(Int64(silentAfterSeconds))),
            ("takesArrivalAsTime", .bool(takesArrivalAsTime)),
        ])
        object["sharedKey"] = sharedKey.map(JSONValue.string)
        if transport.needsAddress {
            object["commandURL"] = .string(commandURL)
            object["commandKey"] = .string(commandKey)
            object["commandPort"] = .integer(Int64(commandPort))
        }
        return .object(object)
    }

    init(_ json: JSONValue) throws(Problem) {
        var measures: [MeasureMapping] = []
        for item in json["measures"]?.array ?? [] { measures.append(try MeasureMapping(item)) }
        try self.init(
            id: json.textMember("id"), name: json.textMember("name"),
            entityType: json.textMember("entityType"),
            speech: Speech(rawValue: json.textMember("speech")) ?? .json,
            transport: Transport(rawValue: json.textMember("transport")) ?? .mqtt,
            sharedKey: json["sharedKey"]?.string,
            registersUnknown: json["registersUnknown"]?.bool ?? false, measures: measures,
            commands: (json["commands"]?.array ?? []).compactMap(\.string),
            commandSecondsMax: Int(json["commandSecondsMax"]?.integer ?? 300),
            commandURL: json.textMember("commandURL"), commandKey: json.textMember("commandKey"),
            commandPort: Int(clamping: json["commandPort"]?.integer ?? 1),
            decoder: try PayloadDecoder(json["decoder"] ?? .null),
            silentAfterSeconds: Int(json["silentAfterSeconds"]?.integer ?? 3_600),
            takesArrivalAsTime: json["takesArrivalAsTime"]?.bool ?? true)
    }
}
