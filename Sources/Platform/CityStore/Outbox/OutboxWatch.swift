import CityKernel
import Synchronization

/// Ends deliveries that take too long. One alarm of the dispatcher serves them all: a timer for each
/// delivery costs more than many a delivery.
final class OutboxWatch: Sendable {
    private struct Watched {
        var deadline: Timestamp
        var end: (@Sendable () -> Void)?
    }

    private struct State {
        var next = 0
        var watched: [Int: Watched] = [:]
    }

    private let state = Mutex(State())

    /// When the first delivery under way has to be over.
    var earliest: Timestamp? { state.withLock { $0.watched.values.map(\.deadline).min() } }

    /// Before the delivery begins: its time counts from here.
    /// - Returns: the ticket to `leave` with.
    func enter(until deadline: Timestamp) -> Int {
        state.withLock { state in
            state.next += 1
            state.watched[state.next] = Watched(deadline: deadline)
            return state.next
        }
    }

    /// - Parameter end: ends the delivery; called at once when it is late already.
    func begin(_ ticket: Int, end: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.watched[ticket]?.end = end
            return state.watched[ticket] == nil
        }
        if isLate { end() }
    }

    /// - Returns: whether the delivery was ended for its lateness.
    func leave(_ ticket: Int) -> Bool {
        state.withLock { $0.watched.removeValue(forKey: ticket) == nil }
    }

    func endLate(at now: Timestamp) {
        let late = state.withLock { state in
            let late = state.watched.filter { $0.value.deadline <= now }
            for ticket in late.keys { state.watched[ticket] = nil }
            return late.values.compactMap(\.end)
        }
        for end in late { end() }
    }
}
