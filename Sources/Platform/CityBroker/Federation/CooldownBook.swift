import CityKernel
import Synchronization

/// Sources that keep failing: they are left alone for a while, so that a dead neighbour costs a few
/// waits and not one for each question. One slow answer is no death: only a source that wants so is
/// left alone after its first failure.
final class CooldownBook: Sendable {
    /// Failed sources that are remembered; the oldest is forgotten first.
    static let sourcesMax = 10_000
    /// Unless the registration says otherwise.
    static let durationDefault = Duration.seconds(30)
    /// Failures in a row before a source that says nothing of a cooldown is left alone.
    static let failuresMax = 3

    private struct Record {
        var failures = 0
        var until: Timestamp
    }

    private let records = Mutex<[String: Record]>([:])

    func isCoolingDown(_ registration: Registration, at now: Timestamp) -> Bool {
        records.withLock { records in
            records[registration.id].map { $0.until > now } ?? false
        }
    }

    func noteFailure(_ registration: Registration, at now: Timestamp) {
        records.withLock { records in
            if records.count >= Self.sourcesMax, records[registration.id] == nil,
                let oldest = records.min(by: { $0.value.until < $1.value.until })?.key
            {
                records[oldest] = nil
            }
            var record = records[registration.id] ?? Record(until: now)
            record.failures += 1
            if let cooldown = registration.management.cooldown {
                record.until = now + cooldown
            } else if record.failures >= Self.failuresMax {
                record.until = now + Self.durationDefault
            }
            records[registration.id] = record
        }
    }

    func noteSuccess(_ registration: Registration) {
        records.withLock { records in
            if records[registration.id] != nil { records[registration.id] = nil }
        }
    }
}
