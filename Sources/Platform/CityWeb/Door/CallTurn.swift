import Synchronization

/// Where the door hands a call to the task of its connection, one at a time.
final class CallTurn: Sendable {
    private enum State {
        case idle
        case waiting(UnsafeContinuation<PlainCall?, Never>)
        case called(PlainCall)
        case ended
    }

    let executor: LoopExecutor
    private let state = Mutex(State.idle)

    init(_ executor: LoopExecutor) { self.executor = executor }

    /// - Returns: `nil` once the connection has ended.
    func next() async -> PlainCall? {
        await withUnsafeContinuation { caller in
            let known: PlainCall?? = state.withLock { state in
                switch state {
                case .called(let call):
                    state = .idle
                    return .some(call)
                case .ended: return .some(nil)
                case .idle, .waiting:
                    state = .waiting(caller)
                    return nil
                }
            }
            if let known { caller.resume(returning: known) }
        }
    }

    /// A task that waits begins at once.
    func hand(_ call: PlainCall) {
        let caller = state.withLock { state -> UnsafeContinuation<PlainCall?, Never>? in
            switch state {
            case .waiting(let caller):
                state = .idle
                return caller
            case .idle, .called:
                state = .called(call)
                return nil
            case .ended: return nil
            }
        }
        guard let caller else { return }
        executor.runAtOnce { caller.resume(returning: call) }
    }

    func end() {
        let caller = state.withLock { state -> UnsafeContinuation<PlainCall?, Never>? in
            defer { state = .ended }
            guard case .waiting(let caller) = state else { return nil }
            return caller
        }
        caller?.resume(returning: nil)
    }
}
