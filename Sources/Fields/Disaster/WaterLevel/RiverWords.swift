import CityKernel
import CityVocabulary

/// Sentences about a river with numbers in them, in every language.
enum RiverWords {
    static let missing = LocalizedText("欠測", easy: "わからない", en: "No data")

    /// 「約20分で計画高水位のおそれ」; `nil` when there is nothing to announce.
    static func forecast(_ stage: FloodStage, at now: Timestamp, in language: Language) -> String? {
        guard !stage.isMissing, let next = stage.nextLevel, let minutes = stage.minutesToNext,
            let observedAt = stage.observedAt
        else { return nil }
        let left = minutes - Int(now.since(observedAt).inMinutes.rounded(.down))
        let name = StageWords.threshold(next)[language]
        guard left > 0 else {
            return switch language {
            case .japanese: "まもなく\(name)に達するおそれ"
            case .easyJapanese: "もうすぐ「\(name)」の 高さに なるかも しれません"
            case .english: "May reach the \(name.lowercasedFirst) any moment"
            }
        }
        let span = Duration.minutes(rounded(left)).spoken(in: language)
        return switch language {
        case .japanese: "約\(span)で\(name)に達するおそれ"
        case .easyJapanese: "あと \(span)くらいで「\(name)」の 高さに なるかも しれません"
        case .english: "May reach the \(name.lowercasedFirst) in about \(span)"
        }
    }

    /// A forecast is not a timetable: five-minute steps from ten minutes on.
    private static func rounded(_ minutes: Int) -> Int {
        minutes < 10 ? minutes : (minutes + 2) / 5 * 5
    }

    /// 「0.8 m/時」; `nil` when the trend is not known or steady.
    static func rate(_ stage: FloodStage, in language: Language) -> String? {
        guard let speed = stage.centimetresPerHour, stage.trend != .unknown,
            stage.trend != .steady
        else { return nil }
        let metres = Metres.text(centimetres: abs(speed))
        return switch language {
        case .japanese: "\(metres) m/時"
        case .easyJapanese: "1じかんに \(metres) m"
        case .english: "\(metres) m/h"
        }
    }

    static func trend(_ trend: FloodStage.Trend) -> LocalizedText {
        switch trend {
        case .rising: LocalizedText("上昇", easy: "ふえて います", en: "rising")
        case .falling: LocalizedText("下降", easy: "へって います", en: "falling")
        case .steady: LocalizedText("横ばい", easy: "かわりません", en: "steady")
        case .unknown: LocalizedText("傾き不明", easy: "まだ わかりません", en: "trend unknown")
        }
    }

    /// What remains to the next threshold above the water: 「氾濫危険水位まで 0.54 m」.
    static func distance(
        toNextOf levels: [FloodStage.Level: Int], from centimetres: Int, in language: Language
    ) -> String? {
        let above = levels.filter { $0.value > centimetres }.min { $0.value < $1.value }
        guard let above else { return nil }
        let name = StageWords.threshold(above.key)[language]
        let metres = Metres.text(centimetres: above.value - centimetres)
        return switch language {
        case .japanese: "\(name)まで \(metres) m"
        case .easyJapanese: "「\(name)」の 高さまで あと \(metres) m"
        case .english: "\(metres) m below the \(name.lowercasedFirst)"
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
