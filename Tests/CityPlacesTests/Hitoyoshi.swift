import CityKernel
import CityPlaces
import Foundation
import Testing

/// The real city, from the files that the project ships.
enum Hitoyoshi {
    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Cities/hitoyoshi/data")

    static let centre = GeoBox(south: 32.196, west: 130.736, north: 32.226, east: 130.781)

    static func text(_ name: String) throws -> String {
        try String(contentsOf: directory.appending(path: name), encoding: .utf8)
    }

    static func layer(_ name: String) throws -> MapLayer {
        try MapLayer(geoJSON: try JSONValue(parsing: Array(try text(name).utf8)))
    }

    static func towns() throws -> TownIndex {
        TownIndex(
            try text("towns.csv").split(whereSeparator: \.isNewline).dropFirst().map { line in
                let parts = line.split(separator: ",", omittingEmptySubsequences: false)
                let latitude = try #require(Double(parts[2]))
                let longitude = try #require(Double(parts[3]))
                return Town(
                    name: String(parts[0]),
                    point: GeoPoint(latitude: latitude, longitude: longitude))
            })
    }

    /// A night: the gauges over their levels, three shelters open and one full.
    static func night(
        id: String, frame: GeoBox, words: MapWords = .japanese, isLinked: Bool = true
    ) throws -> MapPicture {
        let shelters = try layer("shelters-emergency.geojson").features
        let states: [String: MapSymbol.ShelterState] = [
            "人吉スポーツパレス": .open, "人吉東小学校": .full, "第一中学校": .open,
            "東間小学校": .open, "人吉市保健センター": .open, "第二中学校": .open,
        ]
        var picture = MapPicture(
            id: id, title: "人吉市の川と避難所", summary: "水位観測所、橋、避難所の場所と今のようす。",
            frame: frame, words: words)
        picture.boundary = try layer("boundary-simplified.geojson")
        picture.neighbours = try layer("neighbours-simplified.geojson")
        picture.towns = try towns().distinct
        picture.listLink = "#shelters"
        picture.symbols = shelters.compactMap { feature in
            guard case .point(let point) = feature.geometry,
                let name = feature.properties["施設・場所名"]?.string
            else { return nil }
            return MapSymbol(
                .shelter(states[name] ?? .closed), at: point, label: name,
                link: isLinked ? "/shelters/\(name)" : nil)
        }
        let marks: [(MapSymbol.Kind, Double, Double, String)] = [
            (.gauge(level: 4), 32.213, 130.767, "人吉"),
            (.gauge(level: 2), 32.212, 130.754, "県人吉"),
            (.gauge(level: nil), 32.211, 130.819, "一武"),
            (.gauge(level: 0), 32.240, 130.686, "渡"),
            (.bridge(colour: "#FF2800"), 32.2122, 130.7665, "水の手橋"),
            (.camera, 32.2140, 130.7585, "人吉橋カメラ"),
            (.here, 32.2075, 130.7480, "現在地"),
        ]
        picture.symbols += marks.map { kind, latitude, longitude, label in
            MapSymbol(
                kind, at: GeoPoint(latitude: latitude, longitude: longitude), label: label,
                link: isLinked && kind != .here ? "/places/\(label)" : nil)
        }
        return picture
    }
}
