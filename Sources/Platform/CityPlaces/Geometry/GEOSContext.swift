import CGEOS
import CityKernel

/// A handle of the geometry engine (GEOS, reentrant API) and the making of its shapes. Each owner
/// has its own handle; a handle is used by one thread at a time.
struct GEOSContext: ~Copyable {
    enum Validity {
        /// A geometry that crosses itself is refused.
        case asIs
        /// A geometry that crosses itself is mended into the area that it encloses.
        case mended
    }

    let handle: GEOSContextHandle_t

    init() {
        guard let handle = GEOS_init_r() else {
            preconditionFailure("the geometry engine has no memory to start")
        }
        self.handle = handle
    }

    deinit { GEOS_finish_r(handle) }

    func destroy(_ shape: OpaquePointer) { GEOSGeom_destroy_r(handle, shape) }

    static func refusal(_ reason: String) -> Problem {
        Problem(
            .badRequestData, title: "The geometry is not valid", detail: reason,
            remedy: "Draw rings that do not cross themselves, and close each with its first point.")
    }
}

// MARK: - Making

extension GEOSContext {
    /// The caller destroys the shape.
    func makeShape(
        _ geometry: Geometry, _ validity: Validity, _ projection: AzimuthalProjection? = nil
    ) throws(Problem) -> OpaquePointer {
        guard let shape = shape(geometry, projection) else {
            throw Self.refusal("its rings are not closed, or a coordinate is not a number")
        }
        if GEOSisValid_r(handle, shape) == 1 { return shape }
        defer { destroy(shape) }
        switch validity {
        case .asIs: throw Self.refusal(reason(shape))
        case .mended:
            guard let mended = GEOSMakeValid_r(handle, shape) else {
                throw Self.refusal(reason(shape))
            }
            return mended
        }
    }

    /// For example `Self-intersection[130.7 32.2]`.
    private func reason(_ shape: OpaquePointer) -> String {
        guard let text = GEOSisValidReason_r(handle, shape) else { return "it crosses itself" }
        defer { GEOSFree_r(handle, text) }
        return String(cString: text)
    }

    private func shape(_ geometry: Geometry, _ projection: AzimuthalProjection?) -> OpaquePointer? {
        switch geometry {
        case .point(let point): self.point(point, projection)
        case .lineString(let line): self.line(line, projection)
        case .polygon(let rings): polygon(rings, projection)
        case .multiPoint(let points):
            collection(GEOS_MULTIPOINT, points.map { point($0, projection) })
        case .multiLineString(let lines):
            collection(GEOS_MULTILINESTRING, lines.map { line($0, projection) })
        case .multiPolygon(let polygons):
            collection(GEOS_MULTIPOLYGON, polygons.map { polygon($0, projection) })
        }
    }

    private func point(_ point: GeoPoint, _ projection: AzimuthalProjection?) -> OpaquePointer? {
        sequence([point], projection).flatMap { GEOSGeom_createPoint_r(handle, $0) }
    }

    private func line(_ points: [GeoPoint], _ projection: AzimuthalProjection?) -> OpaquePointer? {
        guard points.count >= 2 else { return nil }
        return sequence(points, projection).flatMap { GEOSGeom_createLineString_r(handle, $0) }
    }

    private func ring(_ points: [GeoPoint], _ projection: AzimuthalProjection?) -> OpaquePointer? {
        guard points.count >= 4, points.first == points.last else { return nil }
        return sequence(points, projection).flatMap { GEOSGeom_createLinearRing_r(handle, $0) }
    }

    private func polygon(
        _ rings: [[GeoPoint]], _ projection: AzimuthalProjection?
    ) -> OpaquePointer? {
        let shapes = rings.map { ring($0, projection) }
        guard let parts = allOrNone(shapes), let shell = parts.first else { return nil }
        var holes = parts.dropFirst().map { Optional($0) }
        return holes.withUnsafeMutableBufferPointer { buffer in
            GEOSGeom_createPolygon_r(handle, shell, buffer.baseAddress, UInt32(buffer.count))
        }
    }

    private func collection(
        _ type: GEOSGeomTypes, _ shapes: [OpaquePointer?]
    ) -> OpaquePointer? {
        guard var parts = allOrNone(shapes).map({ $0.map(Optional.init) }) else { return nil }
        return parts.withUnsafeMutableBufferPointer { buffer in
            GEOSGeom_createCollection_r(
                handle, Int32(type.rawValue), buffer.baseAddress, UInt32(buffer.count))
        }
    }

    /// Destroys what was made when a part could not be made.
    private func allOrNone(_ shapes: [OpaquePointer?]) -> [OpaquePointer]? {
        let made = shapes.compactMap { $0 }
        guard made.count == shapes.count else {
            for shape in made { destroy(shape) }
            return nil
        }
        return made
    }

    private func sequence(
        _ points: [GeoPoint], _ projection: AzimuthalProjection?
    ) -> OpaquePointer? {
        var flat: [Double] = []
        flat.reserveCapacity(points.count * 2)
        for point in points {
            guard point.latitude.isFinite, point.longitude.isFinite else { return nil }
            let (x, y) = projection?.project(point) ?? (point.longitude, point.latitude)
            flat.append(x)
            flat.append(y)
        }
        return GEOSCoordSeq_copyFromBuffer_r(handle, flat, UInt32(points.count), 0, 0)
    }
}
