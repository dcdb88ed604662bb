package import CityKernel
import Synchronization

/// What this process knows of a source since its start.
package struct SourceState: Sendable, Hashable {
    package var lastSuccess: Timestamp?
    package var lastFailure: Timestamp?
    package var lastFailureKind: SourceFailure?
    /// It is left alone until then.
    package var restsUntil: Timestamp?

    package init() {}

    /// Whether the last attempt failed.
    package var isFailing: Bool {
        guard let lastFailure else { return false }
        return lastSuccess.map { $0 < lastFailure } ?? true
    }
}

/// Sources that keep failing: they are left alone for a while, so that a dead neighbour costs a few
/// waits and not one for each question. One slow answer is no death: only a source that wants so is
/// left alone after its first failure.
final class CooldownBook: Sendable {
    /// Sources that are remembered; the one that rests least is forgotten first.
    static let sourcesMax = 10_000
    /// Unless the registration says otherwise.
    static let durationDefault = Duration.seconds(30)
    /// Failures in a row before a source that says nothing of a cooldown is left alone.
    static let failuresMax = 3

    private struct Record {
        var failures = 0
        var state = SourceState()
    }

    private let records = Mutex<[String: Record]>([:])

    func isCoolingDown(_ registration: Registration, at now: Timestamp) -> Bool {
        records.withLock { records in
            records[registration.id]?.state.restsUntil.map { $0 > now } ?? false
        }
    }

    func state(of id: String) -> SourceState { records.withLock { $0[id]?.state ?? .init() } }

    func noteFailure(
        _ registration: Registration, _ failure: SourceFailure, at now: Timestamp
    ) {
        change(registration.id) { record in
            record.failures += 1
            record.state.lastFailure = now
            record.state.lastFailureKind = failure
            if let cooldown = registration.management.cooldown {
                record.state.restsUntil = now + cooldown
            } else if record.failures >= Self.failuresMax {
                record.state.restsUntil = now + Self.durationDefault
            }
        }
    }

    func noteSuccess(_ registration: Registration, at now: Timestamp) {
        change(registration.id) { record in
            record.failures = 0
            record.state.lastSuccess = now
            record.state.restsUntil = nil
        }
    }

    private func change(_ id: String, _ body: (inout Record) -> Void) {
        records.withLock { records in
            if records.count >= Self.sourcesMax, records[id] == nil,
                let least = records.min(by: { Self.rest($0.value) < Self.rest($1.value) })?.key
            {
                records[least] = nil
            }
            body(&records[id, default: Record()])
        }
    }

    private static func rest(_ record: Record) -> Timestamp {
        record.state.restsUntil ?? Timestamp(microseconds: .min)
    }
}
