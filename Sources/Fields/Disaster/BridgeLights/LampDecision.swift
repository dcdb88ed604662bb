package import CityKernel
package import CityVocabulary

/// What a bridge shows: a pure decision from the stage, the scheme and the time.
///
/// Plan: 防災 ライティング防災アラート.
package struct LampDecision: Sendable {
    let bridge: Bridge
    let scheme: BridgeScheme
    /// `nil` when the gauge has no stage: nothing is known of the river.
    let stage: FloodStage?
    let now: Timestamp

    package init(bridge: Bridge, scheme: BridgeScheme?, stage: FloodStage?, now: Timestamp) {
        self.bridge = bridge
        // A bridge whose scheme was taken away or is not in force still warns.
        self.scheme = scheme.flatMap { $0.isValid(at: now) ? $0 : nil } ?? .standard
        self.stage = stage
        self.now = now
    }

    package var standing: FloodStage.Standing { stage?.standing ?? .missing }

    /// - Parameter reason: the words for the light; see `LampRule`.
    package func command(reason: LocalizedText, previous: LampCommand?) -> LampCommand {
        let light = self.light
        var command = LampCommand(
            id: bridge.lampID, colour: light.colour, pattern: light.pattern,
            periodMilliseconds: light.periodMilliseconds,
            brightnessPercent: light.brightnessPercent, isAlert: standing.isAlert,
            schemeID: scheme.schemeID, reason: reason, since: now)
        if var previous {
            let since = previous.since
            previous.since = now
            if previous == command { command.since = since }
        }
        return command
    }

    package var light: BridgeScheme.Light {
        if let stage, stage.isMissingDanger, scheme.keepsLast.contains(stage.level),
            let kept = Self.alertLight(scheme, FloodStage.Standing(stage.level))
        {
            return kept
        }
        if standing.isAlert {
            return Self.alertLight(scheme, standing) ?? Self.alertLight(.standard, standing)
                ?? BridgeScheme.Light(colour: .white, pattern: .steady)
        }
        switch scheme.steps[standing] ?? (standing == .missing ? .light(.dark) : .calm) {
        case .calm: return isEvening ? scheme.calm.light : .dark
        case .light(let light): return light
        }
    }

    /// A light that can be seen; a dark or calm step never stands for danger.
    private static func alertLight(
        _ scheme: BridgeScheme, _ standing: FloodStage.Standing
    ) -> BridgeScheme.Light? {
        guard case .light(let light)? = scheme.steps[standing], light.isVisible else { return nil }
        return light
    }

    /// Whether the calm light is on: from dusk or a fixed minute until its end, over midnight too.
    package var isEvening: Bool {
        let civil = CivilTime(now)
        let minute = civil.hour * 60 + civil.minute
        let begin: Int
        switch scheme.calm.beginning {
        case .minuteOfDay(let fixed): begin = fixed
        case .sunset:
            guard let sunset = Sun(place: bridge.duskPlace).sunset(onDayOf: now) else {
                return false
            }
            let dusk = CivilTime(sunset)
            begin = dusk.hour * 60 + dusk.minute
        }
        let end = scheme.calm.endMinuteOfDay
        return begin <= end ? (begin..<end).contains(minute) : minute >= begin || minute < end
    }
}

extension BridgeScheme.Light {
    package var isVisible: Bool {
        pattern != .off && brightnessPercent > 0 && colour != .dark
    }
}

extension LampCommand.Colour {
    package static let white = LampCommand.Colour(red: 255, green: 255, blue: 255)
    package static let alertRed = LampCommand.Colour(red: 255, green: 0, blue: 0)
    /// 電球色, about 2,900 K.
    package static let bulb = LampCommand.Colour(red: 255, green: 167, blue: 87)
}

extension BridgeScheme {
    /// What a bridge shows when its own scheme cannot be used: the plan's white, red, flashing red.
    package static let standard = BridgeScheme(
        id: EntityID(type: entityType, name: "standard"), schemeID: "standard",
        name: LocalizedText("標準の配色", easy: "ふつうの いろ", en: "Standard colours"),
        validFrom: Timestamp(microseconds: .min), source: "City OS",
        calm: Calm(
            light: Light(colour: .bulb, pattern: .steady), beginning: .sunset,
            endMinuteOfDay: 22 * 60),
        steps: [
            .normal: .calm, .watch: .calm,
            .caution: .light(Light(colour: .white, pattern: .steady)),
            .evacuationJudgement: .light(Light(colour: .white, pattern: .steady)),
            .danger: .light(Light(colour: .alertRed, pattern: .steady)),
            .overflow: .light(Light(colour: .alertRed, pattern: .flash)),
            .missingDanger: .light(Light(colour: .alertRed, pattern: .steady)),
            .missing: .light(.dark),
        ],
        keepsLast: [.overflow])
}
