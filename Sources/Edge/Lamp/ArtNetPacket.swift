/// One ArtDmx packet of Art-Net 4: a port-address's slots at one moment.
package struct ArtNetPacket: Sendable, Hashable {
    package static let port = 6454
    package static let slotsMax = 512
    /// 15 bits: net, sub-net, universe.
    package static let portAddresses: ClosedRange<UInt16> = 0...32_767

    /// 1–255 and round again; 0 would switch the receiver's ordering off.
    package var sequence: UInt8
    package var portAddress: UInt16
    /// Sent with an even count, as the protocol wants.
    package var slots: [UInt8]

    /// - Precondition: every value lies within the limits above.
    package init(sequence: UInt8, portAddress: UInt16, slots: [UInt8]) {
        precondition(Self.portAddresses.contains(portAddress), "a port-address has 15 bits")
        precondition(slots.count <= Self.slotsMax, "a universe has 512 slots")
        self.sequence = sequence
        self.portAddress = portAddress
        self.slots = slots
    }

    /// The sequence number that follows.
    package static func next(_ sequence: UInt8) -> UInt8 { sequence == 255 ? 1 : sequence + 1 }

    /// The packet as it stands on the wire.
    package var bytes: [UInt8] {
        let count = max(2, slots.count + slots.count % 2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(18 + count)
        bytes.append(contentsOf: "Art-Net".utf8)
        bytes.append(0)
        bytes.append(contentsOf: [0x00, 0x50])  // OpDmx, low byte first
        bytes.append(contentsOf: [0, 14])  // protocol version
        bytes.append(sequence)
        bytes.append(0)  // physical port: not told
        bytes.append(UInt8(portAddress & 0xFF))
        bytes.append(UInt8(portAddress >> 8))
        bytes.append(UInt8(count >> 8))
        bytes.append(UInt8(count & 0xFF))
        bytes.append(contentsOf: slots)
        bytes.append(contentsOf: repeatElement(0, count: count - slots.count))
        return bytes
    }
}
