import CityKernel
import Testing

@Suite("場所と形")
struct GeometryTests {
    @Test(
        "GeoJSONの形を読み、同じ形に書く",
        arguments: [
            #"{"type":"Point","coordinates":[130.7622,32.2107]}"#,
            #"{"type":"Point","coordinates":[-180,-90]}"#,
            #"{"type":"Point","coordinates":[180,90]}"#,
            #"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
            #"{"type":"LineString","coordinates":[[1,2],[3.5,4]]}"#,
            #"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}"#,
            #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
            #"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}"#,
            #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
        ])
    func roundTrip(text: String) throws {
        let json = try JSONValue(parsing: text)
        let geometry = try Geometry(geoJSON: json)
        #expect(geometry.geoJSON.text == text)
        #expect(geometry.typeName == json["type"]?.string)
        #expect(
            try Geometry(type: geometry.typeName, coordinates: geometry.coordinates) == geometry)
    }

    @Test("高さは受けつけ、残さない")
    func height() throws {
        let point = try Geometry(type: "Point", coordinates: [130, 32, 106.5])
        #expect(point == .point(GeoPoint(latitude: 32, longitude: 130)))
    }

    @Test(
        "GeoJSONでない形は断る",
        arguments: [
            "1", "[]", "{}", #"{"type":"Point"}"#, #"{"coordinates":[1,2]}"#,
            #"{"type":1,"coordinates":[1,2]}"#, #"{"type":"point","coordinates":[1,2]}"#,
            #"{"type":"Circle","coordinates":[1,2]}"#,
            #"{"type":"GeometryCollection","geometries":[]}"#,
            #"{"type":"Point","coordinates":null}"#, #"{"type":"Point","coordinates":[]}"#,
            #"{"type":"Point","coordinates":[1]}"#, #"{"type":"Point","coordinates":[1,2,3,4]}"#,
            #"{"type":"Point","coordinates":["1","2"]}"#,
            #"{"type":"Point","coordinates":[1,2,"3"]}"#,
            #"{"type":"Point","coordinates":[1,null]}"#,
            #"{"type":"Point","coordinates":[180.1,0]}"#,
            #"{"type":"Point","coordinates":[32.2,130.7]}"#,
            #"{"type":"Point","coordinates":[1e300,0]}"#,
            #"{"type":"MultiPoint","coordinates":[]}"#,
            #"{"type":"MultiPoint","coordinates":[1,2]}"#,
            #"{"type":"LineString","coordinates":[[1,2]]}"#,
            #"{"type":"Polygon","coordinates":[]}"#, #"{"type":"Polygon","coordinates":[[]]}"#,
            #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#,
            #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
            #"{"type":"MultiPolygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
        ])
    func refuses(text: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: GeometryError.self) { try Geometry(geoJSON: json) }
        #expect(error?.problem.kind == .badRequestData)
        #expect(error?.problem.detail.isEmpty == false)
    }

    @Test("すべての点を数えあげる")
    func points() throws {
        let text = #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#
        let geometry = try Geometry(geoJSON: try JSONValue(parsing: text))
        #expect(geometry.points.count == 4)
        #expect(GeoBox(around: geometry.points) == GeoBox(south: 0, west: 0, north: 1, east: 1))
    }

    private static func point(_ latitude: Double, _ longitude: Double) -> GeoPoint {
        GeoPoint(latitude: latitude, longitude: longitude)
    }

    /// Distances on the ellipsoid; the sphere is within 0.6 %.
    private static let knownDistances: [(GeoPoint, GeoPoint, Double)] = [
        // 緯度1度、赤道と人吉のあたり
        (point(0, 0), point(1, 0), 110_574),
        (point(32, 130), point(33, 130), 110_895),
        // 日付変更線をまたぐ赤道の経度1度
        (point(0, 179.5), point(0, -179.5), 111_320),
        // 極から極
        (point(-90, 0), point(90, 77), 20_003_931),
    ]

    @Test("距離は知られた値と0.6 %以内で合う", arguments: knownDistances)
    func distance(from: GeoPoint, to: GeoPoint, metres: Double) {
        #expect(abs(from.distanceMetres(to: to) / metres - 1) < 0.006)
        #expect(from.distanceMetres(to: to) == to.distanceMetres(to: from))
    }

    @Test("同じ場所の距離は0、地球の裏側も計算できる")
    func extremeDistances() {
        let here = GeoPoint(latitude: 32.2107, longitude: 130.7622)
        let antipode = GeoPoint(latitude: -32.2107, longitude: 130.7622 - 180)
        #expect(here.distanceMetres(to: here) == 0)
        #expect(abs(here.distanceMetres(to: antipode) - 6_371_008.8 * .pi) < 1)
    }

    @Test("枠は端を含み、逆さの枠は何も含まず、点がなければ枠もない")
    func boxes() {
        let box = GeoBox(south: 32, west: 130, north: 33, east: 131)
        #expect(box.contains(GeoPoint(latitude: 32, longitude: 131)))
        #expect(!box.contains(GeoPoint(latitude: 31.999, longitude: 130.5)))
        #expect(!box.contains(GeoPoint(latitude: 32.5, longitude: 131.001)))
        let swapped = GeoBox(south: 33, west: 131, north: 32, east: 130)
        #expect(!swapped.contains(GeoPoint(latitude: 32.5, longitude: 130.5)))
        #expect(GeoBox(around: [GeoPoint]()) == nil)
    }
}
