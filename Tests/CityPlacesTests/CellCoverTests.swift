import CityKernel
import CityPlaces
import Testing

/// Compares covers with brute force over points from a fixed sequence.
struct CellCoverTests {
    @Test("箱の中のすべての点は覆いの範囲に入り、範囲の数は上限を超えない")
    func boxes() {
        var random = Sequence64(seed: 1)
        for _ in 0..<300 {
            let box = random.box()
            let cover = CellCover(box)
            #expect(cover.ranges.count <= CellCover.rangesMax)
            #expect(
                zip(cover.ranges, cover.ranges.dropFirst()).allSatisfy {
                    $0.upperBound < $1.lowerBound
                })
            for _ in 0..<100 {
                let point = random.point(in: box)
                #expect(cover.contains(Cell.number(of: point)))
            }
        }
    }

    @Test("半径の中のすべての点は覆いに入る。日付変更線と極もまたぐ")
    func circles() {
        var random = Sequence64(seed: 2)
        let centres = [
            GeoPoint(latitude: 32.21, longitude: 130.76), GeoPoint(latitude: 0, longitude: 180),
            GeoPoint(latitude: 60, longitude: -179.99), GeoPoint(latitude: 89.9, longitude: 10),
            GeoPoint(latitude: -89.99, longitude: -100), GeoPoint(latitude: 51, longitude: 0),
        ]
        for centre in centres {
            for radius in [10.0, 700, 25_000, 400_000] {
                let cover = CellCover(around: centre, radiusMetres: radius)
                #expect(cover.ranges.count <= CellCover.rangesMax)
                for _ in 0..<300 {
                    let point = random.point(near: centre, degrees: radius / 100_000)
                    let distance = centre.distanceMetres(to: point)
                    let number = Cell.number(of: point)
                    if distance <= radius {
                        #expect(cover.contains(number), "\(centre) \(radius) \(point)")
                        #expect(cover.mayHold(number), "\(centre) \(radius) \(point)")
                    } else if distance > radius + 2 {
                        #expect(!cover.mayHold(number), "\(centre) \(radius) \(point)")
                    }
                }
            }
        }
    }

    @Test("覆いは引き締まっていて、町の箱の外の点をほとんど含まない")
    func tight() {
        var random = Sequence64(seed: 3)
        let town = GeoBox(south: 32.20, west: 130.74, north: 32.23, east: 130.78)
        let cover = CellCover(town)
        let wider = GeoBox(south: 32.0, west: 130.5, north: 32.5, east: 131.0)
        let extra = (0..<20_000).count { _ in
            let point = random.point(in: wider)
            return !town.contains(point) && cover.contains(Cell.number(of: point))
        }
        // The town is 0.5 % of the wider box: about 100 points; the cover adds as many at most.
        #expect(extra < 100)
    }

    @Test("面の範囲は、触れる二つで必ず重なる")
    func enclosing() {
        var random = Sequence64(seed: 4)
        for _ in 0..<2_000 {
            let box = random.box()
            let range = Cell.range(enclosing: box)
            #expect(range.contains(Cell.number(of: random.point(in: box))))
            #expect(Cell.numbers.contains(range.lowerBound))
            #expect(Cell.numbers.contains(range.upperBound))
        }
    }

    @Test("地球の端の番号も範囲の内にある")
    func edges() {
        #expect(Cell.number(of: GeoPoint(latitude: -90, longitude: -180)) == 0)
        #expect(
            Cell.number(of: GeoPoint(latitude: 90, longitude: 180)) == Cell.numbers.upperBound)
        let world = CellCover(GeoBox(south: -90, west: -180, north: 90, east: 180))
        #expect(world.ranges == [Cell.numbers])
        #expect(
            Cell.range(enclosing: GeoBox(south: -1, west: -1, north: 1, east: 1)) == Cell.numbers)
    }
}

/// SplitMix64: the same points in every run.
struct Sequence64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    mutating func point(in box: GeoBox) -> GeoPoint {
        GeoPoint(
            latitude: .random(in: box.south...box.north, using: &self),
            longitude: .random(in: box.west...box.east, using: &self))
    }

    /// Around `centre`, turned back onto the earth across the date line and the poles.
    mutating func point(near centre: GeoPoint, degrees: Double) -> GeoPoint {
        let isPolar = abs(centre.latitude) > 80
        var latitude = centre.latitude + .random(in: -degrees...degrees, using: &self)
        let reach = isPolar ? 180 : degrees * 2.5
        var longitude = centre.longitude + .random(in: -reach...reach, using: &self)
        if abs(latitude) > 90 { latitude = (latitude > 0 ? 180 : -180) - latitude }
        if longitude > 180 { longitude -= 360 }
        if longitude < -180 { longitude += 360 }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }

    mutating func box() -> GeoBox {
        let size = [0.0001, 0.01, 1, 40].randomElement(using: &self)!
        let south = Double.random(in: -89...(89 - size), using: &self)
        let west = Double.random(in: -179...(179 - size), using: &self)
        return GeoBox(
            south: south, west: west, north: south + size,
            east: west + .random(in: 0...size, using: &self))
    }
}
