import CityKernel
import CityVocabulary
import CityWeb

/// A page of staff that is a title and a table.
struct StaffTableModel: TitledModel {
    let title: String
    let table: Table

    /// The thresholds of every gauge that has some.
    init(thresholdsOf state: DisasterState, _ desk: StaffDesk) {
        let language = desk.language
        title = desk.say("staffThresholds")
        let columns = ThresholdsForm.levels.map {
            Table.Column(StageWords.thresholdShort($0)[language], isNumber: true)
        }
        table = Table(
            caption: title, hidesCaption: true,
            columns: [.init(desk.say("riverName"))] + columns,
            rows: state.gauges.map { gauge in
                let levels = gauge.levels(at: state.now)
                let path = desk.links.to(DisasterPaths.thresholds(gauge))
                return [.init(gauge.fullName(in: language), path: path)]
                    + ThresholdsForm.levels.map { level in
                        .init(levels[level].map { Metres.text(centimetres: $0) } ?? "—")
                    }
            })
    }
}

/// The form of one gauge's thresholds, its editions and what they were before.
struct ThresholdsModel: TitledModel {
    struct Edition {
        struct Level {
            let words: String
            let metres: String
        }

        let span: String
        let isNow: Bool
        let levels: [Level]
        let source: String
    }

    struct Earlier {
        let number: Int
        let words: String
        let when: String
    }

    let title: String
    let formToken: String
    let path: String
    let fields: [FormField]
    let failed: Notice?
    let saved: Notice?
    let preview: Notice?
    let editions: [Edition]
    let none: EmptyState?
    let earlier: [Earlier]
    let hasEarlier: Bool

    init(
        _ form: ThresholdsForm, gauge: DisasterState.Gauge, thresholds: FloodThresholds,
        earlier: [Attribute], preview: Notice?, isSaved: Bool, now: Timestamp, desk: StaffDesk
    ) {
        let language = desk.language
        title = gauge.fullName(in: language)
        formToken = desk.formToken
        path = desk.links.to(DisasterPaths.thresholds(gauge))
        fields = Self.fields(form, desk)
        failed = desk.notSaved(form.errors)
        saved = desk.saved(isSaved)
        self.preview = preview
        editions = thresholds.editions.reversed().map {
            Self.edition($0, isNow: $0 == thresholds.edition(at: now), language)
        }
        none =
            editions.isEmpty ? EmptyState(desk.say("riverThresholdsNone"), icon: "river") : nil
        self.earlier = earlier.enumerated().map { number, attribute in
            let levels = attribute.value.array?.last?["levelsCentimetres"]?.object
            let said = (levels ?? JSONObject()).map { key, value in
                let level = FloodStage.Level(rawValue: key) ?? .normal
                let metres = Metres.text(centimetres: Int(value.integer ?? 0))
                return "\(StageWords.thresholdShort(level)[language]) \(metres)"
            }
            return Earlier(
                number: number, words: said.joined(separator: " / "),
                when: (attribute.modifiedAt ?? attribute.createdAt)?
                    .spoken(in: language, at: now) ?? "")
        }
        hasEarlier = !earlier.isEmpty
    }

    private static func fields(_ form: ThresholdsForm, _ desk: StaffDesk) -> [FormField] {
        let language = desk.language
        func field(
            _ name: String, _ label: String, type: String = "text", hint: String? = nil,
            isRequired: Bool = true, charactersMax: Int? = nil
        ) -> FormField {
            FormField(
                name, label: label, kind: .input(type: type), value: form.typed[name] ?? "",
                hint: hint, error: form.errors[name]?[language], isRequired: isRequired,
                charactersMax: charactersMax)
        }
        let levels = ThresholdsForm.levels.map { level in
            field(
                level.rawValue, StageWords.threshold(level)[language] + " (m)",
                isRequired: false, charactersMax: 8)
        }
        return levels + [
            field("validFrom", desk.say("riverValidFrom"), type: "date"),
            field(
                "source", desk.say("riverSource"), hint: desk.say("staffSourceHint"),
                charactersMax: ThresholdsForm.textCharactersMax),
            field(
                "approvedBy", desk.say("staffApprovedBy"),
                charactersMax: ThresholdsForm.textCharactersMax),
        ]
    }

    private static func edition(
        _ edition: FloodThresholds.Edition, isNow: Bool, _ language: Language
    ) -> Edition {
        let from = edition.validFrom.spokenDate(in: language, withYear: true)
        let to = edition.validTo.map {
            ($0 - .days(1)).spokenDate(in: language, withYear: true)
        }
        return Edition(
            span: "\(from) 〜 \(to ?? "")", isNow: isNow,
            levels: edition.levels.sorted { $0.key < $1.key }.map { level, centimetres in
                .init(
                    words: StageWords.thresholdShort(level)[language],
                    metres: Metres.text(centimetres: centimetres) + " m")
            },
            source: "\(edition.source)(\(edition.approvedBy))")
    }
}
