import CityKernel
import Synchronization

/// Keeps `StoreHealth`: every failure and every good commit is entered here.
final class HealthBook: Sendable {
    private let book = Mutex(StoreHealth())
    private let clock: any CityClock

    init(clock: any CityClock) { self.clock = clock }

    var health: StoreHealth { book.withLock { $0 } }

    func enterCommit(writes: Int) {
        let now = clock.now
        book.withLock { health in
            health.commits += 1
            health.writes += Int64(writes)
            health.lastCommitAt = now
            if health.state != .closed { health.state = .ok }
        }
    }

    /// A failure of the machine, not of one write's own making.
    func enter(_ error: StoreError) {
        let now = clock.now
        book.withLock { health in
            health.lastFailure = error.summary
            health.lastFailureAt = now
            guard health.state != .closed else { return }
            switch error {
            case .storageFull: health.state = .storageFull
            case .unavailable: health.state = .unavailable
            default: break
            }
        }
    }

    /// The database answers again. A full disk is only forgotten by a commit.
    func enterReachable() {
        book.withLock { health in
            if health.state == .unavailable { health.state = .ok }
        }
    }

    func enterClosed() { book.withLock { $0.state = .closed } }
}
