package import CityKernel

/// 橋のあかり: what the lamps of one bridge shall show. Decided by a rule; the edge sends it.
package struct LampCommand: Noun, Hashable {
    package static let entityType = "LampCommand"

    /// An RGB colour, 0–255 each.
    package struct Colour: Sendable, Hashable {
        package var red: UInt8
        package var green: UInt8
        package var blue: UInt8

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        package static let dark = Colour(red: 0, green: 0, blue: 0)

        /// `#RRGGBB`.
        package init?(hex: String) {
            guard hex.utf8.count == 7, hex.hasPrefix("#"), hex.dropFirst().allSatisfy(\.isHexDigit),
                let number = UInt32(hex.dropFirst(), radix: 16)
            else { return nil }
            self.init(
                red: UInt8(number >> 16), green: UInt8(number >> 8 & 255), blue: UInt8(number & 255)
            )
        }

        package var hex: String {
            "#"
                + [red, green, blue].map { byte in
                    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }.joined()
        }
    }

    package enum Pattern: String, Sendable, Hashable, CaseIterable {
        case steady
        /// On and off in equal parts of `periodMilliseconds`.
        case flash = "flashing"
        /// Two short flashes and a pause, told from `flash` without colour.
        case doubleFlash = "doubleFlashing"
        case off = "dark"
    }

    /// No light flashes faster than 3 Hz (WCAG 2.3.1, photosensitive epilepsy).
    package static let periodMillisecondsMin = 334

    /// `urn:ngsi-ld:LampCommand:<city>:<bridge>`.
    package var id: EntityID
    package var colour: Colour
    package var pattern: Pattern
    package var periodMilliseconds: Int
    /// 0–100.
    package var brightnessPercent: Int
    /// `alert` commands have precedence over `show` on the wire.
    package var isAlert: Bool
    package var schemeID: String
    /// Why, in the words of the scheme.
    package var reason: LocalizedText
    package var since: Timestamp

    package init(
        id: EntityID, colour: Colour, pattern: Pattern, periodMilliseconds: Int = 1_000,
        brightnessPercent: Int = 100, isAlert: Bool, schemeID: String, reason: LocalizedText,
        since: Timestamp
    ) {
        self.id = id
        self.colour = colour
        self.pattern = pattern
        self.periodMilliseconds = max(periodMilliseconds, Self.periodMillisecondsMin)
        self.brightnessPercent = min(max(brightnessPercent, 0), 100)
        self.isAlert = isAlert
        self.schemeID = schemeID
        self.reason = reason
        self.since = since
    }

    package init(_ entity: Entity) throws(NounError) {
        guard let colour = try Colour(entity, "colour") else {
            throw NounError(entity.id, "colour", "#RRGGBB is needed")
        }
        self.init(
            id: entity.id, colour: colour,
            pattern: try entity.requireChoice("pattern", of: Pattern.self),
            periodMilliseconds: Int(try entity.requireInteger("periodMilliseconds")),
            brightnessPercent: Int(try entity.requireInteger("brightnessPercent")),
            isAlert: try entity.flag("isAlert") ?? false,
            schemeID: try entity.requireString("scheme"), reason: try entity.requireText("reason"),
            since: try entity.requireTime("since"))
    }

    package var attributes: [NamedAttribute] {
        [
            NamedAttribute("colour", .property(.string(colour.hex))),
            NamedAttribute("pattern", .property(.string(pattern.rawValue))),
            NamedAttribute(
                "periodMilliseconds",
                .property(.integer(Int64(periodMilliseconds)), unitCode: "C26")),
            NamedAttribute(
                "brightnessPercent", .property(.integer(Int64(brightnessPercent)), unitCode: "P1")),
            NamedAttribute("isAlert", .property(.bool(isAlert))),
            NamedAttribute("scheme", .property(.string(schemeID))),
            NamedAttribute("reason", .text(reason)),
            NamedAttribute("since", .property(.string(since.iso8601))),
        ]
    }
}

extension LampCommand.Colour {
    /// - Returns: `nil` when the attribute is absent or null.
    init?(_ entity: Entity, _ name: String) throws(NounError) {
        guard let hex = try entity.text(name) else { return nil }
        guard let colour = Self(hex: hex) else {
            throw NounError(entity.id, name, "#RRGGBB is needed")
        }
        self = colour
    }
}
