import CityIdentity
import CityKernel
import Synchronization

/// A key that exists, and whose it is.
struct KeyEntry: Sendable, Hashable {
    var key: DeviceKey
    /// `nil` for a key of the city's own devices.
    var consumerID: Int64?
    var plans: [String: RatePlan]
    /// Opens the practice city and nothing else.
    var isSandbox = false
}

/// What keys and certificates open, remembered for a moment, so that a call costs no look into the
/// database.
final class KeyRing<Shown: Hashable & Sendable, Entry: Sendable>: Sendable {
    private let clock: any CityClock
    private let entries = Mutex<[Shown: (entry: Entry?, readAt: Timestamp)]>([:])

    init(clock: any CityClock) { self.clock = clock }

    /// - Returns: `nil` when it must be read; `.some(nil)` for a key that does not exist.
    func findFresh(_ shown: Shown, at now: Timestamp) -> Entry?? {
        let kept = entries.withLock { $0[shown] }
        guard let kept, now.since(kept.readAt) < KeyRingLimits.ageMax, now >= kept.readAt else {
            return nil
        }
        return .some(kept.entry)
    }

    func find(
        _ shown: Shown, orRead read: () async throws -> Entry?
    ) async throws -> Entry? {
        let now = clock.now
        if let known = findFresh(shown, at: now) { return known }
        let entry = try await read()
        entries.withLock { entries in
            if entries.count >= KeyRingLimits.keysMax { entries = [:] }
            entries[shown] = (entry, now)
        }
        return entry
    }

    /// After a change of keys or subscriptions by this process.
    func forget() { entries.withLock { $0 = [:] } }
}

enum KeyRingLimits {
    /// How long a key that another process revoked may still open.
    static let ageMax = Duration.seconds(5)
    static let keysMax = 5_000
}
