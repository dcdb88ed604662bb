package import CityKernel
package import CityVocabulary

/// The names of the stages and what to do: the city's reviewed texts, and the plan's plain names
/// where the city has written none.
package struct StageWords: Sendable {
    private var texts: [FloodStage.Standing: StageText] = [:]

    package init(_ texts: [StageText]) {
        for text in texts { self.texts[text.standing] = text }
    }

    package func name(_ standing: FloodStage.Standing) -> LocalizedText {
        texts[standing]?.name ?? Self.names(standing)
    }

    /// `nil` when the city has written no words; nothing is made up at run time.
    package func doNow(_ standing: FloodStage.Standing) -> LocalizedText? {
        texts[standing]?.doNow
    }

    /// The name of a threshold: 氾濫注意水位 and so on, as the river law's plans say it.
    package static func threshold(_ level: FloodStage.Level) -> LocalizedText {
        switch level {
        case .normal: LocalizedText("平常", easy: "いつもと おなじ", en: "Normal")
        case .watch: LocalizedText("水防団待機水位", easy: "水が ふえはじめ", en: "Flood-watch level")
        case .caution: LocalizedText("氾濫注意水位", easy: "ちゅうい", en: "Flood-caution level")
        case .evacuationJudgement:
            LocalizedText("避難判断水位", easy: "にげる じゅんび", en: "Evacuation-judgement level")
        case .danger: LocalizedText("氾濫危険水位", easy: "とても あぶない", en: "Flood-danger level")
        case .overflow: LocalizedText("計画高水位", easy: "あふれそう", en: "Design high-water level")
        }
    }

    /// The same in one or two words, for the lines of a chart.
    package static func thresholdShort(_ level: FloodStage.Level) -> LocalizedText {
        switch level {
        case .normal: LocalizedText("平常", easy: "いつも", en: "Normal")
        case .watch: LocalizedText("待機", easy: "はじめ", en: "Watch")
        case .caution: LocalizedText("注意", easy: "ちゅうい", en: "Caution")
        case .evacuationJudgement: LocalizedText("避難判断", easy: "じゅんび", en: "Judgement")
        case .danger: LocalizedText("危険", easy: "あぶない", en: "Danger")
        case .overflow: LocalizedText("計画高水位", easy: "あふれる", en: "Design high")
        }
    }

    private static func names(_ standing: FloodStage.Standing) -> LocalizedText {
        switch standing {
        case .normal: LocalizedText("平常", easy: "いつもと おなじ", en: "Normal")
        case .watch: LocalizedText("水防団待機", easy: "水が ふえはじめた", en: "Flood watch")
        case .caution: LocalizedText("氾濫注意", easy: "川に ちゅうい", en: "Flood caution")
        case .evacuationJudgement:
            LocalizedText("避難判断", easy: "にげる ことを 考える", en: "Evacuation judgement level")
        case .danger: LocalizedText("氾濫危険", easy: "川が とても あぶない", en: "Flood danger")
        case .overflow: LocalizedText("計画高水位超過", easy: "川が あふれそう", en: "Above design high water")
        case .missingDanger:
            LocalizedText("欠測・危険", easy: "水の 高さが わからない。あぶない", en: "No reading, danger")
        case .missing: LocalizedText("欠測", easy: "水の 高さが わからない", en: "No reading")
        }
    }
}
