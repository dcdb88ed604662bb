import CityKernel

/// 取り込みの決め: how the rows of a table become entities. A setting with editions, changed on screen.
struct ImportMapping: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case none
        case columns(latitude: String, longitude: String)
        /// GeoJSON in one column, as features bring it.
        case geometry(column: String)
    }

    static let columnsMax = 120
    static let idColumnsMax = 4

    /// Unique, plain: `shelters-2026`.
    var id: String
    var name: String
    /// At least one; the first stands in ids.
    var types: [String]
    /// Columns whose values together name a row.
    var idColumns: [String]
    var columns: [ColumnMapping]
    var place: Place
    /// When the row was observed; empty when rows are a register and not readings.
    var timeColumn: String
    var table: TablePlace
    /// The ready layout that it was made from, if any.
    var layoutID: String?

    /// Texts by which publishers say that a cell is empty.
    static let emptyMarks: Set<String> = [
        "", "None", "none", "null", "NULL", "-", "ー", "－", "―", "N/A", "*", "---",
    ]

    /// - Throws: `Problem` naming the setting.
    init(
        id: String, name: String, types: [String], idColumns: [String],
        columns: [ColumnMapping], place: Place = .none, timeColumn: String = "",
        table: TablePlace = TablePlace(), layoutID: String? = nil
    ) throws(Problem) {
        try PlainName.check(id, "id")
        guard (1...DeviceModel.nameCharactersMax).contains(name.count) else {
            throw SettingFault.problem(
                "name", "名前は1〜100字です", remedy: "職員にわかる名前を入れてください。")
        }
        guard (1...4).contains(types.count) else {
            throw SettingFault.problem(
                "types", "種類がありません", remedy: "PublicFacility のような種類の名前を入れてください。")
        }
        for type in types { try AttributeName.check(type, "types") }
        guard (1...Self.idColumnsMax).contains(idColumns.count), !idColumns.contains("") else {
            throw SettingFault.problem(
                "idColumns", "行を見分ける列がありません",
                remedy: "番号の列か、名称と住所のように、合わせて一つに決まる列を選んでください。")
        }
        guard !columns.isEmpty, columns.count <= Self.columnsMax else {
            throw SettingFault.problem(
                "columns", "取り込む列は1〜\(Self.columnsMax)です", remedy: "列を選び直してください。")
        }
        let attributes = columns.map(\.attribute) + (place == .none ? [] : ["location"])
        guard Set(attributes).count == attributes.count else {
            throw SettingFault.problem(
                "columns", "同じ名前の属性が2度あります", remedy: "属性の名前を一つずつにしてください。")
        }
        guard (1...100).contains(table.headerLine) else {
            throw SettingFault.problem(
                "headerLine", "見出しの行は1〜100です", remedy: "列の名前がある行の番号にしてください。")
        }
        self.id = id
        self.name = name
        self.types = types
        self.idColumns = idColumns
        self.columns = columns
        self.place = place
        self.timeColumn = timeColumn
        self.table = table
        self.layoutID = layoutID
    }

    /// Every column that it reads.
    var usedColumns: Set<String> {
        var used = Set(columns.map(\.column)).union(idColumns)
        switch place {
        case .none: break
        case .columns(let latitude, let longitude): used.formUnion([latitude, longitude])
        case .geometry(let column): used.insert(column)
        }
        if !timeColumn.isEmpty { used.insert(timeColumn) }
        return used
    }
}

// MARK: - Configuration as JSON

extension ImportMapping {
    var json: JSONValue {
        var object = JSONObject([
            ("id", .string(id)), ("name", .string(name)),
            ("types", .array(types.map(JSONValue.string))),
            ("idColumns", .array(idColumns.map(JSONValue.string))),
            (
                "columns",
                .array(
                    columns.map {
                        [
                            "column": .string($0.column), "attribute": .string($0.attribute),
                            "kind": .string($0.kind.rawValue), "unitCode": .string($0.unitCode),
                            "isRequired": .bool($0.isRequired),
                        ]
                    })
            ),
            ("timeColumn", .string(timeColumn)),
            ("headerLine", .integer(Int64(table.headerLine))),
            ("recordsPath", .string(table.recordsPath)),
        ])
        object["sheet"] = table.sheet.map(JSONValue.string)
        object["layout"] = layoutID.map(JSONValue.string)
        switch place {
        case .none: break
        case .columns(let latitude, let longitude):
            object["latitude"] = .string(latitude)
            object["longitude"] = .string(longitude)
        case .geometry(let column): object["geometry"] = .string(column)
        }
        return .object(object)
    }

    init(_ json: JSONValue) throws(Problem) {
        func texts(_ name: String) -> [String] {
            (json[name]?.array ?? []).compactMap(\.string)
        }
        var columns: [ColumnMapping] = []
        for item in json["columns"]?.array ?? [] {
            columns.append(
                try ColumnMapping(
                    column: item.textMember("column"), attribute: item.textMember("attribute"),
                    kind: ColumnMapping.Kind(rawValue: item.textMember("kind")) ?? .text,
                    unitCode: item.textMember("unitCode"),
                    isRequired: item["isRequired"]?.bool ?? false))
        }
        var place = Place.none
        if let latitude = json["latitude"]?.string, let longitude = json["longitude"]?.string {
            place = .columns(latitude: latitude, longitude: longitude)
        } else if let column = json["geometry"]?.string {
            place = .geometry(column: column)
        }
        try self.init(
            id: json.textMember("id"), name: json.textMember("name"), types: texts("types"),
            idColumns: texts("idColumns"), columns: columns, place: place,
            timeColumn: json.textMember("timeColumn"),
            table: TablePlace(
                headerLine: Int(json["headerLine"]?.integer ?? 1), sheet: json["sheet"]?.string,
                recordsPath: json.textMember("recordsPath")),
            layoutID: json["layout"]?.string)
    }
}
