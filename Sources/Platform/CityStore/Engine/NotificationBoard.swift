import Synchronization

/// Who listens to which channel in this process.
final class NotificationBoard: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [String: [Int: AsyncStream<String>.Continuation]] = [:]
        var isClosed = false
    }

    /// Payloads a slow listener may leave unread before it loses the oldest.
    static let unreadMax = 256

    private let state = Mutex(State())

    func listen(to channel: String) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(Self.unreadMax))
        let id: Int? = state.withLock { state in
            if state.isClosed { return nil }
            state.nextID += 1
            state.listeners[channel, default: [:]][state.nextID] = continuation
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.leave(channel, id) }
        return stream
    }

    func publish(_ notification: StoreNotification) {
        let listeners = state.withLock { state in
            state.listeners[notification.channel].map { Array($0.values) } ?? []
        }
        for listener in listeners { listener.yield(notification.payload) }
    }

    /// Tells everybody that wake-ups may have been missed: an empty payload.
    func publishGap() {
        let listeners = state.withLock { state in state.listeners.values.flatMap(\.values) }
        for listener in listeners { listener.yield("") }
    }

    func close() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            state.isClosed = true
            return state.listeners.values.flatMap(\.values)
        }
        for listener in listeners { listener.finish() }
    }

    private func leave(_ channel: String, _ id: Int) {
        state.withLock { state in
            state.listeners[channel]?[id] = nil
            if state.listeners[channel]?.isEmpty == true { state.listeners[channel] = nil }
        }
    }
}
