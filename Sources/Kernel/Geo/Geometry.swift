#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A place on earth, WGS 84 degrees.
package struct GeoPoint: Sendable, Hashable {
    package var latitude: Double
    package var longitude: Double

    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Great-circle distance on a sphere of the mean earth radius; within 0.6 % of the ellipsoid.
    package func distanceMetres(to other: GeoPoint) -> Double {
        let radius = 6_371_008.8
        let latitude1 = latitude * .pi / 180
        let latitude2 = other.latitude * .pi / 180
        let halfLatitude = sin((latitude2 - latitude1) / 2)
        let halfLongitude = sin((other.longitude - longitude) * .pi / 360)
        let chord =
            halfLatitude * halfLatitude
            + cos(latitude1) * cos(latitude2) * halfLongitude * halfLongitude
        return 2 * radius * asin(min(1, chord.squareRoot()))
    }
}

/// A rectangle of latitudes and longitudes that does not cross the date line.
package struct GeoBox: Sendable, Hashable {
    package var south: Double
    package var west: Double
    package var north: Double
    package var east: Double

    package init(south: Double, west: Double, north: Double, east: Double) {
        self.south = south
        self.west = west
        self.north = north
        self.east = east
    }

    /// The smallest box around `points`; `nil` when there are none.
    package init?(around points: some Sequence<GeoPoint>) {
        var box: GeoBox?
        for point in points {
            guard var known = box else {
                box = GeoBox(
                    south: point.latitude, west: point.longitude, north: point.latitude,
                    east: point.longitude)
                continue
            }
            known.south = min(known.south, point.latitude)
            known.north = max(known.north, point.latitude)
            known.west = min(known.west, point.longitude)
            known.east = max(known.east, point.longitude)
            box = known
        }
        guard let box else { return nil }
        self = box
    }

    package func contains(_ point: GeoPoint) -> Bool {
        // No ranges: a box with its sides swapped contains nothing, and must not trap.
        south <= point.latitude && point.latitude <= north && west <= point.longitude
            && point.longitude <= east
    }
}

/// GeoJSON geometry (RFC 7946), coordinates in longitude, latitude order on the wire.
package enum Geometry: Sendable, Hashable {
    case point(GeoPoint)
    case multiPoint([GeoPoint])
    case lineString([GeoPoint])
    case multiLineString([[GeoPoint]])
    case polygon([[GeoPoint]])
    case multiPolygon([[[GeoPoint]]])

    package var typeName: String {
        switch self {
        case .point: "Point"
        case .multiPoint: "MultiPoint"
        case .lineString: "LineString"
        case .multiLineString: "MultiLineString"
        case .polygon: "Polygon"
        case .multiPolygon: "MultiPolygon"
        }
    }

    package var points: [GeoPoint] {
        switch self {
        case .point(let point): [point]
        case .multiPoint(let points), .lineString(let points): points
        case .multiLineString(let lines), .polygon(let lines): lines.flatMap { $0 }
        case .multiPolygon(let polygons): polygons.flatMap { $0.flatMap { $0 } }
        }
    }
}
