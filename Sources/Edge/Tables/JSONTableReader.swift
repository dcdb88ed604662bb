import CityKernel

/// Records of JSON or features of GeoJSON as rows. Inner members become columns `a.b`, list items
/// `a.0`; a feature's geometry stands in the column `geometry`. An object of objects, as many
/// publishers write, gives one row a member with its name in the column `key`.
enum JSONTableReader {
    static let keyColumn = "key"
    static let geometryColumn = "geometry"
    private static let depthMax = 4

    static func read(_ bytes: [UInt8], at place: TablePlace) throws(ImportRefusal) -> SourceTable {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw ImportRefusal(.jsonUnreadable, "\(error.line)", "\(error.column)")
        }
        if let features = json["features"]?.array { return try table(of: features) }
        var found = json
        for name in place.recordsPath.split(separator: ".") {
            guard let inner = found[String(name)] else {
                throw ImportRefusal(.jsonPathMissing, place.recordsPath)
            }
            found = inner
        }
        return try table(.json, of: try records(in: found))
    }

    private static func records(in json: JSONValue) throws(ImportRefusal) -> [JSONObject] {
        if let list = json.array { return list.compactMap(\.object) }
        guard let object = json.object, !object.isEmpty else {
            throw ImportRefusal(.recordsMissing)
        }
        guard object.allSatisfy({ $0.value.object != nil }) else { return [object] }
        return object.map { key, value in
            var record = JSONObject([(keyColumn, .string(key))])
            for member in value.object ?? JSONObject() where member.key != keyColumn {
                record.append(member.key, member.value)
            }
            return record
        }
    }

    private static func table(of features: [JSONValue]) throws(ImportRefusal) -> SourceTable {
        let records = features.map { feature in
            var record = JSONObject()
            if let id = feature["id"] { record.append("id", id) }
            for member in feature["properties"]?.object ?? JSONObject()
            where record[member.key] == nil { record.append(member.key, member.value) }
            // As text, so that it stays one column.
            if let geometry = feature["geometry"], geometry.object != nil {
                record[geometryColumn] = .string(geometry.text)
            }
            return record
        }
        return try table(.geoJSON, of: records)
    }

    static func table(
        _ format: TableFormat, of records: [JSONObject]
    ) throws(ImportRefusal) -> SourceTable {
        guard records.count <= SourceTable.rowsMax else { throw .tooManyRows }
        var columns: [String] = []
        var places: [String: Int] = [:]
        var rows: [[(Int, String)]] = []
        for record in records {
            var cells: [(Int, String)] = []
            flatten(.object(record), name: "", depth: 0) { name, text in
                if places[name] == nil, columns.count < SourceTable.columnsMax {
                    places[name] = columns.count
                    columns.append(name)
                }
                if let place = places[name] { cells.append((place, text)) }
            }
            rows.append(cells)
        }
        return SourceTable(
            format: format, columns: columns,
            rows: rows.enumerated().map { index, cells in
                var row = Array(repeating: "", count: columns.count)
                for (place, text) in cells { row[place] = text }
                return SourceTable.row(index + 1, row, columns: columns.count)
            })
    }

    private static func flatten(
        _ value: JSONValue, name: String, depth: Int, _ visit: (String, String) -> Void
    ) {
        let prefix = name.isEmpty ? "" : name + "."
        switch value {
        case .object(let object) where depth < depthMax:
            for (key, inner) in object {
                flatten(inner, name: prefix + key, depth: depth + 1, visit)
            }
        case .array(let list) where depth < depthMax:
            for (index, inner) in list.enumerated() {
                flatten(inner, name: "\(prefix)\(index)", depth: depth + 1, visit)
            }
        case .null: visit(name, "")
        case .string(let text): visit(name, text)
        default: visit(name, value.text)
        }
    }
}
