import CityKernel
import CityVocabulary

/// The readings of one gauge that may be acted upon, and what was seen besides.
///
/// Sensors lie: they jump, repeat, run ahead of time and fall silent. A reading is believed when it
/// lies in the plausible range and could have been reached from the one before; a jump is believed
/// once a second reading, taken at another time, agrees with it.
struct BelievedReadings: Sendable, Hashable {
    /// Believed readings with a level, oldest first, one per instant.
    private(set) var believed: [FloodReading] = []
    /// A plausible level that waits for a second reading to agree.
    private(set) var pending: FloodReading?
    /// The newest reading that was refused: out of range, or still waiting.
    private(set) var newestRefusedAt: Timestamp?
    /// When the gauge last said that it has no value.
    private(set) var saidMissingAt: Timestamp?

    /// Waves and the rounding of sensors; a smaller step is never a jump.
    static let jitterCentimetres = 10

    var last: FloodReading? { believed.last }

    /// - Parameters:
    ///   - readings: in the order they were told, any order of time, with repeats.
    ///   - seed: what was believed before the readings begin.
    init(
        _ readings: [FloodReading], seed: FloodReading?, thresholds: FloodThresholds,
        now: Timestamp
    ) {
        let horizon = now + .minutes(thresholds.futureToleranceMinutes)
        let usable = Self.onePerInstant(readings.filter { $0.observedAt <= horizon })
        if let seed, seed.observedAt < usable.first?.observedAt ?? .distantFuture {
            believed.append(seed)
        }
        for reading in usable { take(reading, thresholds) }
    }

    private mutating func take(_ reading: FloodReading, _ thresholds: FloodThresholds) {
        guard let level = reading.levelCentimetres else {
            saidMissingAt = reading.observedAt
            return
        }
        guard thresholds.plausibleCentimetres.contains(level) else {
            newestRefusedAt = reading.observedAt
            return
        }
        // A person at the river is believed at once, and so is a gauge's first word.
        let isNearBefore = believed.last.map { Self.isReachable(reading, from: $0, thresholds) }
        let isTrusted = reading.quality != .suspect && isNearBefore ?? true
        if reading.quality == .manual || isTrusted {
            believe([reading])
        } else if let pending, Self.isReachable(reading, from: pending, thresholds) {
            believe([pending, reading])
        } else {
            pending = reading
            newestRefusedAt = reading.observedAt
        }
    }

    private mutating func believe(_ readings: [FloodReading]) {
        believed += readings
        pending = nil
        if let refused = newestRefusedAt, let last = believed.last, refused <= last.observedAt {
            newestRefusedAt = nil
        }
        if let missing = saidMissingAt, let last = believed.last, missing <= last.observedAt {
            saidMissingAt = nil
        }
    }

    private static func isReachable(
        _ reading: FloodReading, from earlier: FloodReading, _ thresholds: FloodThresholds
    ) -> Bool {
        guard let level = reading.levelCentimetres, let before = earlier.levelCentimetres else {
            return false
        }
        let minutes = reading.observedAt.since(earlier.observedAt).inMinutes
        let reach = Double(thresholds.riseCentimetresPerMinuteMax) * max(minutes, 0)
        return Double(abs(level - before)) <= reach + Double(jitterCentimetres)
    }

    /// Of several tellings about one instant: a person's before a machine's, a value before none,
    /// the later before the earlier.
    private static func onePerInstant(_ readings: [FloodReading]) -> [FloodReading] {
        var best: [Timestamp: FloodReading] = [:]
        for reading in readings {
            guard let known = best[reading.observedAt] else {
                best[reading.observedAt] = reading
                continue
            }
            if rank(reading) >= rank(known) { best[reading.observedAt] = reading }
        }
        return best.values.sorted { $0.observedAt < $1.observedAt }
    }

    private static func rank(_ reading: FloodReading) -> Int {
        if reading.levelCentimetres == nil { return 0 }
        return reading.quality == .manual ? 2 : 1
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
