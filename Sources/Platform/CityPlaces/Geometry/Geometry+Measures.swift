package import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Geometry {
    /// The area on the WGS 84 ellipsoid; 0 for points and lines. Holes are taken off.
    ///
    /// Each edge is summed on the sphere of equal area (authalic latitude), which is exact to far
    /// better than 0.01 % for edges shorter than a kilometre.
    package var areaSquareMetres: Double {
        switch self {
        case .point, .multiPoint, .lineString, .multiLineString: 0
        case .polygon(let rings): Self.area(rings)
        case .multiPolygon(let polygons): polygons.reduce(0) { $0 + Self.area($1) }
        }
    }

    private static func area(_ rings: [[GeoPoint]]) -> Double {
        guard let shell = rings.first else { return 0 }
        return rings.dropFirst().reduce(area(ring: shell)) { $0 - area(ring: $1) }
    }

    private static func area(ring: [GeoPoint]) -> Double {
        let radius = 6_371_007.180_9
        let sum = zip(ring, ring.dropFirst()).reduce(0.0) { sum, edge in
            let width = (edge.1.longitude - edge.0.longitude) * .pi / 180
            return sum + width * (authalicSine(edge.0) + authalicSine(edge.1)) / 2
        }
        return abs(sum) * radius * radius
    }

    /// The sine of the latitude on the sphere that has the ellipsoid's area (Snyder 3-11, 3-12).
    private static func authalicSine(_ point: GeoPoint) -> Double {
        let eccentricity = 0.081_819_190_842_622
        func portion(_ sine: Double) -> Double {
            let part = eccentricity * sine
            return (1 - eccentricity * eccentricity)
                * (sine / (1 - part * part) + atanh(part) / eccentricity)
        }
        return portion(sin(point.latitude * .pi / 180)) / portion(1)
    }
}
