import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The azimuthal equidistant projection of the sphere: metres from its centre are exact in every
/// direction, which is what "near" asks. Within 100 km of the centre other distances are off by
/// less than one part in ten thousand.
struct AzimuthalProjection: Sendable {
    private static let radius = 6_371_008.8

    private let longitude: Double
    private let sinLatitude: Double
    private let cosLatitude: Double

    init(centre: GeoPoint) {
        longitude = centre.longitude * .pi / 180
        sinLatitude = sin(centre.latitude * .pi / 180)
        cosLatitude = cos(centre.latitude * .pi / 180)
    }

    /// Centred on a point, or on the middle of the box around anything larger.
    init(around geometry: Geometry) {
        guard let box = GeoBox(around: geometry.points) else {
            self.init(centre: GeoPoint(latitude: 0, longitude: 0))
            return
        }
        self.init(
            centre: GeoPoint(
                latitude: (box.south + box.north) / 2, longitude: (box.west + box.east) / 2))
    }

    /// Metres east and north of the centre.
    func project(_ point: GeoPoint) -> (x: Double, y: Double) {
        let latitude = point.latitude * .pi / 180
        let turn = point.longitude * .pi / 180 - longitude
        let east = cos(latitude) * sin(turn)
        let north = cosLatitude * sin(latitude) - sinLatitude * cos(latitude) * cos(turn)
        let up = sinLatitude * sin(latitude) + cosLatitude * cos(latitude) * cos(turn)
        let chord = (east * east + north * north).squareRoot()
        guard chord > 0 else { return (0, 0) }
        let scale = Self.radius * atan2(chord, up) / chord
        return (east * scale, north * scale)
    }
}
