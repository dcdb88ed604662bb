import CityKernel

/// What a network server tells of a confirmed downlink: that the device has it, or that it never got
/// it.
struct DownlinkNews: Sendable, Hashable {
    /// DevEUI in small letters.
    var device: String
    var isDone: Bool
    var info: String

    /// - Parameter event: as ChirpStack names it beside the message; The Things Stack tells by members.
    /// - Returns: `nil` for messages that tell of something else.
    init?(_ json: JSONValue, event: String) {
        if event == "ack" {
            guard let device = json["deviceInfo"]?["devEui"]?.string else { return nil }
            self.device = device.lowercased()
            isDone = json["acknowledged"]?.bool ?? false
            info = isDone ? "ack" : "no acknowledgement"
            return
        }
        let ids = json["end_device_ids"]
        guard let device = ids?["dev_eui"]?.string ?? ids?["device_id"]?.string else { return nil }
        self.device = device.lowercased()
        if json["downlink_ack"] != nil {
            (isDone, info) = (true, "ack")
        } else if json["downlink_nack"] != nil {
            (isDone, info) = (false, "no acknowledgement")
        } else if let failed = json["downlink_failed"] {
            (isDone, info) = (false, failed["error"]?["message_format"]?.string ?? "not sent")
        } else {
            return nil
        }
    }
}
