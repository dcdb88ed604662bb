import CityKernel

/// How fast the water moves: the median of the slopes between all pairs of readings (Theil–Sen), so
/// that one wrong reading of three, or a wave, does not turn the trend.
struct RateOfRise: Sendable, Hashable {
    /// Positive when rising.
    var centimetresPerHour: Int

    /// Readings this old still speak about now; a little over an hour, since hourly feeds jitter.
    static let windowMinutes = 75
    /// When the window holds one reading only, the one before it may be this old.
    static let windowMinutesMax = 180
    /// Enough for one reading a minute; bounds the pairs.
    static let readingsMax = 75
    /// Slower than this is steady.
    static let steadyCentimetresPerHour = 5

    /// - Parameter readings: believed, oldest first, one per instant.
    /// - Returns: `nil` when fewer than two readings are near enough in time.
    init?(_ readings: [FloodReading]) {
        guard let last = readings.last else { return nil }
        var recent = readings.filter {
            last.observedAt.since($0.observedAt) <= .minutes(Self.windowMinutes)
        }
        if recent.count < 2 {
            recent = readings.suffix(2).filter {
                last.observedAt.since($0.observedAt) <= .minutes(Self.windowMinutesMax)
            }
        }
        recent = recent.suffix(Self.readingsMax)
        guard recent.count >= 2 else { return nil }
        centimetresPerHour = Int(Self.medianSlope(recent).rounded())
    }

    private static func medianSlope(_ readings: [FloodReading]) -> Double {
        var slopes: [Double] = []
        slopes.reserveCapacity(readings.count * (readings.count - 1) / 2)
        for (index, earlier) in readings.enumerated() {
            for later in readings[(index + 1)...] {
                guard let from = earlier.levelCentimetres, let to = later.levelCentimetres else {
                    continue
                }
                let hours = later.observedAt.since(earlier.observedAt).inSeconds / 3_600
                slopes.append(Double(to - from) / hours)
            }
        }
        slopes.sort()
        guard !slopes.isEmpty else { return 0 }
        let middle = slopes.count / 2
        return slopes.count.isMultiple(of: 2)
            ? (slopes[middle - 1] + slopes[middle]) / 2 : slopes[middle]
    }
}
