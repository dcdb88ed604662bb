import CityKernel
import Synchronization

/// What a caller may still do, for the fields of the answer.
package struct LimitState: Sendable, Hashable {
    package var plan: RatePlan
    /// Calls left at once.
    package var remaining: Int
    /// Calls left today.
    package var remainingToday: Int
}

/// The buckets and the counts of today, of this process.
final class LimitBook: Sendable {
    /// More callers than this at a time: the books of the quietest are forgotten, who gain a fresh
    /// bucket by it.
    static let bucketsMax = 20_000

    struct Key: Hashable, Sendable {
        /// `consumer:7` or a network address.
        var caller: String
        var product: String
    }

    enum Verdict: Equatable {
        case go(LimitState)
        case tooFast(seconds: Int, LimitState)
        case quotaUsed(seconds: Int, LimitState)
    }

    private struct Line {
        var bucket: TokenBucket
        var day: Int
        var callsToday: Int
        var lastAt: Timestamp
    }

    private let lines = Mutex<[Key: Line]>([:])

    /// Whether the calls of today are known; if not, `setToday` first.
    func knows(_ key: Key, at now: Timestamp) -> Bool {
        lines.withLock { $0[key]?.day == now.japanDay }
    }

    /// Begins the day of a caller with what all processes have written down.
    func setToday(_ calls: Int, _ key: Key, _ plan: RatePlan, at now: Timestamp) {
        lines.withLock { lines in
            if lines[key] == nil, lines.count >= Self.bucketsMax { Self.forgetQuietest(&lines) }
            let bucket = lines[key]?.bucket ?? TokenBucket(full: plan, at: now)
            lines[key] = Line(bucket: bucket, day: now.japanDay, callsToday: calls, lastAt: now)
        }
    }

    func take(_ key: Key, _ plan: RatePlan, at now: Timestamp) -> Verdict {
        lines.withLock { lines in
            var line =
                lines[key]
                ?? Line(
                    bucket: TokenBucket(full: plan, at: now), day: now.japanDay, callsToday: 0,
                    lastAt: now)
            defer { lines[key] = line }
            if line.day != now.japanDay { (line.day, line.callsToday) = (now.japanDay, 0) }
            line.lastAt = now
            func state() -> LimitState {
                LimitState(
                    plan: plan, remaining: Int(line.bucket.tokens),
                    remainingToday: max(plan.callsPerDay - line.callsToday, 0))
            }
            guard line.callsToday < plan.callsPerDay else {
                return .quotaUsed(seconds: now.secondsToJapanMidnight, state())
            }
            if let seconds = line.bucket.take(plan, at: now) {
                return .tooFast(seconds: seconds, state())
            }
            line.callsToday += 1
            return .go(state())
        }
    }

    private static func forgetQuietest(_ lines: inout [Key: Line]) {
        let quietest = lines.sorted { $0.value.lastAt < $1.value.lastAt }
        for (key, _) in quietest.prefix(bucketsMax / 4) { lines[key] = nil }
    }
}

extension Timestamp {
    /// Days since 1970 in Japan: the day by which usage and quotas are counted.
    var japanDay: Int {
        let micros = microseconds + Int64(CivilTime.japanOffsetSeconds) * 1_000_000
        return Int((Double(micros) / 86_400_000_000).rounded(.down))
    }

    var secondsToJapanMidnight: Int {
        let seconds = microseconds / 1_000_000 + Int64(CivilTime.japanOffsetSeconds)
        return Int(86_400 - seconds % 86_400)
    }
}
