package import CityKernel
import CityVocabulary

/// How the lamps of one bridge are driven. Checked once, here.
package struct LampConfiguration: Sendable, Hashable {
    /// The protocol of the lamps' controller.
    package enum Wire: String, Sendable, Hashable, CaseIterable {
        /// Streaming ACN, ANSI E1.31.
        case sacn
        /// Art-Net 4; a fixture's `universe` is the port-address.
        case artNet
    }

    /// DMX512 itself has room for 44 frames of a full universe.
    package static let framesPerSecondRange = 1...44
    /// E1.31 receivers take a source for lost after 2.5 s of silence.
    package static let keepAliveSecondsRange = 0.1...2.5
    package static let priorityShowDefault: UInt8 = 100
    package static let priorityAlertDefault: UInt8 = 150

    package let patch: BridgePatch
    /// The entity that says what to show.
    package let commandID: EntityID
    package let wire: Wire
    package let priorityShow: UInt8
    package let priorityAlert: UInt8
    package let framesPerSecond: Int
    package let keepAlive: Duration
    /// Whether a graceful end tells the receivers that the stream ends. Off by default: lamps keep
    /// the last safe colour while the city's program is restarted or updated.
    package let terminatesAtEnd: Bool
    package let sourceName: String

    /// - Throws: `Problem` naming the value out of its range.
    package init(
        patch: BridgePatch, commandID: EntityID? = nil, wire: Wire = .sacn,
        priorityShow: UInt8 = LampConfiguration.priorityShowDefault,
        priorityAlert: UInt8 = LampConfiguration.priorityAlertDefault, framesPerSecond: Int = 20,
        keepAliveSeconds: Double = 1, terminatesAtEnd: Bool = false, sourceName: String = "City OS"
    ) throws(Problem) {
        guard priorityShow <= priorityAlert, priorityAlert <= SacnPacket.priorities.upperBound
        else { throw Self.problem("priority", "An alert lies at or above a show, up to 200.") }
        guard Self.framesPerSecondRange.contains(framesPerSecond) else {
            throw Self.problem("framesPerSecond", "It must be 1 to 44.")
        }
        guard Self.keepAliveSecondsRange.contains(keepAliveSeconds) else {
            throw Self.problem("keepAliveSeconds", "It must be 0.1 to 2.5.")
        }
        guard (1...SacnPacket.sourceNameBytesMax).contains(sourceName.utf8.count) else {
            throw Self.problem("sourceName", "It must have 1 to 63 bytes.")
        }
        if wire == .artNet, let last = patch.universes.last,
            last > ArtNetPacket.portAddresses.upperBound
        {
            throw Self.problem("universe", "An Art-Net port-address is at most 32767.")
        }
        self.patch = patch
        self.commandID =
            commandID ?? EntityID(type: LampCommand.entityType, name: patch.bridge)
        self.wire = wire
        self.priorityShow = priorityShow
        self.priorityAlert = priorityAlert
        self.framesPerSecond = framesPerSecond
        self.keepAlive = .microseconds(Int64(keepAliveSeconds * 1_000_000))
        self.terminatesAtEnd = terminatesAtEnd
        self.sourceName = sourceName
    }

    /// The source's UUID: the same after every restart, so that receivers see one source.
    package var componentID: [UInt8] {
        var bytes: [UInt8] = []
        for salt in ["sacn-high:", "sacn-low:"] {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
            for byte in (salt + commandID.text).utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: hash >> UInt64(shift)))
            }
        }
        bytes[6] = bytes[6] & 0x0F | 0x80  // UUID version 8, RFC 9562
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }

    private static func problem(_ place: String, _ detail: String) -> Problem {
        Problem(
            .invalidRequest, title: "A setting of the lamps is out of range",
            detail: "\(place): \(detail)", remedy: "Correct lamps in city.yaml.",
            places: [.init(place: place, message: detail)])
    }
}
