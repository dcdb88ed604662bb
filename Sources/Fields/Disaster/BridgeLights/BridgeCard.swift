import CityKernel
import CityVocabulary
import CityWeb

/// One bridge as a card or a page shows it: the picture, the light in words, and why.
struct BridgeCard {
    let id: String
    let name: String
    let svg: String
    /// 「赤 点灯」; `nil` before the first decision.
    let light: String?
    /// 「氾濫危険」: why the light is as it is.
    let reason: String
    let since: Age?

    init(
        _ state: DisasterState.BridgeLight, number: Int, now: Timestamp, _ language: Language,
        texts: Texts
    ) {
        let command = state.command
        id = "bridge-\(number)"
        name = state.bridge.name[language]
        let light = command.map { BridgeScheme.Light($0) }
        self.light = light.map { LightWords.say($0, in: language) }
        reason =
            command.map { Self.reason($0, language, texts) }
            ?? texts["bridgeUnknown"][language]
        since = nil
        svg = BridgePicture(
            light: light ?? .dark, title: "\(name) \(self.light ?? "")", key: id
        ).svg()
    }

    /// A light that warns says which stage of the river it tells.
    private static func reason(
        _ command: LampCommand, _ language: Language, _ texts: Texts
    ) -> String {
        let reason = command.reason[language]
        guard command.isAlert else { return reason }
        return texts["bridgeBecause"][language].replacing("{stage}", with: reason)
    }
}

extension BridgeScheme.Light {
    init(_ command: LampCommand) {
        self.init(
            colour: command.colour, pattern: command.pattern,
            periodMilliseconds: command.periodMilliseconds,
            brightnessPercent: command.brightnessPercent)
    }
}
