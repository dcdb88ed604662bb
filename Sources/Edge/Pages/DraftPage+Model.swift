import CityKernel
import CityVocabulary
import CityWeb

/// The plain values of a table before its import.
struct DraftModel {
    struct ColumnRow {
        let column: String
        let sample: String
        let attribute: CellInput
        let kind: CellInput
        let unit: CellInput
        let requiredName: String
        let requiredLabel: String
        let isRequired: Bool
        let isTaken: Bool
    }

    struct PreviewRow {
        let line: String
        let id: String
        let says: String
    }

    let title: String
    let lead: String
    let failed: Notice?
    let outcome: Notice?
    let isReadable: Bool
    let rows: [PreviewRow]
    let hasRows: Bool
    let faults: [ImportRunModel.FaultRow]
    let hasFaults: Bool
    let fields: [FormField]
    let idFields: [FormField]
    let placeFields: [FormField]
    let tableFields: [FormField]
    let columns: [ColumnRow]
    let path: String
    let formToken: String
    let from: String
    let layout: String
    let runWords: String
    let mayRun: Bool

    init(
        _ form: MappingForm, _ table: SourceTable, _ draft: ImportDraft, from: String,
        preview: ImportPreview?, refusal: Problem?, formToken: String, links: Links,
        texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        title = draft.fileName
        lead = Self.lead(table, language, texts)
        isReadable = true
        let wrong = refusal.map { "\($0.places.first?.message ?? $0.detail)。\($0.remedy ?? "")" }
        let unfit = preview?.failure.map { $0.sentence[language] }
        failed = (form.error ?? wrong ?? unfit).map {
            Notice(.bad, title: text("importNotReady"), text: $0)
        }
        outcome = preview.flatMap { Self.outcome($0, language, texts) }
        rows = (preview?.rows ?? []).map { Self.row($0) }
        hasRows = !rows.isEmpty
        faults = (preview?.faults ?? []).map { ImportRunModel.FaultRow($0, language) }
        hasFaults = !faults.isEmpty
        fields = [
            FormField(
                "name", label: text("importName"), value: form.name, charactersMax: 100),
            FormField(
                "id", label: text("importID"), value: form.id, hint: text("importIDHint"),
                charactersMax: PlainName.charactersMax),
            FormField(
                "types", label: text("importTypes"), value: form.types,
                hint: text("importTypesHint"), charactersMax: 300),
            FormField(
                "validFrom", label: text("importValidFrom"), value: form.validFrom,
                hint: text("importValidFromHint"), isRequired: false, charactersMax: 40),
        ]
        let options = table.columns.map { FormField.Option($0, $0) }
        let orNone = [FormField.Option("", text("importNoColumn"))] + options
        func choice(
            _ name: String, _ label: String, _ value: String, must: Bool = false
        )
            -> FormField
        {
            FormField(
                name, label: label, kind: .select(must ? options : orNone), value: value,
                isRequired: must)
        }
        let count = max(2, min(form.idColumns.count + 1, ImportMapping.idColumnsMax))
        idFields = (1...count).map { number in
            choice(
                "id.\(number)", "\(text("importIDColumn")) \(number)",
                form.idColumns.count >= number ? form.idColumns[number - 1] : "",
                must: number == 1)
        }
        placeFields =
            [
                choice("latitude", text("importLatitude"), form.latitude),
                choice("longitude", text("importLongitude"), form.longitude),
                choice("timeColumn", text("importTime"), form.timeColumn),
            ]
            + (form.geometry.isEmpty
                ? [] : [choice("geometry", text("importGeometry"), form.geometry)])
        tableFields = Self.tableFields(form.place, table.format, table.sheets, language, texts)
        columns = form.rows.enumerated().map { Self.column($0, $1, language, texts) }
        path = links.to("/staff/imports/drafts/\(draft.id)")
        self.formToken = formToken
        self.from = from
        layout = form.layoutID ?? ""
        mayRun = form.mapping != nil && (preview?.good ?? 0) > 0
        runWords = text("importRun").replacing("{n}", with: "\(preview?.good ?? 0)")
    }

    init(
        refusing error: ImportRefusal, _ draft: ImportDraft, from: String, place: TablePlace,
        formToken: String, links: Links, texts: Texts
    ) {
        let language = links.language
        title = draft.fileName
        lead = ""
        isReadable = false
        failed = Notice(.bad, title: error.message[language], text: error.remedy[language])
        outcome = nil
        (rows, faults, fields, idFields, placeFields, columns) = ([], [], [], [], [], [])
        (hasRows, hasFaults, mayRun) = (false, false, false)
        tableFields = Self.tableFields(
            place, TableFormat(draft.bytes), place.sheet.map { [$0] } ?? [], language, texts)
        path = links.to("/staff/imports/drafts/\(draft.id)")
        self.formToken = formToken
        self.from = from
        layout = ""
        runWords = ""
    }

    private static func lead(
        _ table: SourceTable, _ language: Language, _ texts: Texts
    ) -> String {
        let kind = texts["importFormat-\(table.format.rawValue)"][language]
        let encoding = table.encoding.map { " (\($0))" } ?? ""
        return texts["importTable"][language].replacing("{kind}", with: kind + encoding)
            .replacing("{rows}", with: "\(table.rows.count)")
            .replacing("{columns}", with: "\(table.columns.count)")
    }

    private static func outcome(
        _ preview: ImportPreview, _ language: Language, _ texts: Texts
    ) -> Notice? {
        guard preview.failure == nil else { return nil }
        let good = texts["importWouldKeep"][language].replacing("{n}", with: "\(preview.good)")
        guard preview.bad > 0 else {
            let none = texts["importNoGood"][language]
            return preview.good > 0
                ? Notice(.good, title: good) : Notice(.warning, title: none)
        }
        return Notice(
            preview.good > 0 ? .warning : .bad,
            title: texts["importWouldLeave"][language].replacing("{n}", with: "\(preview.bad)"),
            text: good)
    }

    private static func row(_ row: ReadRow) -> PreviewRow {
        let says = row.attributes.map { named -> String in
            let value = named.attribute.value
            let unit = named.attribute.unitCode.map { UnitWords.symbol($0) } ?? ""
            if let pair = value["coordinates"]?.array, pair.count == 2 {
                return "\(named.name): \(pair[1].text), \(pair[0].text)"
            }
            return "\(named.name): \(String((value.string ?? value.text).prefix(40)))\(unit)"
        }
        return PreviewRow(
            line: String(row.line), id: row.id.text, says: says.joined(separator: " ・ "))
    }

    private static func tableFields(
        _ place: TablePlace, _ format: TableFormat, _ sheets: [String], _ language: Language,
        _ texts: Texts
    ) -> [FormField] {
        var fields: [FormField] = []
        if format == .csv || format == .xlsx {
            fields.append(
                FormField(
                    "headerLine", label: texts["importHeaderLine"][language],
                    kind: .input(type: "number"), value: String(place.headerLine)))
        }
        if sheets.count > 1 {
            fields.append(
                FormField(
                    "sheet", label: texts["importSheet"][language],
                    kind: .select(sheets.map { .init($0, $0) }),
                    value: place.sheet ?? sheets[0]))
        }
        if format == .json || format == .xml {
            fields.append(
                FormField(
                    "path", label: texts["importPath"][language], value: place.recordsPath,
                    hint: texts["importPathHint"][language], isRequired: false))
        }
        return fields
    }

    private static func column(
        _ index: Int, _ row: MappingForm.Row, _ language: Language, _ texts: Texts
    ) -> ColumnRow {
        let kinds = ColumnMapping.Kind.allCases.map {
            ($0.rawValue, texts["importKind-\($0.rawValue)"][language])
        }
        func label(_ key: String) -> String { "\(row.column) \(texts[key][language])" }
        return ColumnRow(
            column: row.column, sample: row.sample,
            attribute: CellInput(
                "c.\(index).attribute", label: label("importAttribute"), value: row.attribute),
            kind: CellInput(
                "c.\(index).kind", label: label("importKind"), value: row.kind, choices: kinds),
            unit: CellInput("c.\(index).unit", label: label("importUnit"), value: row.unitCode),
            requiredName: "c.\(index).required", requiredLabel: label("importRequired"),
            isRequired: row.isRequired, isTaken: !row.attribute.isEmpty)
    }
}
