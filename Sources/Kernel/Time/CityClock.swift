import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the city reads the time. Rules and services never ask the machine themselves, so that a
/// replayed night and a live one run through the same code.
package protocol CityClock: Sendable {
    var now: Timestamp { get }

    /// Returns once `now` is at least `deadline`.
    /// - Throws: `CancellationError`.
    func sleep(until deadline: Timestamp) async throws
}

extension CityClock {
    package func sleep(for span: Duration) async throws { try await sleep(until: now + span) }
}

/// The machine's clock.
package struct SystemClock: CityClock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    package func sleep(until deadline: Timestamp) async throws {
        // The wall clock may be set back while we sleep, so look again.
        while true {
            try Task.checkCancellation()
            let rest = deadline.since(now)
            guard rest > .zero else { return }
            try await Task.sleep(for: min(rest, .seconds(60)))
        }
    }
}

/// A clock that moves only when told to, for tests and replays.
package final class ManualClock: CityClock {
    private struct Sleeper {
        var deadline: Timestamp
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    package init(_ start: Timestamp) { state = Mutex(State(now: start)) }

    package var now: Timestamp { state.withLock { $0.now } }

    /// How many tasks sleep now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func advance(by span: Duration) { advance { $0 + span } }

    /// Moves the clock and wakes who slept until then, the earliest deadline first; never moves
    /// back.
    package func advance(to instant: Timestamp) { advance { _ in instant } }

    private func advance(_ next: @Sendable (Timestamp) -> Timestamp) {
        let due = state.withLock { state in
            state.now = max(state.now, next(state.now))
            let now = state.now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due
        }
        let inOrder = due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
        for (_, sleeper) in inOrder { sleeper.wake.resume() }
    }

    package func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wake in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.now >= deadline { return .success(()) }
                    state.sleepers[id] = Sleeper(deadline: deadline, wake: wake)
                    return nil
                }
                if let answer { wake.resume(with: answer) } else { tellWatchers() }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Returns once at least `count` tasks sleep, so that a test moves the clock exactly then,
    /// without waiting or guessing.
    package func untilAsleep(_ count: Int = 1) async {
        await withCheckedContinuation { wake in
            let isReached = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, wake))
                return false
            }
            if isReached { wake.resume() }
        }
    }

    private func tellWatchers() {
        let reached = state.withLock { state in
            let sleeping = state.sleepers.count
            let reached = state.watchers.filter { $0.count <= sleeping }
            state.watchers.removeAll { $0.count <= sleeping }
            return reached
        }
        for watcher in reached { watcher.wake.resume() }
    }
}
