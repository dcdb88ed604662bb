import CityKernel
import CityPlaces
import Testing

struct MapLayerTests {
    @Test("人吉市の面積は国土地理院の210.55km²と0.1%以内で一致する")
    func area() throws {
        let boundary = try Hitoyoshi.layer("boundary.geojson")
        let area = boundary.features.reduce(0) { $0 + $1.geometry.areaSquareMetres } / 1_000_000
        #expect(abs(area - 210.55) / 210.55 < 0.001)
        let simple = try Hitoyoshi.layer("boundary-simplified.geojson")
        let rough = simple.features.reduce(0) { $0 + $1.geometry.areaSquareMetres } / 1_000_000
        #expect(abs(rough - area) / area < 0.01)
    }

    @Test("穴は面積から引かれ、向きは問わない")
    func areaOfRings() {
        let whole = Geometry.polygon([ring(130.70, 32.20, 130.80, 32.30)]).areaSquareMetres
        // One tenth of a degree square here: 9.43 km by 11.09 km.
        #expect((104_000_000...105_000_000).contains(whole))
        let turned = Geometry.polygon([Array(ring(130.70, 32.20, 130.80, 32.30).reversed())])
        #expect(turned.areaSquareMetres == whole)
        let holed = Geometry.polygon([
            ring(130.70, 32.20, 130.80, 32.30), ring(130.70, 32.20, 130.75, 32.30),
        ])
        #expect(abs(holed.areaSquareMetres - whole / 2) < 1)
        #expect(Geometry.point(GeoPoint(latitude: 1, longitude: 1)).areaSquareMetres == 0)
    }

    @Test("市の町はすべて市の境の中にあり、避難所も中にある")
    func within() throws {
        let boundary = try #require(try Hitoyoshi.layer("boundary.geojson").features.first)
        let filter = try SpatialFilter(.within, boundary.geometry)
        for town in try Hitoyoshi.towns().towns {
            #expect(try filter.matches(.point(town.point)), "\(town.name)")
        }
        for file in ["shelters-emergency.geojson", "shelters-evacuation.geojson"] {
            let shelters = try Hitoyoshi.layer(file)
            #expect(shelters.features.count >= 28)
            #expect(try shelters.features.allSatisfy { try filter.matches($0.geometry) })
        }
        let watari = GeoPoint(latitude: 32.240, longitude: 130.686)
        #expect(try !filter.matches(.point(watari)))
    }

    @Test("いちばん近い町と距離がわかる")
    func nearest() throws {
        let towns = try Hitoyoshi.towns()
        let place = GeoPoint(latitude: 32.2121, longitude: 130.7687)
        let found = try #require(towns.findNearest(to: place))
        #expect(found.town.name == "中城町")
        #expect(found.metres < 10)
        #expect(TownIndex([]).findNearest(to: place) == nil)
        #expect(towns.distinct.count == 77)
    }

    @Test("層は読み書きしても変わらず、名前は地図に合わせて短くなる")
    func roundTrip() throws {
        let neighbours = try Hitoyoshi.layer("neighbours-simplified.geojson")
        #expect(neighbours.features.count == 9)
        let again = try MapLayer(geoJSON: JSONValue(parsing: neighbours.geoJSON.bytes))
        #expect(again == neighbours)
        #expect(neighbours.features.compactMap(\.shortName).contains("錦町"))
        let city = try Hitoyoshi.layer("boundary-simplified.geojson")
        #expect(city.features.first?.shortName == "人吉市")
    }

    @Test(
        "まちがった層は、どこが悪いかを言って断る",
        arguments: [
            (#"{"type":"Feature"}"#, ""), (#"{"type":"FeatureCollection"}"#, ""),
            (
                #"""
                {"type":"FeatureCollection","features":[{"geometry":null},
                {"geometry":{"type":"Point","coordinates":[200,0]}}]}
                """#, "/features/1/geometry"
            ),
        ])
    func refused(text: String, place: String) throws {
        let json = try JSONValue(parsing: Array(text.utf8))
        let refusal = #expect(throws: Problem.self) { try MapLayer(geoJSON: json) }
        #expect(refusal?.kind == .badRequestData)
        #expect(refusal?.places.map(\.place) == [place])
    }
}
