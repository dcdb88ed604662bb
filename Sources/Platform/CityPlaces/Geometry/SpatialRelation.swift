/// How a subject (a stored place) lies to a reference (the place that is asked about). The words
/// are those of OGC Simple Features and of NGSI-LD's `georel`.
package enum SpatialRelation: Sendable, Hashable {
    /// Distance between the closest parts, in metres, both ends included.
    case near(minimum: Double?, maximum: Double?)
    /// The subject lies inside the reference. A point on the reference's border does not.
    case within
    /// The reference lies inside the subject.
    case contains
    case intersects
    /// The same set of points, however it is written.
    case equals
    case disjoint
    /// Same dimension, and each has a part outside the other.
    case overlaps
}
