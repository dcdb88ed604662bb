package import CityKernel

/// Exact relations between geometries, on the plane of longitude and latitude as OGC services do;
/// distances are metres on the earth. Safe to call from any thread.
package enum GeometryPredicates {
    /// Whether `subject` stands in `relation` to `reference`. For one reference and many subjects,
    /// keep a `SpatialFilter`.
    ///
    /// - Throws: `Problem` of kind `badRequestData` when the reference is not a valid geometry. A
    ///   subject that crosses itself is mended first: one bad record shall not fail a search.
    package static func matches(
        _ relation: SpatialRelation, _ subject: Geometry, _ reference: Geometry
    ) throws(Problem) -> Bool {
        try SpatialFilter(relation, reference).matches(subject)
    }

    /// Metres between the closest parts; zero when they touch.
    /// - Throws: `Problem` as `matches`.
    package static func distanceMetres(
        _ subject: Geometry, _ reference: Geometry
    ) throws(Problem) -> Double {
        try SpatialFilter(.near(minimum: nil, maximum: nil), reference).distanceMetres(to: subject)
    }

    /// Accepts a geometry that has an inside and an outside.
    /// - Throws: `Problem` that says where it crosses itself or what else is wrong.
    package static func check(_ geometry: Geometry) throws(Problem) {
        let context = GEOSContext()
        let shape = try context.makeShape(geometry, .asIs)
        context.destroy(shape)
    }
}
