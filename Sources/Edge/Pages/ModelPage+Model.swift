import CityKernel
import CityVocabulary
import CityWeb

/// One cell of a table that is typed into.
struct CellInput {
    struct Choice {
        let value: String
        let words: String
        let isChosen: Bool
    }

    let name: String
    let label: String
    let value: String
    let choices: [Choice]
    let isSelect: Bool

    init(_ name: String, label: String, value: String, choices: [(String, String)] = []) {
        self.name = name
        self.label = label
        self.value = value
        self.choices = choices.map { Choice(value: $0.0, words: $0.1, isChosen: $0.0 == value) }
        isSelect = !choices.isEmpty
    }
}

struct InputRow { let cells: [CellInput] }

/// The plain values of a model's page.
struct ModelModelOfPage {
    struct Tried {
        let name: String
        let value: String
        let becomes: String
    }

    let title: String
    let saved: Notice?
    let failed: Notice?
    let fields: [FormField]
    let moreFields: [FormField]
    let registersUnknown: Bool
    let takesArrivalAsTime: Bool
    let measureHeads: [String]
    let measures: [InputRow]
    let decoderField: [FormField]
    let fieldHeads: [String]
    let decoderRows: [InputRow]
    let tryFields: [FormField]
    let tried: [Tried]
    let hasTried: Bool
    let tryFailed: Notice?
    let saveFields: [FormField]
    let path: String
    let formToken: String
    let mayEdit: Bool
    let editions: Table?

    init(
        _ form: ModelForm, present: DeviceModel?, editions: [Edition<DeviceModel>],
        authors: Authors, refusal: Problem?, isSaved: Bool, mayEdit: Bool, formToken: String,
        now: Timestamp,
        links: Links, texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        func field(
            _ name: String, _ key: String, hint: String? = nil, must: Bool = true
        )
            -> FormField
        {
            FormField(
                name, label: text(key), value: form.typed[name] ?? "", hint: hint.map(text),
                isRequired: must, charactersMax: 200)
        }
        func choice(_ name: String, _ key: String, _ values: [String]) -> FormField {
            FormField(
                name, label: text(key),
                kind: .select(values.map { .init($0, text("\(key)-\($0)")) }),
                value: form.typed[name] ?? "")
        }
        title = present?.name ?? text("deviceModelNew")
        saved = isSaved ? Notice(.good, title: text("deviceSaved")) : nil
        let wrong = refusal.map { "\($0.places.first?.message ?? $0.detail)。\($0.remedy ?? "")" }
        failed = (form.error ?? wrong).map {
            Notice(.bad, title: text("deviceNotSaved"), text: $0)
        }
        fields =
            (present == nil ? [field("id", "deviceModelID", hint: "deviceModelIDHint")] : []) + [
                field("name", "deviceModelName"),
                field("entityType", "deviceType", hint: "deviceTypeHint"),
                choice("speech", "deviceSpeech", DeviceModel.Speech.allCases.map(\.rawValue)),
                field("silentMinutes", "deviceSilentMinutes", hint: "deviceSilentMinutesHint"),
            ]
        moreFields = [
            choice(
                "transport", "deviceTransport", DeviceModel.Transport.allCases.map(\.rawValue)),
            field("commands", "deviceCommandNames", hint: "deviceCommandNamesHint", must: false),
            field("commandSecondsMax", "deviceCommandSeconds", must: false),
            field("commandURL", "deviceCommandURL", hint: "deviceCommandURLHint", must: false),
            field("commandKey", "deviceCommandKey", must: false),
            field("commandPort", "deviceCommandPort", must: false),
            field("sharedKey", "deviceSharedKey", hint: "deviceSharedKeyHint", must: false),
        ]
        registersUnknown = form.typed["registersUnknown"] == "1"
        takesArrivalAsTime = form.typed["takesArrivalAsTime"] == "1"
        measureHeads = ModelForm.measureColumns.map { text("deviceMeasure-\($0)") }
        let kinds = MeasureMapping.Kind.allCases.map {
            ($0.rawValue, text("deviceKind-\($0.rawValue)"))
        }
        measures = Self.rows(
            form.measures, "measure", ModelForm.measureColumns, max: DeviceModel.measuresMax
        ) { column in
            (text("deviceMeasure-\(column)"), column == "kind" ? kinds : [])
        }
        decoderField = [choice("decoder", "deviceDecoder", ["none", "fields", "cayenneLPP"])]
        fieldHeads = ModelForm.fieldColumns.map { text("deviceField-\($0)") }
        let orders = ["big", "little"].map { ($0, text("deviceOrder-\($0)")) }
        let signs = ["unsigned", "signed"].map { ($0, text("deviceSign-\($0)")) }
        decoderRows = Self.rows(
            form.decoderFields, "field", ModelForm.fieldColumns, max: PayloadDecoder.fieldsMax
        ) { column in
            (
                text("deviceField-\(column)"),
                column == "order" ? orders : column == "sign" ? signs : []
            )
        }
        tryFields = [
            field("tryBytes", "deviceTryBytes", hint: "deviceTryBytesHint", must: false),
            field("tryPort", "deviceField-port", must: false),
        ]
        let trial = form.trial()
        switch trial {
        case .success(let values):
            tried = values.map { Self.tried($0, form.model, texts, language) }
            tryFailed = nil
        case .failure(let refusal):
            tried = []
            tryFailed = Notice(.bad, title: text("deviceTryFailed"), text: refusal.words[language])
        case nil: (tried, tryFailed) = ([], nil)
        }
        hasTried = !tried.isEmpty
        saveFields = [
            FormField(
                "validFrom", label: text("deviceValidFrom"), kind: .input(type: "date"),
                value: form.typed["validFrom"] ?? "", hint: text("deviceValidFromHint"),
                isRequired: false)
        ]
        path = links.to(present.map { EdgePaths.model($0.id) } ?? EdgePaths.newModel)
        self.formToken = formToken
        self.mayEdit = mayEdit
        self.editions =
            editions.isEmpty ? nil : Self.table(editions, authors, now, language, texts)
    }

    private static func rows(
        _ typed: [[String: String]], _ name: String, _ columns: [String], max: Int,
        _ describe: (String) -> (label: String, choices: [(String, String)])
    ) -> [InputRow] {
        let empty = Array(
            repeating: [String: String](),
            count: min(ModelForm.emptyRows, Swift.max(0, max - typed.count)))
        return (typed + empty).enumerated().map { index, row in
            InputRow(
                cells: columns.map { column in
                    let (label, choices) = describe(column)
                    return CellInput(
                        "\(name).\(index).\(column)", label: "\(label) \(index + 1)",
                        value: row[column] ?? "", choices: choices)
                })
        }
    }

    private static func tried(
        _ measured: Measured, _ model: DeviceModel?, _ texts: Texts, _ language: Language
    ) -> Tried {
        let becomes = (model?.measures ?? []).filter { $0.measure == measured.name }.map {
            mapping in
            let attribute = mapping.attribute(
                of: measured.value, observedAt: Timestamp(seconds: 0))
            let unit = mapping.unitCode.isEmpty ? "" : " " + UnitWords.symbol(mapping.unitCode)
            return "\(mapping.attribute) = \(attribute?.value.text ?? "✕")\(unit)"
        }
        return Tried(
            name: measured.name, value: measured.value.text,
            becomes: becomes.isEmpty
                ? texts["deviceTryUnmapped"][language] : becomes.joined(separator: ", "))
    }

    private static func table(
        _ editions: [Edition<DeviceModel>], _ authors: Authors, _ now: Timestamp,
        _ language: Language, _ texts: Texts
    ) -> Table {
        let current = editions.edition(at: now)?.number
        return Table(
            caption: texts["deviceEditions"][language], hidesCaption: true,
            columns: [
                .init(texts["deviceEdition"][language]),
                .init(texts["deviceEditionFrom"][language]),
                .init(texts["deviceEditionBy"][language]),
                .init(texts["deviceState"][language]),
            ],
            rows: editions.suffix(10).reversed().map {
                [
                    .init(String($0.number)), .init($0.validFrom.spoken(in: language, at: now)),
                    .init(authors.name($0.madeBy, language, texts)),
                    .init(
                        $0.number == current
                            ? texts["deviceEditionNow"][language]
                            : $0.validFrom > now ? texts["deviceEditionLater"][language] : "—"),
                ]
            })
    }
}
