import CityKernel
import Foundation

/// One message of a LoRaWAN device as its network server hands it on.
struct Uplink: Sendable, Hashable {
    /// DevEUI in small letters.
    var device: String
    var port: Int?
    var payload: [UInt8]?
    /// What the network server decoded itself.
    var decoded: JSONObject?
    var receivedAt: Timestamp?
    var radio: Radio
    /// 0…1, where the network server tells it.
    var battery: Double?

    /// The Things Stack v3. Messages that are no uplink (joins, acknowledgements) give `nil`.
    /// - Throws: `DeviceRefusal.payloadUnreadable`.
    static func theThingsStack(_ json: JSONValue) throws(DeviceRefusal) -> Uplink? {
        guard let ids = json["end_device_ids"], json.object != nil else {
            throw .payloadUnreadable
        }
        guard let message = json["uplink_message"] else { return nil }
        let id = ids["dev_eui"]?.string ?? ids["device_id"]?.string
        guard let device = id?.lowercased() else { throw .payloadUnreadable }
        let receptions = message["rx_metadata"]?.array ?? []
        return Uplink(
            device: device, port: message["f_port"]?.integer.map { Int(clamping: $0) },
            payload: try base64(message["frm_payload"]),
            decoded: message["decoded_payload"]?.object,
            receivedAt: try IotJSON.time(message["received_at"] ?? json["received_at"]),
            radio: Radio(
                // The Things Stack leaves a counter of zero out.
                frameCounter: message["f_cnt"]?.integer ?? 0, receptions: receptions,
                rssi: "rssi", snr: "snr"),
            battery: message["last_battery_percentage"]?["value"]?.double.map { $0 / 100 })
    }

    /// ChirpStack v4, event `up`.
    /// - Throws: `DeviceRefusal.payloadUnreadable`.
    static func chirpStack(_ json: JSONValue) throws(DeviceRefusal) -> Uplink {
        guard let device = json["deviceInfo"]?["devEui"]?.string?.lowercased() else {
            throw .payloadUnreadable
        }
        let receptions = json["rxInfo"]?.array ?? []
        return Uplink(
            device: device, port: json["fPort"]?.integer.map { Int(clamping: $0) },
            payload: try base64(json["data"]), decoded: json["object"]?.object,
            receivedAt: try IotJSON.time(json["time"]),
            radio: Radio(
                frameCounter: json["fCnt"]?.integer ?? 0, receptions: receptions, rssi: "rssi",
                snr: "snr"))
    }

    /// ChirpStack v4, event `status`: the battery as the network server asked for it.
    static func chirpStackStatus(_ json: JSONValue) throws(DeviceRefusal) -> Uplink {
        guard let device = json["deviceInfo"]?["devEui"]?.string?.lowercased() else {
            throw .payloadUnreadable
        }
        let isUnknown = json["batteryLevelUnavailable"]?.bool ?? false
        let level = isUnknown ? nil : json["batteryLevel"]?.double
        return Uplink(
            device: device, receivedAt: try IotJSON.time(json["time"]), radio: Radio(),
            battery: level.map { min(max($0 / 100, 0), 1) })
    }

    private static func base64(_ value: JSONValue?) throws(DeviceRefusal) -> [UInt8]? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        guard text.utf8.count <= PayloadDecoder.payloadBytesMax * 2 else { throw .payloadTooLarge }
        guard let data = Data(base64Encoded: text) else { throw .payloadUnreadable }
        return Array(data)
    }

    /// Names and values by the model's decoder; without one, what the network server decoded.
    /// - Throws: `DeviceRefusal`.
    func measured(by decoder: PayloadDecoder) throws(DeviceRefusal) -> [Measured] {
        var values: [Measured] = []
        if case .none = decoder {
            guard let decoded else { throw .noDecoder }
            values = decoded.map { Measured(name: $0.key, value: $0.value) }
        } else {
            guard let payload else { throw .payloadTooShort }
            values = try decoder.decode(payload, port: port)
        }
        return values
    }
}

extension Radio {
    /// The gateway that heard it best.
    fileprivate init(
        frameCounter: Int64, receptions: [JSONValue], rssi: String, snr: String
    ) {
        let best = receptions.max { left, right in
            left[rssi]?.double ?? -.infinity < right[rssi]?.double ?? -.infinity
        }
        self.init(
            frameCounter: frameCounter, rssi: best?[rssi]?.double, snr: best?[snr]?.double,
            gateways: receptions.count)
    }
}
