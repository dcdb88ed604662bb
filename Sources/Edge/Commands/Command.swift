import CityKernel

/// How a command to a device fares, as it stands in `<command>_status`.
enum CommandStatus: String, Sendable, Hashable, CaseIterable {
    /// Nothing was commanded yet.
    case unknown = "UNKNOWN"
    /// Commanded, durable, on its way.
    case pending = "PENDING"
    /// The message server, or the device that asked, has it.
    case delivered = "DELIVERED"
    /// The device says that it is done.
    case done = "OK"
    /// The device says that it failed, or said nothing in time.
    case failed = "ERROR"

    var isOpen: Bool { self == .pending || self == .delivered }
}

/// One command as the city keeps it.
struct Command: Sendable, Hashable {
    var id: Int64
    var device: String
    var name: String
    var value: JSONValue
    var status: CommandStatus
    var askedAt: Timestamp
    var expiresAt: Timestamp
}

/// What the thing's entity says of one of its commands.
///
/// The command's own attribute is the slot: whoever writes a value there commands; once the command is
/// on its way the slot is empty again, so that the same value commands once more.
struct CommandState: Sendable, Hashable {
    static let emptySlot = JSONValue.string("")
    static let idle = CommandState(status: .unknown, info: "", emptiesSlot: true)

    var status: CommandStatus
    var info: String
    var emptiesSlot: Bool

    func facts(
        of device: Device, _ model: DeviceModel, command: String, at now: Timestamp
    ) -> [Fact] {
        func fact(_ name: String, _ value: JSONValue) -> Fact {
            Fact(
                device.entityID, type: model.entityType, name,
                .property(value, observedAt: name == command ? nil : now))
        }
        let slot = emptiesSlot ? [fact(command, Self.emptySlot)] : []
        return slot + [
            fact(command + "_status", .string(status.rawValue)),
            fact(command + "_info", .string(info)),
        ]
    }
}
