import Foundation
import Synchronization

/// A thread that runs one body to its end, and whose end can be awaited.
final class WorkThread: Sendable {
    private enum State {
        case running([CheckedContinuation<Void, Never>])
        case ended
    }

    private let state = Mutex(State.running([]))

    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            body()
            end()
        }
        thread.name = name
        thread.start()
    }

    func ended() async {
        await withCheckedContinuation { waiter in
            let hasEnded = state.withLock { state in
                guard case .running(let waiters) = state else { return true }
                state = .running(waiters + [waiter])
                return false
            }
            if hasEnded { waiter.resume() }
        }
    }

    private func end() {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            defer { state = .ended }
            guard case .running(let waiters) = state else { return [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
