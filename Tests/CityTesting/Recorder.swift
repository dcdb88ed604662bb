import Synchronization

/// What a fake outside world saw, in order.
package final class Recorder<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiters: [(count: Int, waiter: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var elements: [Element] { state.withLock { $0.elements } }

    package func record(_ element: Element) {
        let ready: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.elements.append(element)
            let count = state.elements.count
            let ready = state.waiters.filter { $0.count <= count }.map(\.waiter)
            state.waiters.removeAll { $0.count <= count }
            return ready
        }
        for waiter in ready { waiter.resume() }
    }

    /// Returns once `count` elements were recorded.
    package func reached(_ count: Int) async {
        await withCheckedContinuation { waiter in
            let isReached = state.withLock { state in
                if state.elements.count >= count { return true }
                state.waiters.append((count, waiter))
                return false
            }
            if isReached { waiter.resume() }
        }
    }
}
