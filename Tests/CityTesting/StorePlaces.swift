import Synchronization

/// Lets only so many tests have a store open at a time: each holds connections and files, and a
/// server or this machine has so many and no more.
final class StorePlaces: Sendable {
    static let shared = StorePlaces(count: 16)

    /// Whether the present test has its place already: it may open further stores.
    @TaskLocal static var isTaken = false

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: count)) }

    func having<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        if Self.isTaken { return try await body() }
        await take()
        defer { leave() }
        return try await Self.$isTaken.withValue(true) { try await body() }
    }

    private func take() async {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
