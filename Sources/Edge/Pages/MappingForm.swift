import CityKernel
import CityWeb

/// What is typed about a mapping: one row for each column of the table at hand.
struct MappingForm: Sendable {
    struct Row: Sendable, Hashable {
        var column: String
        /// The first value of the column, so that people see what it holds.
        var sample: String
        var attribute: String
        var kind: String
        var unitCode: String
        var isRequired: Bool
    }

    private(set) var id = ""
    private(set) var name = ""
    private(set) var types = ""
    private(set) var idColumns: [String] = []
    private(set) var latitude = ""
    private(set) var longitude = ""
    private(set) var geometry = ""
    private(set) var timeColumn = ""
    private(set) var place = TablePlace()
    private(set) var layoutID: String?
    /// As typed; empty for now.
    private(set) var validFrom = ""
    private(set) var rows: [Row] = []
    private(set) var error: String?
    private(set) var mapping: ImportMapping?

    /// A mapping laid over a table: columns that it does not take stand with an empty attribute.
    init(showing mapping: ImportMapping, over table: SourceTable) {
        id = mapping.id
        name = mapping.name
        types = mapping.types.joined(separator: " ")
        idColumns = mapping.idColumns
        timeColumn = mapping.timeColumn
        place = mapping.table
        layoutID = mapping.layoutID
        switch mapping.place {
        case .none: break
        case .columns(let north, let east): (latitude, longitude) = (north, east)
        case .geometry(let column): geometry = column
        }
        rows = table.columns.map { column in
            let known = mapping.columns.first { $0.column == column }
            return Row(
                column: column, sample: Self.sample(column, table),
                attribute: known?.attribute ?? "", kind: known?.kind.rawValue ?? "text",
                unitCode: known?.unitCode ?? "", isRequired: known?.isRequired ?? false)
        }
        self.mapping = mapping
    }

    init(reading form: FormData, over table: SourceTable, place: TablePlace) {
        id = form["id"]
        name = form["name"]
        types = form["types"]
        idColumns = (1...ImportMapping.idColumnsMax).map { form["id.\($0)"] }
            .filter { !$0.isEmpty }
        latitude = form["latitude"]
        longitude = form["longitude"]
        geometry = form["geometry"]
        timeColumn = form["timeColumn"]
        layoutID = form["layout"].isEmpty ? nil : form["layout"]
        validFrom = ReadingText.trim(form["validFrom"])
        self.place = place
        rows = table.columns.enumerated().map { index, column in
            Row(
                column: column, sample: Self.sample(column, table),
                attribute: form["c.\(index).attribute"], kind: form["c.\(index).kind"],
                unitCode: form["c.\(index).unit"].uppercased(),
                isRequired: form["c.\(index).required"] == "1")
        }
        do throws(Problem) {
            mapping = try read()
        } catch {
            let place = error.places.first
            tell(place.map { "\($0.place): \($0.message)" } ?? error.detail, error.remedy)
        }
    }

    private mutating func tell(_ words: String, _ remedy: String?) {
        error = "\(words)。\(remedy ?? "")"
    }

    /// From when the edition holds; `nil` for now.
    var validFromTime: Timestamp? { validFrom.isEmpty ? nil : CellText.instant(validFrom) }

    private func read() throws(Problem) -> ImportMapping {
        guard validFrom.isEmpty || validFromTime != nil else {
            throw SettingFault.problem(
                "validFrom", "日時として読めません", remedy: "2026-04-01 00:00 のように入れるか、空にしてください。")
        }
        var columns: [ColumnMapping] = []
        for row in rows where !row.attribute.isEmpty {
            columns.append(
                try ColumnMapping(
                    column: row.column, attribute: row.attribute,
                    kind: ColumnMapping.Kind(rawValue: row.kind) ?? .text,
                    unitCode: row.unitCode, isRequired: row.isRequired))
        }
        var spot = ImportMapping.Place.none
        if !latitude.isEmpty, !longitude.isEmpty {
            spot = .columns(latitude: latitude, longitude: longitude)
        } else if !geometry.isEmpty {
            spot = .geometry(column: geometry)
        }
        return try ImportMapping(
            id: id, name: name, types: types.split { " ,、\n".contains($0) }.map(String.init),
            idColumns: idColumns, columns: columns, place: spot, timeColumn: timeColumn,
            table: place, layoutID: layoutID)
    }

    private static func sample(_ column: String, _ table: SourceTable) -> String {
        guard let place = table.index(of: column) else { return "" }
        let text = table.rows.lazy.map { $0.cells[place] }
            .first { !ImportMapping.emptyMarks.contains($0) }
        return String((text ?? "").prefix(40))
    }
}
