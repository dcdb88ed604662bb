import CityKernel
import Synchronization

/// Ends deliveries that take too long. One alarm of the dispatcher serves them all: a timer for each
/// delivery costs more than many a delivery.
final class OutboxWatch: Sendable {
    private struct State {
        var next = 0
        var watched: [Int: (deadline: Timestamp, end: @Sendable () -> Void)] = [:]
    }

    private let state = Mutex(State())

    /// When the first delivery under way has to be over.
    var earliest: Timestamp? { state.withLock { $0.watched.values.map(\.deadline).min() } }

    /// - Returns: the ticket to `leave` with.
    func enter(until deadline: Timestamp, end: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.watched[state.next] = (deadline, end)
            return state.next
        }
    }

    /// - Returns: whether the delivery was ended for its lateness.
    func leave(_ ticket: Int) -> Bool {
        state.withLock { $0.watched.removeValue(forKey: ticket) == nil }
    }

    func endLate(at now: Timestamp) {
        let late = state.withLock { state in
            let late = state.watched.filter { $0.value.deadline <= now }
            for ticket in late.keys { state.watched[ticket] = nil }
            return late.values.map(\.end)
        }
        for end in late { end() }
    }
}
