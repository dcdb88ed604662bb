/// One data packet of streaming ACN (ANSI E1.31-2018): a universe's slots at one moment.
package struct SacnPacket: Sendable, Hashable {
    package static let port = 5568
    package static let slotsMax = 512
    package static let universes: ClosedRange<UInt16> = 1...63_999
    package static let priorities: ClosedRange<UInt8> = 0...200
    package static let sourceNameBytesMax = 63

    /// Framing layer options (E1.31 §6.2.6).
    package struct Options: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Not for live output.
        package static let preview = Options(rawValue: 0x80)
        /// The source stops sending this universe.
        package static let streamTerminated = Options(rawValue: 0x40)
        package static let forceSynchronization = Options(rawValue: 0x20)
    }

    /// The sender's UUID, 16 bytes, the same for its whole life.
    package var componentID: [UInt8]
    /// At most 63 bytes of UTF-8.
    package var sourceName: String
    package var priority: UInt8
    package var sequence: UInt8
    package var options: Options
    package var universe: UInt16
    /// At most 512 values; the first is channel 1.
    package var slots: [UInt8]

    /// - Precondition: every value lies within the limits above.
    package init(
        componentID: [UInt8], sourceName: String, priority: UInt8 = 100, sequence: UInt8,
        options: Options = [], universe: UInt16, slots: [UInt8]
    ) {
        precondition(componentID.count == 16, "a CID has 16 bytes")
        precondition(sourceName.utf8.count <= Self.sourceNameBytesMax, "the source name is long")
        precondition(Self.priorities.contains(priority), "priority is 0 to 200")
        precondition(Self.universes.contains(universe), "universe is 1 to 63999")
        precondition(slots.count <= Self.slotsMax, "a universe has 512 slots")
        self.componentID = componentID
        self.sourceName = sourceName
        self.priority = priority
        self.sequence = sequence
        self.options = options
        self.universe = universe
        self.slots = slots
    }

    /// The packet as it stands on the wire.
    package var bytes: [UInt8] {
        let total = 126 + slots.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(total)
        bytes.appendSacnRoot(vector: 0x0000_0004, componentID: componentID, total: total)
        // Framing layer, E1.31 §6.2
        bytes.appendFlagsAndLength(total - 38)
        bytes.appendBig(UInt32(0x0000_0002))
        bytes.appendSourceName(sourceName)
        bytes.append(priority)
        bytes.appendBig(UInt16(0))  // synchronization address: none
        bytes.append(sequence)
        bytes.append(options.rawValue)
        bytes.appendBig(universe)
        // DMP layer, E1.31 §7
        bytes.appendFlagsAndLength(total - 115)
        bytes.append(0x02)  // set property
        bytes.append(0xA1)  // address and data type
        bytes.appendBig(UInt16(0))  // first property address
        bytes.appendBig(UInt16(1))  // address increment
        bytes.appendBig(UInt16(slots.count + 1))
        bytes.append(0x00)  // DMX512 start code
        bytes.append(contentsOf: slots)
        return bytes
    }

    /// The multicast address of a universe, `239.255.hi.lo` (E1.31 §9.3.1).
    package static func multicastAddress(universe: UInt16) -> String {
        "239.255.\(universe >> 8).\(universe & 0xFF)"
    }
}

/// Tells which universes a source sends (E1.31 §8), every ten seconds.
package struct SacnDiscoveryPacket: Sendable, Hashable {
    /// E131_DISCOVERY_UNIVERSE
    package static let universe: UInt16 = 64_214
    package static let intervalSeconds = 10
    package static let universesPerPageMax = 512

    package var componentID: [UInt8]
    package var sourceName: String
    /// Ascending; one page is enough for a bridge.
    package var universes: [UInt16]

    /// - Precondition: at most 512 universes.
    package init(componentID: [UInt8], sourceName: String, universes: [UInt16]) {
        precondition(universes.count <= Self.universesPerPageMax, "one page only")
        self.componentID = componentID
        self.sourceName = sourceName
        self.universes = universes.sorted()
    }

    package var bytes: [UInt8] {
        let total = 120 + 2 * universes.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(total)
        bytes.appendSacnRoot(vector: 0x0000_0008, componentID: componentID, total: total)
        bytes.appendFlagsAndLength(total - 38)
        bytes.appendBig(UInt32(0x0000_0002))  // VECTOR_E131_EXTENDED_DISCOVERY
        bytes.appendSourceName(sourceName)
        bytes.appendBig(UInt32(0))  // reserved
        bytes.appendFlagsAndLength(total - 112)
        bytes.appendBig(UInt32(0x0000_0001))  // VECTOR_UNIVERSE_DISCOVERY_UNIVERSE_LIST
        bytes.append(0)  // page
        bytes.append(0)  // last page
        for universe in universes { bytes.appendBig(universe) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func appendBig(_ value: UInt16) {
        append(UInt8(value >> 8))
        append(UInt8(value & 0xFF))
    }

    fileprivate mutating func appendBig(_ value: UInt32) {
        appendBig(UInt16(value >> 16))
        appendBig(UInt16(value & 0xFFFF))
    }

    /// Flags 0x7 above a 12-bit length that counts from these two octets to the end.
    fileprivate mutating func appendFlagsAndLength(_ length: Int) {
        appendBig(UInt16(0x7000 | length))
    }

    fileprivate mutating func appendSourceName(_ name: String) {
        append(contentsOf: name.utf8)
        append(contentsOf: repeatElement(0, count: 64 - name.utf8.count))
    }

    /// Root layer, E1.31 §5.
    fileprivate mutating func appendSacnRoot(vector: UInt32, componentID: [UInt8], total: Int) {
        appendBig(UInt16(0x0010))  // preamble size
        appendBig(UInt16(0x0000))  // postamble size
        append(contentsOf: "ASC-E1.17".utf8)
        append(contentsOf: [0, 0, 0])
        appendFlagsAndLength(total - 16)
        appendBig(vector)
        append(contentsOf: componentID)
    }
}
