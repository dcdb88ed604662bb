import CGEOS
package import CityKernel
import Synchronization

/// A relation and its reference, prepared once (GEOS indexes the reference's edges) and asked about
/// many subjects.
///
/// Safety: the pointers are only used inside `turn`, one thread at a time, and live as long as the
/// filter.
package final class SpatialFilter: @unchecked Sendable {
    package let relation: SpatialRelation
    package let reference: Geometry

    private let turn = Mutex(())
    private let context = GEOSContext()
    private let projection: AzimuthalProjection?
    private let shape: OpaquePointer
    private let prepared: OpaquePointer

    /// A reference that crosses itself means the area that it encloses, as stored subjects do.
    /// - Throws: `Problem` of kind `badRequestData` when `reference` is not a geometry at all or the
    ///   distances of `near` make no sense.
    package init(_ relation: SpatialRelation, _ reference: Geometry) throws(Problem) {
        self.relation = relation
        self.reference = reference
        if case .near(let minimum, let maximum) = relation {
            try Self.checkDistances(minimum, maximum)
            projection = AzimuthalProjection(around: reference)
        } else {
            projection = nil
        }
        shape = try context.makeShape(reference, .mended, projection)
        guard let prepared = GEOSPrepare_r(context.handle, shape) else {
            context.destroy(shape)
            throw GEOSContext.refusal("the geometry engine cannot prepare it")
        }
        self.prepared = prepared
    }

    deinit {
        GEOSPreparedGeom_destroy_r(context.handle, prepared)
        context.destroy(shape)
    }

    /// - Throws: `Problem` when the subject has coordinates that are not numbers.
    package func matches(_ subject: Geometry) throws(Problem) -> Bool {
        if case .near(let minimum, let maximum) = relation {
            let distance = try distanceMetres(to: subject)
            return distance >= minimum ?? 0 && distance <= maximum ?? .infinity
        }
        return try withShape(of: subject) { (shape) throws(Problem) in try relate(shape) }
    }

    /// Metres between the closest parts of `subject` and the reference.
    package func distanceMetres(to subject: Geometry) throws(Problem) -> Double {
        if case .point(let here) = reference, case .point(let there) = subject {
            return here.distanceMetres(to: there)
        }
        return try withShape(of: subject) { (shape) throws(Problem) in
            var distance = 0.0
            guard GEOSPreparedDistance_r(context.handle, prepared, shape, &distance) == 1 else {
                throw GEOSContext.refusal("the geometry engine cannot measure it")
            }
            return distance
        }
    }

    private func withShape<Answer>(
        of subject: Geometry, _ body: (OpaquePointer) throws(Problem) -> Answer
    ) throws(Problem) -> Answer {
        try turn.withLock { (_) throws(Problem) in
            let shape = try context.makeShape(subject, .mended, projection)
            defer { context.destroy(shape) }
            return try body(shape)
        }
    }

    private func relate(_ subject: OpaquePointer) throws(Problem) -> Bool {
        let handle = context.handle
        let answer =
            switch relation {
            case .within: GEOSPreparedContains_r(handle, prepared, subject)
            case .contains: GEOSPreparedWithin_r(handle, prepared, subject)
            case .intersects: GEOSPreparedIntersects_r(handle, prepared, subject)
            case .disjoint: GEOSPreparedDisjoint_r(handle, prepared, subject)
            case .overlaps: GEOSPreparedOverlaps_r(handle, prepared, subject)
            case .equals: GEOSEquals_r(handle, shape, subject)
            case .near: preconditionFailure("near is answered by distance")
            }
        guard answer == 0 || answer == 1 else {
            throw GEOSContext.refusal("the geometry engine cannot compare it")
        }
        return answer == 1
    }

    private static func checkDistances(_ minimum: Double?, _ maximum: Double?) throws(Problem) {
        let low = minimum ?? 0
        let high = maximum ?? .greatestFiniteMagnitude
        guard low >= 0, high >= low, low.isFinite, high.isFinite else {
            throw Problem(
                .badRequestData, title: "The distance is not valid",
                detail: "Distances are metres, not negative, the minimum below the maximum.",
                remedy: "Send for example maxDistance==2000.")
        }
    }
}
