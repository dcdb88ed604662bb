package import CityKernel

/// 装置: one device that the city knows, the key that it shows and the entity that it speaks of.
package struct Device: Sendable, Hashable {
    /// Unique, plain; a LoRaWAN device's is its DevEUI in small letters.
    package var id: String
    /// `id` of its `DeviceModel`.
    package var modelID: String
    package var name: String
    /// Its own key; `nil` when it shows the model's.
    package var key: String?
    /// The entity that its measures describe.
    package var entityID: EntityID
    /// Whether it is still in use; what a retired one sends is refused.
    package var isActive: Bool

    /// - Throws: `Problem` naming the setting.
    package init(
        id: String, modelID: String, name: String, key: String? = nil, entityID: EntityID,
        isActive: Bool = true
    ) throws(Problem) {
        try PlainName.check(id, "id")
        try PlainName.check(modelID, "model")
        guard (1...DeviceModel.nameCharactersMax).contains(name.count) else {
            throw SettingFault.problem(
                "name", "名前は1〜100字です", remedy: "職員にわかる名前を入れてください。")
        }
        if let key { try DeviceKeyText.check(key) }
        self.id = id
        self.modelID = modelID
        self.name = name
        self.key = key
        self.entityID = entityID
        self.isActive = isActive
    }
}

/// The key of a device is part of its address: commands are published under it, so it is kept as it is
/// and not as a hash. It opens nothing but its own device's topics and doors.
enum DeviceKeyText {
    static let bytesRange = 8...128

    /// - Throws: `Problem`; never with the key in it.
    static func check(_ text: String) throws(Problem) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
            default: false
            }
        }
        guard bytesRange.contains(text.utf8.count), isPlain else {
            throw SettingFault.problem(
                "key", "鍵として使えません", remedy: "半角の英字・数字・「_」「-」で、8〜128字にしてください。")
        }
    }
}

// MARK: - Configuration as JSON

extension Device {
    var json: JSONValue {
        var object = JSONObject([
            ("id", .string(id)), ("model", .string(modelID)), ("name", .string(name)),
            ("entity", .string(entityID.text)), ("isActive", .bool(isActive)),
        ])
        object["key"] = key.map(JSONValue.string)
        return .object(object)
    }

    init(_ json: JSONValue) throws(Problem) {
        guard let entityID = EntityID(json.textMember("entity")) else {
            throw SettingFault.problem(
                "entity", "「\(json.textMember("entity").prefix(80))」はURIではありません",
                remedy: "urn:ngsi-ld:種類:名前 の形にしてください。")
        }
        try self.init(
            id: json.textMember("id"), modelID: json.textMember("model"),
            name: json.textMember("name"), key: json["key"]?.string, entityID: entityID,
            isActive: json["isActive"]?.bool ?? true)
    }
}
