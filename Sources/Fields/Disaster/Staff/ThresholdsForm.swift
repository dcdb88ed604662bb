import CityKernel
import CityVocabulary
import CityWeb

/// A new edition of a gauge's thresholds as typed, checked before anything is kept.
struct ThresholdsForm: Sendable {
    static let levels = FloodStage.Level.allCases.filter { $0 != .normal }
    static let textCharactersMax = 200

    /// As typed, by field name.
    private(set) var typed: [String: String] = [:]
    /// How to mend each field.
    private(set) var errors: [String: LocalizedText] = [:]
    /// `nil` while there are errors.
    private(set) var edition: FloodThresholds.Edition?

    /// The form as it opens: the edition in force, dated today.
    init(showing edition: FloodThresholds.Edition?, staffName: String, now: Timestamp) {
        for (level, centimetres) in edition?.levels ?? [:] {
            typed[level.rawValue] = Metres.text(centimetres: centimetres)
        }
        typed["validFrom"] = String(now.iso8601Japan.prefix(10))
        typed["source"] = edition?.source ?? ""
        typed["approvedBy"] = staffName
    }

    init(reading form: FormData, for thresholds: FloodThresholds) {
        for field in Self.levels.map(\.rawValue) + ["validFrom", "source", "approvedBy"] {
            typed[field] = form[field]
        }
        let levels = readLevels(thresholds.plausibleCentimetres)
        let validFrom = readDate(thresholds)
        for field in ["source", "approvedBy"] where (typed[field] ?? "").isEmpty {
            errors[field] = LocalizedText(
                "空です。だれが見ても確かめられる出典・承認者を書いてください。",
                easy: "まだ 書いて いません。どこから きたか、だれが きめたかを 書いて ください。",
                en: "Empty. Write a source and a name that anyone can verify.")
        }
        guard errors.isEmpty, let validFrom else { return }
        edition = FloodThresholds.Edition(
            levels: levels, validFrom: validFrom,
            source: String((typed["source"] ?? "").prefix(Self.textCharactersMax)),
            approvedBy: String((typed["approvedBy"] ?? "").prefix(Self.textCharactersMax)))
    }

    private mutating func readLevels(
        _ plausible: ClosedRange<Int>
    ) -> [FloodStage.Level: Int] {
        var levels: [FloodStage.Level: Int] = [:]
        var below: (level: FloodStage.Level, value: Int)?
        for level in Self.levels {
            let text = typed[level.rawValue] ?? ""
            // An empty field means that the level is not known.
            guard !text.isEmpty else { continue }
            guard let value = TypedMetres.centimetres(text) else {
                errors[level.rawValue] = TypedMetres.mend(text)
                continue
            }
            guard plausible.contains(value) else {
                let range = "\(plausible.lowerBound / 100)〜\(plausible.upperBound / 100) m"
                errors[level.rawValue] = LocalizedText(
                    "\(text) m は、ありうる範囲(\(range))の外です。",
                    easy: "\(text) m は おかしい すうじです。\(range) の 中で 書いて ください。",
                    en: "\(text) m is outside of what is possible (\(range)).")
                continue
            }
            if let below, value <= below.value {
                errors[level.rawValue] = Self.tooLow(below.level, below.value)
            }
            below = (level, value)
            levels[level] = value
        }
        if levels.isEmpty, errors.isEmpty {
            errors[FloodStage.Level.danger.rawValue] = LocalizedText(
                "一つ以上の水位を書いてください。", easy: "水の 高さを 一つは 書いて ください。",
                en: "Write at least one level.")
        }
        return levels
    }

    private mutating func readDate(_ thresholds: FloodThresholds) -> Timestamp? {
        let text = typed["validFrom"] ?? ""
        guard text.utf8.count == 10,
            let day = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds)
        else {
            errors["validFrom"] = LocalizedText(
                "「\(text)」は日付ではありません。例: 2026-06-01",
                easy: "「\(text)」は 日にちでは ありません。れい: 2026-06-01",
                en: "“\(text)” is not a date. Example: 2026-06-01")
            return nil
        }
        if let last = thresholds.editions.last, day < last.validFrom {
            errors["validFrom"] = Self.tooEarly(last.validFrom)
            return nil
        }
        return day
    }

    private static func tooLow(_ below: FloodStage.Level, _ centimetres: Int) -> LocalizedText {
        let floor = Metres.text(centimetres: centimetres) + " m"
        return LocalizedText { language in
            let name = StageWords.threshold(below)[language]
            return switch language {
            case .japanese: "\(name)(\(floor))より高くしてください。"
            case .easyJapanese: "\(name)(\(floor))より 高く して ください。"
            case .english: "Make it higher than \(name) (\(floor))."
            }
        }
    }

    private static func tooEarly(_ last: Timestamp) -> LocalizedText {
        LocalizedText { language in
            let date = last.spokenDate(in: language, withYear: true)
            return switch language {
            case .japanese: "最後の版(\(date)から)より前にはできません。"
            case .easyJapanese: "\(date)より あとの 日に して ください。"
            case .english: "It cannot begin before the last edition (\(date))."
            }
        }
    }

    /// The thresholds with the new edition: the open one ends where it begins; one of the same day
    /// is replaced.
    func added(to thresholds: FloodThresholds) -> FloodThresholds? {
        guard let edition else { return nil }
        var changed = thresholds
        changed.editions.removeAll { $0.validFrom == edition.validFrom }
        if let last = changed.editions.indices.last,
            changed.editions[last].validTo.map({ $0 > edition.validFrom }) ?? true
        {
            changed.editions[last].validTo = edition.validFrom
        }
        changed.editions.append(edition)
        return changed
    }
}
