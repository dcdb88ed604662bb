import CityKernel
import CityPlaces
import Testing

struct SpatialFilterTests {
    private let square = Geometry.polygon([ring(130.70, 32.20, 130.80, 32.30)])

    @Test(
        "点と面の関係は、内・外・境で正しい",
        arguments: [
            (GeoPoint(latitude: 32.25, longitude: 130.75), true, true),
            (GeoPoint(latitude: 32.25, longitude: 130.85), false, false),
            (GeoPoint(latitude: 32.25, longitude: 130.80), false, true),
        ])
    func pointAndArea(point: GeoPoint, isWithin: Bool, touches: Bool) throws {
        let place = Geometry.point(point)
        #expect(try GeometryPredicates.matches(.within, place, square) == isWithin)
        #expect(try GeometryPredicates.matches(.contains, square, place) == isWithin)
        #expect(try GeometryPredicates.matches(.intersects, place, square) == touches)
        #expect(try GeometryPredicates.matches(.disjoint, place, square) == !touches)
        #expect(try !GeometryPredicates.matches(.contains, place, square))
    }

    @Test("重なりと一致は、書き方ではなく形で決まる")
    func overlapsAndEquals() throws {
        let shifted = Geometry.polygon([ring(130.75, 32.25, 130.85, 32.35)])
        let turned = Geometry.polygon([Array(ring(130.70, 32.20, 130.80, 32.30).reversed())])
        #expect(try GeometryPredicates.matches(.overlaps, shifted, square))
        #expect(try !GeometryPredicates.matches(.overlaps, turned, square))
        #expect(try GeometryPredicates.matches(.equals, turned, square))
        #expect(try !GeometryPredicates.matches(.equals, shifted, square))
    }

    @Test("穴の中の点は面の内ではない")
    func hole() throws {
        let holed = Geometry.polygon([
            ring(130.70, 32.20, 130.80, 32.30), ring(130.74, 32.24, 130.76, 32.26),
        ])
        let inHole = Geometry.point(GeoPoint(latitude: 32.25, longitude: 130.75))
        #expect(try !GeometryPredicates.matches(.within, inHole, holed))
    }

    @Test("離れた部分を持つ面は、どの部分でも内になる")
    func manyParts() throws {
        let parts = Geometry.multiPolygon([
            [ring(130.70, 32.20, 130.72, 32.22)], [ring(130.78, 32.28, 130.80, 32.30)],
        ])
        let second = Geometry.point(GeoPoint(latitude: 32.29, longitude: 130.79))
        #expect(try GeometryPredicates.matches(.within, second, parts))
        let between = Geometry.lineString([
            GeoPoint(latitude: 32.21, longitude: 130.71),
            GeoPoint(latitude: 32.29, longitude: 130.79),
        ])
        #expect(try GeometryPredicates.matches(.intersects, between, parts))
        #expect(try !GeometryPredicates.matches(.within, between, parts))
    }

    @Test("近さはメートルで、両端を含む")
    func near() throws {
        let station = Geometry.point(GeoPoint(latitude: 32.2163, longitude: 130.7521))
        let castle = Geometry.point(GeoPoint(latitude: 32.2118, longitude: 130.7673))
        let metres = try GeometryPredicates.distanceMetres(castle, station)
        #expect((1_510...1_520).contains(metres))
        let exactly = SpatialRelation.near(minimum: metres, maximum: metres)
        #expect(try GeometryPredicates.matches(exactly, castle, station))
        let closer = SpatialRelation.near(minimum: nil, maximum: metres - 0.001)
        #expect(try !GeometryPredicates.matches(closer, castle, station))
        let farther = SpatialRelation.near(minimum: metres + 0.001, maximum: nil)
        #expect(try !GeometryPredicates.matches(farther, castle, station))
    }

    @Test("線までの近さは、いちばん近い点までの地表の距離になる")
    func nearLine() throws {
        // Along a meridian, so that the line is straight on the earth as well as on the map.
        let road = Geometry.lineString([
            GeoPoint(latitude: 32.20, longitude: 130.75),
            GeoPoint(latitude: 32.30, longitude: 130.75),
        ])
        let house = GeoPoint(latitude: 32.25, longitude: 130.76)
        let metres = try GeometryPredicates.distanceMetres(.point(house), road)
        let foot = GeoPoint(latitude: 32.25, longitude: 130.75)
        #expect(abs(metres - house.distanceMetres(to: foot)) < 0.01)
        #expect(try GeometryPredicates.distanceMetres(road, .point(foot)) < 0.01)
    }

    @Test("自分と交わる面は、囲む所に直して比べる")
    func crossing() throws {
        let bowTie = Geometry.polygon([
            [
                GeoPoint(latitude: 32.20, longitude: 130.70),
                GeoPoint(latitude: 32.30, longitude: 130.80),
                GeoPoint(latitude: 32.30, longitude: 130.70),
                GeoPoint(latitude: 32.20, longitude: 130.80),
                GeoPoint(latitude: 32.20, longitude: 130.70),
            ]
        ])
        let refusal = #expect(throws: Problem.self) { try GeometryPredicates.check(bowTie) }
        #expect(refusal?.kind == .badRequestData)
        #expect(refusal?.detail.contains("Self-intersection") == true)
        #expect(try GeometryPredicates.matches(.within, square, bowTie) == false)
        #expect(try GeometryPredicates.matches(.intersects, bowTie, square))
    }

    @Test(
        "数でない座標、開いた輪、意味のない距離は断る",
        arguments: [
            Geometry.point(GeoPoint(latitude: .nan, longitude: 130)),
            .polygon([Array(ring(130, 32, 131, 33).dropLast())]), .polygon([]),
            .lineString([GeoPoint(latitude: 32, longitude: 130)]),
        ])
    func refused(geometry: Geometry) throws {
        #expect(throws: Problem.self) { try GeometryPredicates.matches(.within, square, geometry) }
        #expect(throws: Problem.self) { try GeometryPredicates.matches(.within, geometry, square) }
    }

    @Test("最小が最大を超える距離は断る")
    func impossibleDistance() {
        #expect(throws: Problem.self) {
            try SpatialFilter(.near(minimum: 10, maximum: 5), square)
        }
        #expect(throws: Problem.self) {
            try SpatialFilter(.near(minimum: -1, maximum: nil), square)
        }
    }

    @Test("一つのフィルタを多くの処理が同時に使っても答えは変わらない")
    func manyAtOnce() async throws {
        let filter = try SpatialFilter(.within, square)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try (0..<500).count { step in
                        let longitude = 130.6501 + Double(step) * 0.0004
                        let point = GeoPoint(latitude: 32.25, longitude: longitude)
                        return try filter.matches(.point(point))
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 250, count: 8))
    }
}

/// A closed ring around a box.
func ring(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> [GeoPoint] {
    [
        GeoPoint(latitude: south, longitude: west), GeoPoint(latitude: south, longitude: east),
        GeoPoint(latitude: north, longitude: east), GeoPoint(latitude: north, longitude: west),
        GeoPoint(latitude: south, longitude: west),
    ]
}
