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
    private(set) var errors: [String: String] = [:]
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
            errors[field] = "空です。だれが見ても確かめられる出典・承認者を書いてください。"
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
                errors[level.rawValue] = "「\(text)」はメートルの数ではありません。例: 3.40"
                continue
            }
            guard plausible.contains(value) else {
                let range = "\(plausible.lowerBound / 100)〜\(plausible.upperBound / 100) m"
                errors[level.rawValue] = "\(text) m は、ありうる範囲(\(range))の外です。"
                continue
            }
            if let below, value <= below.value {
                let name = StageWords.threshold(below.level).japanese
                let floor = Metres.text(centimetres: below.value)
                errors[level.rawValue] = "\(name)(\(floor) m)より高くしてください。"
            }
            below = (level, value)
            levels[level] = value
        }
        if levels.isEmpty, errors.isEmpty {
            errors[FloodStage.Level.danger.rawValue] = "一つ以上の水位を書いてください。"
        }
        return levels
    }

    private mutating func readDate(_ thresholds: FloodThresholds) -> Timestamp? {
        let text = typed["validFrom"] ?? ""
        guard text.utf8.count == 10,
            let day = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds)
        else {
            errors["validFrom"] = "「\(text)」は日付ではありません。例: 2026-06-01"
            return nil
        }
        if let last = thresholds.editions.last, day < last.validFrom {
            let date = last.validFrom.spokenDate(in: .japanese, withYear: true)
            errors["validFrom"] = "最後の版(\(date)から)より前にはできません。"
            return nil
        }
        return day
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
