import CityKernel
import CityWeb

/// What is typed about one model of devices. Rows of tables are named `measure.0.attribute`.
struct ModelForm: Sendable {
    static let emptyRows = 3
    static let single = [
        "id", "name", "entityType", "speech", "transport", "sharedKey", "registersUnknown",
        "commands", "commandSecondsMax", "commandURL", "commandKey", "commandPort",
        "silentMinutes", "takesArrivalAsTime", "decoder",
        "validFrom", "tryBytes", "tryPort",
    ]
    static let measureColumns = [
        "measure", "attribute", "kind", "unitCode", "factor", "shift", "minimum", "maximum",
    ]
    static let fieldColumns = [
        "name", "port", "offset", "length", "order", "sign", "bitFirst", "bitCount", "scale",
    ]

    private(set) var typed: [String: String] = [:]
    private(set) var measures: [[String: String]] = []
    private(set) var decoderFields: [[String: String]] = []
    private(set) var error: String?
    private(set) var model: DeviceModel?
    private(set) var validFrom: Timestamp?

    /// An empty form.
    init() {
        typed = [
            "speech": "json", "transport": "mqtt", "silentMinutes": "60",
            "commandSecondsMax": "300", "commandPort": "1", "takesArrivalAsTime": "1",
            "decoder": "none",
        ]
    }

    init(showing model: DeviceModel) {
        typed = [
            "id": model.id, "name": model.name, "entityType": model.entityType,
            "speech": model.speech.rawValue, "transport": model.transport.rawValue,
            "sharedKey": model.sharedKey ?? "",
            "registersUnknown": model.registersUnknown ? "1" : "",
            "commands": model.commands.joined(separator: " "),
            "commandSecondsMax": String(model.commandSecondsMax),
            "commandURL": model.commandURL, "commandKey": model.commandKey,
            "commandPort": String(model.commandPort),
            "silentMinutes": DeviceWords.number(Double(model.silentAfterSeconds) / 60),
            "takesArrivalAsTime": model.takesArrivalAsTime ? "1" : "",
            "decoder": model.decoder.json["kind"]?.string ?? "none",
        ]
        measures = model.measures.map(Self.typed)
        if case .fields(let fields) = model.decoder {
            decoderFields = fields.map(Self.typed)
        }
        self.model = model
    }

    private static func typed(_ mapping: MeasureMapping) -> [String: String] {
        [
            "measure": mapping.measure, "attribute": mapping.attribute,
            "kind": mapping.kind.rawValue, "unitCode": mapping.unitCode,
            "factor": DeviceWords.exact(mapping.factor), "shift": DeviceWords.exact(mapping.shift),
            "minimum": mapping.minimum.map(DeviceWords.exact) ?? "",
            "maximum": mapping.maximum.map(DeviceWords.exact) ?? "",
        ]
    }

    private static func typed(_ field: PayloadField) -> [String: String] {
        [
            "name": field.name, "port": field.port.map(String.init) ?? "",
            "offset": String(field.offset), "length": String(field.length),
            "order": field.isLittleEndian ? "little" : "big",
            "sign": field.isSigned ? "signed" : "unsigned",
            "bitFirst": field.bitFirst.map(String.init) ?? "",
            "bitCount": field.bitCount.map(String.init) ?? "",
            "scale": DeviceWords.exact(field.scale),
        ]
    }
}

// MARK: - Reading

extension ModelForm {
    /// - Parameter present: the model as it is; its id does not change.
    init(reading form: FormData, present: DeviceModel?) {
        for field in Self.single { typed[field] = form[field] }
        if let present { typed["id"] = present.id }
        measures = Self.rows(
            "measure", Self.measureColumns, key: "measure", form,
            rowsMax: DeviceModel.measuresMax + Self.emptyRows)
        decoderFields = Self.rows(
            "field", Self.fieldColumns, key: "name", form,
            rowsMax: PayloadDecoder.fieldsMax + Self.emptyRows)
        do throws(Problem) {
            model = try read()
        } catch {
            let place = error.places.first
            let words = place.map { "\($0.place): \($0.message)" } ?? error.detail
            self.error = "\(words)。\(error.remedy ?? "")"
        }
    }

    private static func rows(
        _ name: String, _ columns: [String], key: String, _ form: FormData, rowsMax: Int
    ) -> [[String: String]] {
        (0..<rowsMax).compactMap { index in
            var row: [String: String] = [:]
            for column in columns { row[column] = form["\(name).\(index).\(column)"] }
            // A row whose name was emptied is taken away.
            return row[key]?.isEmpty == false ? row : nil
        }
    }

    private mutating func read() throws(Problem) -> DeviceModel {
        var mappings: [MeasureMapping] = []
        for row in measures {
            let name = row["measure"] ?? ""
            mappings.append(
                try MeasureMapping(
                    measure: name, attribute: row["attribute"] ?? "",
                    kind: MeasureMapping.Kind(rawValue: row["kind"] ?? "") ?? .number,
                    unitCode: (row["unitCode"] ?? "").uppercased(),
                    factor: try Self.number(row["factor"], name) ?? 1,
                    shift: try Self.number(row["shift"], name) ?? 0,
                    minimum: try Self.number(row["minimum"], name),
                    maximum: try Self.number(row["maximum"], name)))
        }
        validFrom = try date()
        let minutes = try Self.number(typed["silentMinutes"], "silentAfterSeconds") ?? 60
        let key = typed["sharedKey"] ?? ""
        return try DeviceModel(
            id: typed["id"] ?? "", name: typed["name"] ?? "",
            entityType: typed["entityType"] ?? "",
            speech: DeviceModel.Speech(rawValue: typed["speech"] ?? "") ?? .json,
            transport: DeviceModel.Transport(rawValue: typed["transport"] ?? "") ?? .mqtt,
            sharedKey: key.isEmpty ? nil : key,
            registersUnknown: typed["registersUnknown"] == "1", measures: mappings,
            commands: (typed["commands"] ?? "").split { " ,\n\r、".contains($0) }
                .map(String.init),
            commandSecondsMax: Int(
                try Self.number(typed["commandSecondsMax"], "commandSecondsMax") ?? 300),
            commandURL: typed["commandURL"] ?? "", commandKey: typed["commandKey"] ?? "",
            commandPort: Int(
                min(max(try Self.number(typed["commandPort"], "commandPort") ?? 1, 0), 1e6)),
            decoder: try decoder(), silentAfterSeconds: Int(min(max(minutes * 60, 0), 1e9)),
            takesArrivalAsTime: typed["takesArrivalAsTime"] == "1")
    }

    private func decoder() throws(Problem) -> PayloadDecoder {
        switch typed["decoder"] {
        case "cayenneLPP": return .cayenneLPP
        case "fields":
            var fields: [PayloadField] = []
            for row in decoderFields {
                let name = row["name"] ?? ""
                func whole(_ key: String) throws(Problem) -> Int? {
                    try Self.number(row[key], name).map { Int(min(max($0, -1e6), 1e6)) }
                }
                fields.append(
                    try PayloadField(
                        name: name, port: try whole("port"), offset: try whole("offset") ?? -1,
                        length: try whole("length") ?? 0,
                        isLittleEndian: row["order"] == "little",
                        isSigned: row["sign"] == "signed", bitFirst: try whole("bitFirst"),
                        bitCount: try whole("bitCount"),
                        scale: try Self.number(row["scale"], name) ?? 1))
            }
            guard !fields.isEmpty else {
                throw SettingFault.problem(
                    "decoder", "読む項目がありません", remedy: "項目の表に一行以上入れてください。")
            }
            return .fields(fields)
        default: return .none
        }
    }

    /// From when on the edition holds; empty for now.
    private func date() throws(Problem) -> Timestamp? {
        let text = typed["validFrom"] ?? ""
        if text.isEmpty { return nil }
        guard
            let day = CellText.date(text).flatMap({
                Timestamp(iso8601: $0, offsetSeconds: CivilTime.japanOffsetSeconds)
            })
        else {
            throw SettingFault.problem(
                "validFrom", "「\(text.prefix(20))」は日付ではありません", remedy: "2026-07-04 の形にしてください。")
        }
        return day
    }

    private static func number(_ text: String?, _ place: String) throws(Problem) -> Double? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = CellText.number(text) else {
            throw SettingFault.problem(
                place, "「\(text.prefix(20))」は数ではありません", remedy: "0.1 のような半角の数にしてください。")
        }
        return number
    }
}

// MARK: - Trying

extension ModelForm {
    /// What the decoder and the mapping make of bytes typed as hexadecimal digits.
    func trial() -> Result<[Measured], DeviceRefusal>? {
        let text = (typed["tryBytes"] ?? "").filter { !$0.isWhitespace }
        guard !text.isEmpty, let model else { return nil }
        guard text.count % 2 == 0, text.utf8.count <= PayloadDecoder.payloadBytesMax * 2 else {
            return .failure(.payloadUnreadable)
        }
        var bytes: [UInt8] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else {
                return .failure(.payloadUnreadable)
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        do throws(DeviceRefusal) {
            return .success(
                try model.decoder.decode(bytes, port: typed["tryPort"].flatMap { Int($0) }))
        } catch {
            return .failure(error)
        }
    }
}

extension DeviceWords {
    /// As the number was typed: nothing is rounded.
    static func exact(_ number: Double) -> String { JSONValue.number(number).text }
}
