import CityKernel

/// Told values as CSV (RFC 4180) or as features of GeoJSON (RFC 7946).
struct HistoryTableWriter {
    private let format: HistoryExport.Format
    private var isFirst = true

    init(_ format: HistoryExport.Format) { self.format = format }

    static let columns = [
        "id", "type", "attribute", "datasetId", "observedAt", "value", "unitCode", "recordedAt",
    ]

    func begin() -> [UInt8] {
        switch format {
        case .csv: Array((Self.columns.joined(separator: ",") + "\r\n").utf8)
        case .geojson: Array(#"{"type":"FeatureCollection","features":["#.utf8)
        }
    }

    func end() -> [UInt8] {
        switch format {
        case .csv: []
        case .geojson: Array("]}\n".utf8)
        }
    }

    /// - Parameter place: where the entity is now; a value that is a place stands for itself.
    mutating func rows(_ rows: [HistoryRow], _ place: Geometry?) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            switch format {
            case .csv: Self.appendLine(row, to: &bytes)
            case .geojson:
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                Self.feature(row, place).write(to: &bytes)
            }
            isFirst = false
        }
        return bytes
    }

    private static func appendLine(_ row: HistoryRow, to bytes: inout [UInt8]) {
        let attribute = row.attribute
        let value: String =
            row.isDeletion ? "" : attribute.value.string ?? attribute.value.text
        let fields = [
            row.id.text, row.type, row.name, attribute.datasetID ?? "", time(of: row), value,
            attribute.unitCode ?? "", attribute.createdAt?.iso8601 ?? "",
        ]
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field, to: &bytes)
        }
        bytes.append(contentsOf: [13, 10])
    }

    private static func append(_ field: String, to bytes: inout [UInt8]) {
        let needsQuotes = field.utf8.contains { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }
        guard needsQuotes else { return bytes.append(contentsOf: field.utf8) }
        bytes.append(34)
        for byte in field.utf8 {
            if byte == 34 { bytes.append(34) }
            bytes.append(byte)
        }
        bytes.append(34)
    }

    /// What was not observed has the time of its telling.
    private static func time(of row: HistoryRow) -> String {
        Timestamp(microseconds: row.at).iso8601
    }

    private static func feature(_ row: HistoryRow, _ place: Geometry?) -> JSONValue {
        let attribute = row.attribute
        var properties = JSONObject([
            ("id", .string(row.id.text)), ("type", .string(row.type)),
            ("attribute", .string(row.name)), ("observedAt", .string(time(of: row))),
        ])
        properties["value"] = row.isDeletion ? .null : attribute.value
        properties["datasetId"] = attribute.datasetID.map(JSONValue.string)
        properties["unitCode"] = attribute.unitCode.map(JSONValue.string)
        properties["recordedAt"] = attribute.createdAt.map { .string($0.iso8601) }
        return [
            "type": "Feature", "geometry": (attribute.geometry ?? place)?.geoJSON ?? .null,
            "properties": .object(properties),
        ]
    }
}
