import CityKernel
import Synchronization

/// What one consumer did with one product on one day.
package struct Usage: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        /// 0 stands for everybody without a key.
        package var consumerID: Int64
        package var product: String
        /// Days since 1970 in Japan.
        package var day: Int

        package init(consumerID: Int64, product: String, day: Int) {
            self.consumerID = consumerID
            self.product = product
            self.day = day
        }
    }

    package var calls: Int64 = 0
    /// Turned away by a limit.
    package var refused: Int64 = 0
    /// Answered with 4xx or 5xx by the city.
    package var failed: Int64 = 0
    package var microseconds: Int64 = 0
    package var microsecondsMax: Int64 = 0

    package init() {}

    /// Mean latency; `nil` without calls.
    package var meanMilliseconds: Double? {
        calls > 0 ? Double(microseconds) / Double(calls) / 1_000 : nil
    }

    mutating func add(_ other: Usage) {
        calls += other.calls
        refused += other.refused
        failed += other.failed
        microseconds += other.microseconds
        microsecondsMax = max(microsecondsMax, other.microsecondsMax)
    }
}

/// Counts in memory until they are written down.
final class UsageBook: Sendable {
    /// How late the history may be; a process that is killed loses so much of it.
    static let writeEvery = Duration.seconds(5)

    private let counts = Mutex<[Usage.Key: Usage]>([:])

    func add(_ usage: Usage, to key: Usage.Key) {
        counts.withLock { $0[key, default: Usage()].add(usage) }
    }

    /// Hands the counts over and begins anew.
    func take() -> [Usage.Key: Usage] {
        counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
    }

    /// Puts back what could not be written.
    func giveBack(_ taken: [Usage.Key: Usage]) {
        counts.withLock { counts in
            for (key, usage) in taken { counts[key, default: Usage()].add(usage) }
        }
    }
}
