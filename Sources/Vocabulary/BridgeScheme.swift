package import CityKernel

/// 配色: how a bridge tells the river's stage. Dated configuration that staff change without a
/// restart; which bridge uses it stands in `Bridge.schemeID`.
package struct BridgeScheme: Noun, Hashable {
    package static let entityType = "BridgeScheme"

    /// One light: what the lamps show at a stage.
    package struct Light: Sendable, Hashable {
        package var colour: LampCommand.Colour
        package var pattern: LampCommand.Pattern
        package var periodMilliseconds: Int
        package var brightnessPercent: Int

        package init(
            colour: LampCommand.Colour, pattern: LampCommand.Pattern,
            periodMilliseconds: Int = 1_000, brightnessPercent: Int = 100
        ) {
            self.colour = colour
            self.pattern = pattern
            self.periodMilliseconds = periodMilliseconds
            self.brightnessPercent = brightnessPercent
        }

        package static let dark = Light(colour: .dark, pattern: .off, brightnessPercent: 0)
    }

    /// What a stage shows.
    package enum Step: Sendable, Hashable {
        /// The evening light, or dark by day.
        case calm
        case light(Light)
    }

    /// When the calm light goes on.
    package enum Beginning: Sendable, Hashable {
        case sunset
        /// Minutes after midnight, Japan Standard Time.
        case minuteOfDay(Int)
    }

    /// The light of calm evenings.
    package struct Calm: Sendable, Hashable {
        package var light: Light
        package var beginning: Beginning
        /// Minutes after midnight; an end before the beginning lies on the next day.
        package var endMinuteOfDay: Int

        package init(light: Light, beginning: Beginning, endMinuteOfDay: Int) {
            self.light = light
            self.beginning = beginning
            self.endMinuteOfDay = endMinuteOfDay
        }
    }

    /// `urn:ngsi-ld:BridgeScheme:<city>:<schemeID>`.
    package var id: EntityID
    package var schemeID: String
    package var name: LocalizedText
    package var validFrom: Timestamp
    /// First instant at which it no longer holds.
    package var validTo: Timestamp?
    package var source: String
    package var calm: Calm
    /// A light for every standing.
    package var steps: [FloodStage.Standing: Step]
    /// At 欠測・危険, the light of these levels stays when one of them was the last.
    package var keepsLast: Set<FloodStage.Level>

    package init(
        id: EntityID, schemeID: String, name: LocalizedText, validFrom: Timestamp,
        validTo: Timestamp? = nil, source: String, calm: Calm,
        steps: [FloodStage.Standing: Step], keepsLast: Set<FloodStage.Level> = []
    ) {
        self.id = id
        self.schemeID = schemeID
        self.name = name
        self.validFrom = validFrom
        self.validTo = validTo
        self.source = source
        self.calm = calm
        self.steps = steps
        self.keepsLast = keepsLast
    }

    package func isValid(at instant: Timestamp) -> Bool {
        validFrom <= instant && validTo.map { instant < $0 } ?? true
    }
}

// MARK: - As an entity

extension BridgeScheme {
    package init(_ entity: Entity) throws(NounError) {
        guard let calm = entity["calm"].flatMap({ Calm($0.value) }) else {
            throw NounError(entity.id, "calm", "colour, pattern, from and to are needed")
        }
        guard let stages = entity["stages"]?.value.object else {
            throw NounError(entity.id, "stages", "an object of lights is needed")
        }
        var steps: [FloodStage.Standing: Step] = [:]
        for (key, value) in stages {
            guard let standing = FloodStage.Standing(rawValue: key), let step = Step(value) else {
                throw NounError(entity.id, "stages", "\(key) is not a stage with a light")
            }
            steps[standing] = step
        }
        self.init(
            id: entity.id, schemeID: try entity.requireString("scheme"),
            name: try entity.requireText("name"), validFrom: try entity.requireTime("validFrom"),
            validTo: try entity.time("validTo"),
            source: try entity.requireString("source"), calm: calm, steps: steps,
            keepsLast: try entity.choices("keepIfLast", of: FloodStage.Level.self))
    }

    package var attributes: [NamedAttribute] {
        let stages = FloodStage.Standing.allCases.compactMap { standing in
            steps[standing].map { (standing.rawValue, $0.json) }
        }
        let kept = FloodStage.Level.allCases.filter(keepsLast.contains)
        return [
            NamedAttribute("scheme", .property(.string(schemeID))),
            NamedAttribute("name", .text(name)),
            NamedAttribute("validFrom", .property(.string(validFrom.iso8601))),
            NamedAttribute("validTo", .property(validTo.map { .string($0.iso8601) } ?? .null)),
            NamedAttribute("source", .property(.string(source))),
            NamedAttribute("calm", Attribute(.jsonProperty, calm.json)),
            NamedAttribute("stages", Attribute(.jsonProperty, .object(JSONObject(stages)))),
            NamedAttribute("keepIfLast", .property(.array(kept.map { .string($0.rawValue) }))),
        ]
    }
}

extension BridgeScheme.Light {
    fileprivate init?(_ value: JSONValue) {
        guard let colour = value["colour"]?.string.flatMap({ LampCommand.Colour(hex: $0) }),
            let pattern = value["pattern"]?.string.flatMap(LampCommand.Pattern.init)
        else { return nil }
        self.init(
            colour: colour, pattern: pattern,
            periodMilliseconds: value["periodMilliseconds"]?.integer.map(Int.init) ?? 1_000,
            brightnessPercent: value["brightnessPercent"]?.integer.map(Int.init) ?? 100)
    }

    fileprivate var members: [(String, JSONValue)] {
        [
            ("pattern", .string(pattern.rawValue)), ("colour", .string(colour.hex)),
            ("periodMilliseconds", .integer(Int64(periodMilliseconds))),
            ("brightnessPercent", .integer(Int64(brightnessPercent))),
        ]
    }
}

extension BridgeScheme.Step {
    fileprivate init?(_ value: JSONValue) {
        if value["pattern"]?.string == "calm" {
            self = .calm
        } else if let light = BridgeScheme.Light(value) {
            self = .light(light)
        } else {
            return nil
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .calm: ["pattern": "calm"]
        case .light(let light): .object(JSONObject(light.members))
        }
    }
}

extension BridgeScheme.Calm {
    fileprivate init?(_ value: JSONValue) {
        guard let light = BridgeScheme.Light(value), let from = value["from"],
            let end = value["toMinuteOfDay"]?.integer
        else { return nil }
        let beginning: BridgeScheme.Beginning
        if let minute = from.integer {
            beginning = .minuteOfDay(Int(minute))
        } else if from.string == "sunset" {
            beginning = .sunset
        } else {
            return nil
        }
        self.init(light: light, beginning: beginning, endMinuteOfDay: Int(end))
    }

    fileprivate var json: JSONValue {
        let from: JSONValue =
            switch beginning {
            case .sunset: "sunset"
            case .minuteOfDay(let minute): .integer(Int64(minute))
            }
        return .object(
            JSONObject(
                light.members + [
                    ("from", from), ("toMinuteOfDay", .integer(Int64(endMinuteOfDay))),
                ]))
    }
}
