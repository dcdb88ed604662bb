import CityKernel
import CityPlatform
import CityVocabulary

/// The two national registers of shelters, 指定緊急避難場所 and 指定避難所, joined to one list.
///
/// They write one building with two 共通ID and up to a kilometre apart. The same name within that
/// distance is the same place, and the emergency register's position is kept: it is the one people
/// flee to.
struct ShelterRegister {
    /// Real pairs lie up to 1,045 m apart; beyond this a person must look.
    static let sameplaceMetresMax = 1_100.0

    struct Row: Sendable, Hashable {
        var commonID: String
        var name: String
        var address: String
        var location: GeoPoint
        var hazards: Set<Shelter.Hazard>
        var acceptedPeople: String?
    }

    static func join(
        emergency: [Row], staying: [Row], towns: [Town], file: String,
        into collector: DiagnosticCollector
    ) -> [Shelter] {
        var shelters = emergency.map { shelter($0, isForStaying: false, towns) }
        for row in staying {
            let near = shelters.indices.filter { isSame(shelters[$0], row) }
                .min { distance(shelters[$0], row) < distance(shelters[$1], row) }
            guard let near else {
                shelters.append(shelter(row, isForStaying: true, towns))
                continue
            }
            let metres = Int(distance(shelters[near], row).rounded())
            if metres > 100 {
                collector.add(
                    Diagnostic(
                        .warning, file: file, line: 0,
                        message: "\(row.name): the registers lie \(metres) m apart",
                        remedy: "check the position; the emergency register's is shown"))
            }
            // A place that receives everyone in one row is not only for the people of another.
            if !shelters[near].isForStaying || row.acceptedPeople == nil {
                shelters[near].acceptedPeople = row.acceptedPeople
            }
            shelters[near].isForStaying = true
        }
        // A place to flee to is open to everyone, whoever may stay there later.
        for index in shelters.indices where !shelters[index].hazards.isEmpty {
            shelters[index].acceptedPeople = nil
        }
        return shelters
    }

    private static func isSame(_ shelter: Shelter, _ row: Row) -> Bool {
        normal(shelter.name.japanese) == normal(row.name)
            && distance(shelter, row) <= sameplaceMetresMax
    }

    private static func distance(_ shelter: Shelter, _ row: Row) -> Double {
        shelter.location.distanceMetres(to: row.location)
    }

    /// Names differ in spaces and in full- and half-width characters.
    private static func normal(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.compactMap { scalar in
                    if scalar.properties.isWhitespace { return nil }
                    let isFullWidth = (0xFF01...0xFF5E).contains(scalar.value)
                    return isFullWidth ? Unicode.Scalar(scalar.value - 0xFEE0) : scalar
                }))
    }

    private static func shelter(_ row: Row, isForStaying: Bool, _ towns: [Town]) -> Shelter {
        Shelter(
            id: EntityID(type: Shelter.entityType, name: row.commonID),
            name: LocalizedText(row.name), address: row.address, location: row.location,
            hazards: row.hazards, isForStaying: isForStaying,
            town: town(of: row.address, towns), acceptedPeople: row.acceptedPeople)
    }

    /// The longest town name that stands in the address.
    private static func town(of address: String, _ towns: [Town]) -> String? {
        Set(towns.map(\.name)).filter { address.contains($0) }
            .max { ($0.count, $1) < ($1.count, $0) }
    }
}

// MARK: - Reading

extension ShelterRegister {
    private static let hazardColumns: [(String, Shelter.Hazard)] = [
        ("洪水", .flood), ("崖崩れ、土石流及び地滑り", .landslide), ("高潮", .stormSurge),
        ("地震", .earthquake), ("津波", .tsunami), ("大規模な火事", .fire),
        ("内水氾濫", .inlandFlood), ("火山現象", .volcano),
    ]

    /// Reads the GeoJSON of 国土地理院; features that lack what is needed are left out and collected.
    static func read(
        _ text: String, file: String, into collector: DiagnosticCollector
    ) -> [Row] {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            collector.add(
                Diagnostic(
                    file: file, line: error.line,
                    message: "this is not JSON: \(error.reason.rawValue)",
                    remedy: "export the file again"))
            return []
        }
        guard let features = json["features"]?.array else {
            collector.add(
                Diagnostic(
                    file: file, line: 0, message: "this is not a GeoJSON FeatureCollection",
                    remedy: "export the file again as GeoJSON"))
            return []
        }
        var seen: Set<String> = []
        return features.enumerated().compactMap { index, feature in
            guard let row = row(feature) else {
                collector.addRow(
                    file, 0, "features[\(index)]: 共通ID, 施設・場所名, 住所 and a point are needed")
                return nil
            }
            guard seen.insert(row.commonID).inserted else {
                collector.addRow(file, 0, "\(row.commonID) stands twice; the first is kept")
                return nil
            }
            return row
        }
    }

    private static func row(_ feature: JSONValue) -> Row? {
        let properties = feature["properties"]
        guard let id = properties?["共通ID"]?.string, !id.isEmpty,
            EntityID("urn:ngsi-ld:Shelter:\(id)") != nil,
            let name = properties?["施設・場所名"]?.string, !name.isEmpty,
            let address = properties?["住所"]?.string,
            let geometry = feature["geometry"],
            // A geometry that cannot be read leaves the row out, which the caller reports.
            case .point(let point)? = try? Geometry(geoJSON: geometry)
        else { return nil }
        let hazards = hazardColumns.filter { properties?[$0.0]?.string == "1" }.map(\.1)
        let accepted = properties?["受入対象者"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return Row(
            commonID: id, name: name, address: address, location: point, hazards: Set(hazards),
            acceptedPeople: accepted)
    }
}
