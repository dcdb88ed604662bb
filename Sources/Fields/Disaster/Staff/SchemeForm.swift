import CityKernel
import CityVocabulary
import CityWeb

/// The lights of a scheme as typed.
struct SchemeForm: Sendable {
    private(set) var scheme: BridgeScheme
    /// By standing.
    private(set) var errors: [FloodStage.Standing: LocalizedText] = [:]

    init(showing scheme: BridgeScheme) { self.scheme = scheme }

    init(reading form: FormData, for scheme: BridgeScheme) {
        self.scheme = scheme
        for standing in FloodStage.Standing.allCases {
            read(standing, form)
        }
    }

    private mutating func read(_ standing: FloodStage.Standing, _ form: FormData) {
        let key = standing.rawValue
        if form["\(key).pattern"] == "calm" {
            guard !standing.isAlert else {
                errors[standing] = LocalizedText(
                    "危険を知らせる段階に、平常のあかりは使えません。",
                    easy: "あぶない ときの あかりを、いつもの あかりに できません。",
                    en: "A stage that warns cannot use the calm light.")
                return
            }
            scheme.steps[standing] = .calm
            return
        }
        guard let pattern = LampCommand.Pattern(rawValue: form["\(key).pattern"]),
            let colour = LampCommand.Colour(hex: form["\(key).colour"].uppercased())
        else {
            errors[standing] = LocalizedText(
                "色と光り方を選んでください。", easy: "いろと ひかりかたを えらんで ください。",
                en: "Choose a colour and a pattern.")
            return
        }
        let light =
            pattern == .off
            ? BridgeScheme.Light.dark : BridgeScheme.Light(colour: colour, pattern: pattern)
        guard light.isVisible || !standing.isAlert else {
            errors[standing] = LocalizedText(
                "危険を知らせる段階は、消せません。", easy: "あぶない ときの あかりは けせません。",
                en: "A stage that warns cannot be dark.")
            return
        }
        scheme.steps[standing] = .light(light)
    }
}
