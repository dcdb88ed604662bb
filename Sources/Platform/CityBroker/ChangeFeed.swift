import CityKernel
import Synchronization

/// Hands every committed change to whoever listens in this process.
final class ChangeFeed: Sendable {
    /// Changes that wait for one slow listener.
    static let bufferMax = 4_096

    private struct State {
        var sequence: Int64 = 0
        var nextListener = 0
        var listeners: [Int: Listener] = [:]
        var observers: [@Sendable ([Change]) -> Void] = []
    }

    private struct Listener {
        /// Whose changes it hears; `nil` for everybody's.
        var id: EntityID?
        var stream: AsyncStream<Change>.Continuation
    }

    private let state = Mutex(State())

    /// Whether anybody would hear; spares the making of changes that nobody reads.
    var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty || !$0.observers.isEmpty } }

    /// - Parameter id: whose changes are heard, so that nobody is woken for others'.
    func stream(of id: EntityID? = nil) -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Change.self, bufferingPolicy: .bufferingNewest(Self.bufferMax))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = Listener(id: id, stream: continuation)
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Calls `observer` with each commit before its writer hears that it is done.
    func observe(_ observer: @escaping @Sendable ([Change]) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Numbers the changes of one commit and hands them on.
    func publish(_ changes: [Change]) {
        let (numbered, observers) = state.withLock { state in
            state.sequence += 1
            guard !state.listeners.isEmpty || !state.observers.isEmpty else {
                return ([Change](), state.observers)
            }
            var numbered = changes
            for index in numbered.indices { numbered[index].sequence = state.sequence }
            for change in numbered {
                for listener in state.listeners.values
                where listener.id.map({ $0 == change.entityID }) ?? true {
                    listener.stream.yield(change)
                }
            }
            return (numbered, state.observers)
        }
        for observer in observers { observer(numbered) }
    }
}
