import CityKernel
import Logging
import Synchronization

/// Writes down what became of messages while the couriers go on: everything that came in since the
/// last write leaves in the next one. What cannot be written is kept and tried again.
final class OutboxClerk: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var results: [OutboxLedger.Result] = []
        var entered = 0
        var written = 0
        var waiters: [(entered: Int, waiter: Waiter)] = []
        var isClosed = false
    }

    /// Results in one write.
    private static let writeMax = 2_000
    /// The wait before a write is tried again that the database refused.
    private static let retrySpan = Duration.seconds(1)

    private let store: any Store
    private let ledger: OutboxLedger
    private let clock: any CityClock
    private let logger: Logger
    private let state = Mutex(State())
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    init(store: any Store, ledger: OutboxLedger, clock: any CityClock, logger: Logger) {
        self.store = store
        self.ledger = ledger
        self.clock = clock
        self.logger = logger
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func enter(_ result: OutboxLedger.Result) {
        state.withLock { state in
            state.results.append(result)
            state.entered += 1
        }
        call.yield()
    }

    /// Returns once everything that was entered until now is in the database.
    func caughtUp() async {
        await withCheckedContinuation { (waiter: Waiter) in
            let isDone = state.withLock { state in
                if state.isClosed || state.written >= state.entered { return true }
                state.waiters.append((state.entered, waiter))
                return false
            }
            if isDone { waiter.resume() }
        }
    }

    /// Writes until `close` is called and nothing is left, or the database refuses then.
    func run() async {
        for await _ in calls {
            while await write() {}
            if state.withLock({ $0.isClosed }) { break }
        }
    }

    /// Nothing is entered any more.
    func close() {
        state.withLock { $0.isClosed = true }
        call.yield()
    }

    /// - Returns: whether there is more to write.
    private func write() async -> Bool {
        let batch = state.withLock { state in
            let batch = Array(state.results.prefix(Self.writeMax))
            state.results.removeFirst(batch.count)
            return batch
        }
        if batch.isEmpty { return false }
        do {
            let ledger = ledger
            try await store.write { try ledger.write(batch, in: $0) }
        } catch {
            logger.warning("outbox not settled", metadata: ["reason": "\(error)"])
            return await keep(batch)
        }
        finish(batch.count)
        return true
    }

    private func keep(_ batch: [OutboxLedger.Result]) async -> Bool {
        let isClosed = state.withLock { state in
            state.results.insert(contentsOf: batch, at: 0)
            return state.isClosed
        }
        // What was delivered but is not written leaves once more after the restart: at least once.
        if isClosed { return false }
        do { try await clock.sleep(for: Self.retrySpan) } catch { return false }
        return true
    }

    private func finish(_ count: Int) {
        let ready = state.withLock { state -> [Waiter] in
            state.written += count
            let ready = state.waiters.filter { $0.entered <= state.written }.map(\.waiter)
            state.waiters.removeAll { $0.entered <= state.written }
            return ready
        }
        for waiter in ready { waiter.resume() }
    }
}
