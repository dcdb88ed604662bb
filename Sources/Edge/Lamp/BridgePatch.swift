package import CityKernel
package import CityVocabulary

/// Where the lamps of one bridge hang on the wire: the patch list of its site.
package struct BridgePatch: Sendable, Hashable {
    /// The order of a lamp's channels.
    package enum ChannelOrder: String, Sendable, Hashable, CaseIterable {
        case rgb, grb
        /// The white channel takes what red, green and blue have in common.
        case rgbw

        package var channels: Int { self == .rgbw ? 4 : 3 }

        package func slots(_ colour: LampCommand.Colour) -> [UInt8] {
            let (red, green, blue) = (colour.red, colour.green, colour.blue)
            switch self {
            case .rgb: return [red, green, blue]
            case .grb: return [green, red, blue]
            case .rgbw:
                let white = min(red, green, blue)
                return [red - white, green - white, blue - white, white]
            }
        }
    }

    /// A row of equal lamps on consecutive channels of one universe.
    package struct Fixture: Sendable, Hashable {
        package var id: String
        package var universe: UInt16
        /// 1–512.
        package var startChannel: Int
        package var count: Int
        package var order: ChannelOrder

        package init(
            id: String, universe: UInt16, startChannel: Int, count: Int, order: ChannelOrder = .rgb
        ) {
            self.id = id
            self.universe = universe
            self.startChannel = startChannel
            self.count = count
            self.order = order
        }

        var channels: Range<Int> {
            startChannel..<startChannel + count * order.channels
        }
    }

    package static let fixturesMax = 256

    /// The name in `urn:ngsi-ld:LampCommand:…:<bridge>`.
    package let bridge: String
    package let fixtures: [Fixture]

    /// - Throws: `Problem` naming the fixture when it leaves its universe or lies over another.
    package init(bridge: String, fixtures: [Fixture]) throws(Problem) {
        guard EntityID("urn:ngsi-ld:LampCommand:\(bridge)") != nil, !bridge.contains(":") else {
            throw Self.problem(bridge, "The bridge's name does not fit into an entity id.")
        }
        guard (1...Self.fixturesMax).contains(fixtures.count) else {
            throw Self.problem(bridge, "A bridge has 1 to \(Self.fixturesMax) fixtures.")
        }
        for (index, fixture) in fixtures.enumerated() {
            guard SacnPacket.universes.contains(fixture.universe) else {
                throw Self.problem(fixture.id, "universe must be 1 to 63999.")
            }
            guard fixture.startChannel >= 1, (1...SacnPacket.slotsMax).contains(fixture.count),
                fixture.channels.upperBound - 1 <= SacnPacket.slotsMax
            else { throw Self.problem(fixture.id, "Its channels must lie within 1 to 512.") }
            for other in fixtures[..<index] where other.universe == fixture.universe {
                guard !other.channels.overlaps(fixture.channels) else {
                    throw Self.problem(fixture.id, "Its channels lie over those of \(other.id).")
                }
            }
        }
        self.bridge = bridge
        self.fixtures = fixtures
    }

    package var universes: [UInt16] { Set(fixtures.map(\.universe)).sorted() }

    /// The slots of one universe, up to its last used channel, with every lamp in `colour`.
    package func slots(universe: UInt16, colour: LampCommand.Colour) -> [UInt8] {
        var slots: [UInt8] = []
        for fixture in fixtures where fixture.universe == universe {
            let missing = fixture.channels.upperBound - 1 - slots.count
            if missing > 0 { slots.append(contentsOf: repeatElement(0, count: missing)) }
            let lamp = fixture.order.slots(colour)
            for channel in fixture.channels {
                slots[channel - 1] = lamp[(channel - fixture.startChannel) % lamp.count]
            }
        }
        return slots
    }

    private static func problem(_ place: String, _ detail: String) -> Problem {
        Problem(
            .invalidRequest, title: "The lamp patch is wrong", detail: "\(place): \(detail)",
            remedy: "Correct the fixtures of lamps in city.yaml after the site's patch list.",
            places: [.init(place: place, message: detail)])
    }
}
