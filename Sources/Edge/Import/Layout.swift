import CityKernel
import Foundation

/// A layout that many publishers share, as the 自治体標準オープンデータセット: from it a mapping for a
/// table is made, whichever of the names in use its columns have.
struct Layout: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        var attribute: String
        /// Names that publishers use, the standard's own first.
        var names: [String]
        var kind: ColumnMapping.Kind
        var unitCode: String
        var isRequired: Bool
    }

    var id: String
    var name: LocalizedText
    var types: [String]
    /// Ways to tell rows apart, the best first.
    var idColumns: [[String]]
    var columns: [Column]
    var latitude: [String]
    var longitude: [String]
    /// Names of the time of observation, for tables that tell of changes.
    var timeColumn: [String]
    /// Where in the file its rows are, where the layout says so.
    var recordsPath: String?
}

extension Layout {
    init(_ json: JSONValue) {
        func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
        id = json.textMember("id")
        name = LocalizedText(
            json["name"]?["ja"]?.string ?? "", easy: json["name"]?["easy"]?.string,
            en: json["name"]?["en"]?.string)
        types = texts(json["types"])
        idColumns = (json["idColumns"]?.array ?? []).map { texts($0) }
        columns = (json["columns"]?.array ?? []).map {
            Column(
                attribute: $0.textMember("attribute"), names: texts($0["names"]),
                kind: ColumnMapping.Kind(rawValue: $0.textMember("kind")) ?? .text,
                unitCode: $0.textMember("unitCode"), isRequired: $0["isRequired"]?.bool ?? false)
        }
        latitude = texts(json["latitude"])
        longitude = texts(json["longitude"])
        timeColumn = texts(json["timeColumn"])
        recordsPath = json["recordsPath"]?.string
    }

    /// Every layout that the program brings.
    static let all: [Layout] = {
        ["municipal", "telegrams"].flatMap { file in
            let url = Bundle.module.bundleURL.appending(path: "Layouts/\(file).json")
            guard let data = try? Data(contentsOf: url), let json = try? JSONValue(parsing: data),
                let items = json.array
            else { preconditionFailure("the layouts are part of the program") }
            return items.map(Layout.init)
        }
    }()
}

// MARK: - Fitting

extension Layout {
    /// Names are compared without the differences that people do not see.
    static func plain(_ name: String) -> String {
        CellText.narrow(name).filter { !$0.isWhitespace }.lowercased()
    }

    /// How many of its columns the table has; zero when it lacks a needed one.
    func fit(_ table: SourceTable) -> Int {
        let columns = Set(table.columns.map(Self.plain))
        func has(_ names: [String]) -> Bool { names.contains { columns.contains(Self.plain($0)) } }
        guard self.columns.allSatisfy({ !$0.isRequired || has($0.names) }),
            idColumns.contains(where: { $0.allSatisfy { columns.contains(Self.plain($0)) } })
        else { return 0 }
        return self.columns.count { has($0.names) }
    }

    /// The layout that fits best, with at least three of its columns.
    static func best(for table: SourceTable) -> Layout? {
        let fits = all.map { (layout: $0, fit: $0.fit(table)) }
        guard let best = fits.max(by: { $0.fit < $1.fit }), best.fit >= 3 else { return nil }
        return best.layout
    }

    /// The mapping of a table by this layout.
    /// - Throws: `Problem` when the table lacks what the layout needs.
    func mapping(
        of table: SourceTable, id: String, name: String, place: TablePlace
    ) throws(Problem) -> ImportMapping {
        var names: [String: String] = [:]
        for column in table.columns { names[Self.plain(column)] = column }
        func find(_ candidates: [String]) -> String? {
            candidates.lazy.compactMap { names[Self.plain($0)] }.first
        }
        var columns: [ColumnMapping] = []
        for column in self.columns {
            guard let found = find(column.names) else { continue }
            columns.append(
                try ColumnMapping(
                    column: found, attribute: column.attribute, kind: column.kind,
                    unitCode: column.unitCode, isRequired: column.isRequired))
        }
        let idColumns = self.idColumns.first { candidate in
            candidate.allSatisfy { find([$0]).map(table.isFilled) ?? false }
        }
        var spot = ImportMapping.Place.none
        if let north = find(latitude), let east = find(longitude) {
            spot = .columns(latitude: north, longitude: east)
        } else if table.columns.contains(JSONTableReader.geometryColumn) {
            spot = .geometry(column: JSONTableReader.geometryColumn)
        }
        var place = place
        if let recordsPath { place.recordsPath = recordsPath }
        return try ImportMapping(
            id: id, name: name, types: types,
            idColumns: (idColumns ?? []).compactMap { find([$0]) },
            columns: columns, place: spot, timeColumn: find(timeColumn) ?? "", table: place,
            layoutID: self.id)
    }
}

extension SourceTable {
    /// Whether every row says something in the column.
    fileprivate func isFilled(_ column: String) -> Bool {
        guard let place = index(of: column) else { return false }
        return rows.allSatisfy { !ImportMapping.emptyMarks.contains($0.cells[place]) }
    }
}

extension ImportMapping {
    /// A first guess for a table that no layout fits: every column as text, the first one as the id.
    static func guess(
        of table: SourceTable, id: String, name: String, place: TablePlace
    ) throws(Problem) -> ImportMapping {
        func find(_ names: [String]) -> String? {
            table.columns.first { names.contains(Layout.plain($0)) }
        }
        var spot = Place.none
        let north = find(["緯度", "latitude", "lat", "y"])
        let east = find(["経度", "longitude", "lon", "lng", "x"])
        if let north, let east { spot = .columns(latitude: north, longitude: east) }
        if table.columns.contains(JSONTableReader.geometryColumn) {
            spot = .geometry(column: JSONTableReader.geometryColumn)
        }
        var columns: [ColumnMapping] = []
        var used: Set<String> = ["location"]
        let taken = Set([north, east].compactMap(\.self))
        for column in table.columns.prefix(columnsMax)
        where !taken.contains(column) && column != JSONTableReader.geometryColumn {
            let attribute = attributeName(column)
            guard used.insert(attribute).inserted else { continue }
            let kind: ColumnMapping.Kind = isNumeric(column, in: table) ? .number : .text
            columns.append(
                try ColumnMapping(column: column, attribute: attribute, kind: kind))
        }
        let first = find(["id", "no", "番号", "コード", "№"]) ?? table.columns[0]
        return try ImportMapping(
            id: id, name: name, types: ["Record"], idColumns: [first], columns: columns,
            place: spot, table: place)
    }

    private static func attributeName(_ column: String) -> String {
        let allowed = CellText.narrow(column).unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_"
        }
        let name = String(String.UnicodeScalarView(allowed))
        return ["", "id", "type", "scope", "value"].contains(name) ? "列\(name)" : name
    }

    private static func isNumeric(_ column: String, in table: SourceTable) -> Bool {
        guard let place = table.index(of: column) else { return false }
        let texts = table.rows.prefix(100).map { $0.cells[place] }
            .filter { !emptyMarks.contains($0) }
        // A leading zero is a code: 0966 is no number.
        return !texts.isEmpty
            && texts.allSatisfy {
                CellText.number($0) != nil
                    && !($0.hasPrefix("0") && $0.count > 1 && !$0.hasPrefix("0."))
            }
    }
}
