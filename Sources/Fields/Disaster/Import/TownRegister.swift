import CityKernel
import CityPlatform
import CityVocabulary

/// `towns.csv`: 町 and 小字 with a point each.
enum TownRegister {
    static func read(
        _ text: String, file: String, cityID: String, into collector: DiagnosticCollector
    ) -> [Town] {
        let columns = ["town", "koaza", "lat", "lon"]
        guard let table = CSVTable(text, file: file, columns: columns, into: collector) else {
            return []
        }
        var seen: Set<String> = []
        return table.rows.compactMap { row in
            guard let name = row["town"], let point = row.point(file: file, into: collector) else {
                if row["town"] == nil { collector.addRow(file, row.line, "the town has no name") }
                return nil
            }
            let key = [name, row["koaza"]].compactMap { $0 }.joined(separator: "/")
            guard seen.insert(key).inserted else {
                collector.addRow(file, row.line, "\(key) stands twice; the first is kept")
                return nil
            }
            return Town(
                id: EntityID(
                    type: Town.entityType, name: "\(cityID):\(key.percentEncoded)"),
                name: name, subdivision: row["koaza"], location: point)
        }
    }
}

/// `heritage.csv`: components of 日本遺産.
enum HeritageRegister {
    static func read(
        _ text: String, file: String, into collector: DiagnosticCollector
    ) -> [HeritageSite] {
        let columns = ["pidx", "status", "name", "spot", "lat", "lon"]
        guard let table = CSVTable(text, file: file, columns: columns, into: collector) else {
            return []
        }
        return table.rows.compactMap { row in
            guard let number = row["pidx"], let name = row["name"] else {
                collector.addRow(file, row.line, "pidx and name are needed")
                return nil
            }
            // A component without a point is a custom or a craft, not a mistake.
            let hasPoint = row["lat"] != nil || row["lon"] != nil
            let yomi = row["yomi"].map { "\(name)(\($0))" }
            return HeritageSite(
                id: EntityID(type: HeritageSite.entityType, name: number.percentEncoded),
                name: LocalizedText(name, easy: yomi), designation: row["status"] ?? "",
                place: row["spot"] ?? "",
                location: hasPoint ? row.point(file: file, into: collector) : nil)
        }
    }
}

extension CSVTable.Row {
    /// `lat` and `lon`; what is wrong is collected as a warning, the row is left out.
    func point(file: String, into collector: DiagnosticCollector) -> GeoPoint? {
        guard let latitude = self["lat"].flatMap(Double.init),
            let longitude = self["lon"].flatMap(Double.init), (-90...90).contains(latitude),
            (-180...180).contains(longitude)
        else {
            collector.addRow(file, line, "lat and lon are not degrees")
            return nil
        }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }
}

extension DiagnosticCollector {
    /// A row that is left out; the others stay.
    func addRow(_ file: String, _ line: Int, _ message: String) {
        add(
            Diagnostic(
                .warning, file: file, line: line, message: message,
                remedy: "correct the row; the others were taken"))
    }
}
