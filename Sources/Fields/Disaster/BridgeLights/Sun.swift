import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// When the sun goes down at a place: NOAA's solar calculation (after Meeus, *Astronomical
/// Algorithms*), within a minute between the polar circles.
struct Sun: Sendable {
    let place: GeoPoint

    /// The sun's centre below the horizon when its rim disappears, with refraction.
    static let horizonDegrees = -0.833

    /// Sunset of the civil day in Japan that holds `instant`.
    /// - Returns: `nil` where the sun does not set that day.
    func sunset(onDayOf instant: Timestamp) -> Timestamp? {
        let civil = CivilTime(instant)
        let midnight = CivilTime(year: civil.year, month: civil.month, day: civil.day).timestamp
        // The first estimate takes the sun's place at noon, the second at the estimate itself.
        var estimate = midnight + .hours(12)
        for _ in 0..<2 {
            guard let minutes = sunsetMinutesUTC(at: estimate) else { return nil }
            let offset = minutes + Double(CivilTime.japanOffsetSeconds) / 60
            estimate = midnight + .microseconds(Int64(offset * 60_000_000))
        }
        return estimate
    }

    /// Minutes after midnight UTC of the civil day; negative or over a day where the zones differ.
    private func sunsetMinutesUTC(at instant: Timestamp) -> Double? {
        let days = Double(instant.microseconds) / 86_400_000_000
        let century = (days + 2_440_587.5 - 2_451_545) / 36_525
        let sun = Position(century: century)
        let latitude = place.latitude * .pi / 180
        let cosine =
            sin(Self.horizonDegrees * .pi / 180) / (cos(latitude) * cos(sun.declination))
            - tan(latitude) * tan(sun.declination)
        guard (-1...1).contains(cosine) else { return nil }
        let hourAngle = acos(cosine) * 180 / .pi
        return 720 - 4 * (place.longitude - hourAngle) - sun.equationOfTimeMinutes
    }

    private struct Position {
        /// Radians.
        let declination: Double
        let equationOfTimeMinutes: Double

        init(century t: Double) {
            let radian = Double.pi / 180
            let meanLongitude = (280.46646 + t * (36_000.76983 + t * 0.0003032)) * radian
            let anomaly = (357.52911 + t * (35_999.05029 - 0.0001537 * t)) * radian
            let eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
            let centre =
                sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
                + sin(2 * anomaly) * (0.019993 - 0.000101 * t) + sin(3 * anomaly) * 0.000289
            let node = (125.04 - 1_934.136 * t) * radian
            let longitude =
                meanLongitude + (centre - 0.00569 - 0.00478 * sin(node)) * radian
            let obliquity =
                (23.439291 - t * 0.0130042 + 0.00256 * cos(node)) * radian
            declination = asin(sin(obliquity) * sin(longitude))
            let y = tan(obliquity / 2) * tan(obliquity / 2)
            let equation =
                y * sin(2 * meanLongitude) - 2 * eccentricity * sin(anomaly)
                + 4 * eccentricity * y * sin(anomaly) * cos(2 * meanLongitude)
                - 0.5 * y * y * sin(4 * meanLongitude)
                - 1.25 * eccentricity * eccentricity * sin(2 * anomaly)
            equationOfTimeMinutes = 4 * equation / radian
        }
    }
}
