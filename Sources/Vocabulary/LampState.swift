package import CityKernel

/// 橋のあかりの送信状態: what was last put on the wire for one bridge. Written by the edge that drives
/// the lamps, on each change and each minute; UDP has no receipt, so "sent" is all that it can say.
package struct LampState: Noun {
    package static let entityType = "LampState"

    /// `urn:ngsi-ld:LampState:<bridge>`.
    package var id: EntityID
    package var bridge: String
    /// `nil` before the first command: nothing was sent.
    package var colour: LampCommand.Colour?
    package var pattern: LampCommand.Pattern?
    /// Frames sent since the sender started.
    package var framesSent: Int64
    /// Frames that the network refused since the sender started.
    package var framesFailed: Int64
    package var lastSentAt: Timestamp?
    /// Words about the latest failure; `nil` once a frame has gone out again.
    package var lastError: String?
    /// Whether the frames stay on this machine (a drill, a demonstration or a trial).
    package var isDrill: Bool

    package init(
        bridge: String, colour: LampCommand.Colour? = nil, pattern: LampCommand.Pattern? = nil,
        framesSent: Int64 = 0, framesFailed: Int64 = 0, lastSentAt: Timestamp? = nil,
        lastError: String? = nil, isDrill: Bool = false
    ) {
        self.id = EntityID(type: Self.entityType, name: bridge)
        self.bridge = bridge
        self.colour = colour
        self.pattern = pattern
        self.framesSent = framesSent
        self.framesFailed = framesFailed
        self.lastSentAt = lastSentAt
        self.lastError = lastError
        self.isDrill = isDrill
    }

    package init(_ entity: Entity) throws(NounError) {
        let bridge = try entity.requireString("bridge")
        guard EntityID("urn:ngsi-ld:\(Self.entityType):\(bridge)") != nil else {
            throw NounError(entity.id, "bridge", "the name of a bridge, as in its URI, is needed")
        }
        self.init(
            bridge: bridge,
            colour: try LampCommand.Colour(entity, "colour"),
            pattern: try entity.choice("pattern", of: LampCommand.Pattern.self),
            framesSent: try entity.requireInteger("framesSent"),
            framesFailed: try entity.requireInteger("framesFailed"),
            lastSentAt: try entity.time("lastSentAt"),
            lastError: try entity.text("lastError"),
            isDrill: try entity.flag("isDrill") ?? false)
        self.id = entity.id
    }

    package var attributes: [NamedAttribute] {
        func text(_ value: String?) -> Attribute {
            .property(value.map(JSONValue.string) ?? .null)
        }
        return [
            NamedAttribute("bridge", .property(.string(bridge))),
            NamedAttribute("colour", text(colour?.hex)),
            NamedAttribute("pattern", text(pattern?.rawValue)),
            NamedAttribute("framesSent", .property(.integer(framesSent))),
            NamedAttribute("framesFailed", .property(.integer(framesFailed))),
            NamedAttribute("lastSentAt", text(lastSentAt?.iso8601)),
            NamedAttribute("lastError", text(lastError)),
            NamedAttribute("isDrill", .property(.bool(isDrill))),
        ]
    }
}
