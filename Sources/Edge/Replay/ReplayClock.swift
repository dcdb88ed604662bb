package import CityKernel

/// The city's clock while an old day is played: it starts at `start`, runs `speed` times as fast as
/// the machine's, and stands still at `end`.
///
/// The whole city lives on it, so that ages, trends and the words on pages are those of that day.
/// Nothing is dated anew: a replayed night keeps its own dates and pages say 再生.
package struct ReplayClock: CityClock {
    package static let speedRange = 1.0...10_000.0

    package let start: Timestamp
    package let end: Timestamp
    package let speed: Double
    private let began: ContinuousClock.Instant

    /// - Precondition: `speed` lies in `speedRange` and the day does not end before it starts.
    package init(start: Timestamp, end: Timestamp, speed: Double) {
        precondition(Self.speedRange.contains(speed), "a speed of 1 to 10000")
        precondition(start <= end, "a day does not end before it starts")
        self.start = start
        self.end = end
        self.speed = speed
        began = .now
    }

    package var now: Timestamp {
        let passed = (ContinuousClock.now - began).inSeconds * speed
        let span = min(passed, end.since(start).inSeconds)
        return start + .microseconds(Int64(span * 1_000_000))
    }

    /// A deadline after `end` never comes.
    package func sleep(until deadline: Timestamp) async throws {
        guard deadline <= end else {
            while true { try await Task.sleep(for: .seconds(3_600)) }
        }
        let wait = deadline.since(start).inSeconds / speed
        try await Task.sleep(until: began + .seconds(wait), clock: .continuous)
        // Rounding may leave a moment.
        while now < deadline { try await Task.sleep(for: .milliseconds(1)) }
    }
}
