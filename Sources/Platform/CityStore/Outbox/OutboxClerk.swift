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
        /// Rests while results gather.
        var rest: Waiter?
        var isRested = false
        /// Dead letters since the oldest were forgotten; many enough at the start of a process.
        var buried = OutboxClerk.buriedMax

        mutating func takeRest() -> Waiter? {
            defer { rest = nil }
            return rest
        }
    }

    /// Results in one write.
    private static let writeMax = 2_000
    /// After so many new dead letters the oldest beyond the limit are forgotten.
    private static let buriedMax = 1_000
    /// The wait before a write is tried again that the database refused.
    private static let retrySpan = Duration.seconds(1)
    /// So many results are not left to gather any longer.
    private static let gatheredMax = 1_000

    private let store: any Store
    private let ledger: OutboxLedger
    private let gatherSpan: Duration
    private let clock: any CityClock
    private let logger: Logger
    private let state = Mutex(State())
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    /// - Parameter gatherSpan: how long results of deliveries gather before they are written together.
    init(
        store: any Store, ledger: OutboxLedger, gatherSpan: Duration, clock: any CityClock,
        logger: Logger
    ) {
        self.store = store
        self.ledger = ledger
        self.gatherSpan = gatherSpan
        self.clock = clock
        self.logger = logger
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func enter(_ result: OutboxLedger.Result) {
        let rest = state.withLock { state in
            state.results.append(result)
            state.entered += 1
            return state.results.count >= Self.gatheredMax ? state.takeRest() : nil
        }
        rest?.resume()
        call.yield()
    }

    /// Returns once everything that was entered until now is in the database.
    func caughtUp() async {
        await withCheckedContinuation { (waiter: Waiter) in
            let (isDone, rest) = state.withLock { state -> (Bool, Waiter?) in
                if state.isClosed || state.written >= state.entered { return (true, nil) }
                state.waiters.append((state.entered, waiter))
                return (false, state.takeRest())
            }
            if isDone { waiter.resume() }
            rest?.resume()
        }
    }

    /// Writes until `close` is called and nothing is left, or the database refuses then.
    func run() async {
        for await _ in calls {
            await gather()
            while await write() {}
            if state.withLock({ $0.isClosed }) { break }
        }
    }

    /// Lets results gather, unless somebody waits for them: a write for each few deliveries would hold
    /// up the writes of everybody else.
    private func gather() async {
        guard gatherSpan > .zero else { return }
        // Task: ends with the rest, which it ends at the latest.
        state.withLock { $0.isRested = false }
        let alarm = Task { [clock, gatherSpan] in
            do { try await clock.sleep(for: gatherSpan) } catch { return }
            let rest = self.state.withLock { state in
                state.isRested = true
                return state.takeRest()
            }
            rest?.resume()
        }
        await withCheckedContinuation { (rest: Waiter) in
            let isUrgent = state.withLock { state in
                if state.isClosed || state.isRested || !state.waiters.isEmpty { return true }
                if state.results.count >= Self.gatheredMax { return true }
                state.rest = rest
                return false
            }
            if isUrgent { rest.resume() }
        }
        alarm.cancel()
    }

    /// Nothing is entered any more.
    func close() {
        let rest = state.withLock { state in
            state.isClosed = true
            return state.takeRest()
        }
        rest?.resume()
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
            let (ledger, isFull) = (ledger, countBuried(batch))
            let forgotten = try await store.write { transaction in
                try ledger.write(batch, in: transaction)
                return isFull ? try Outbox.forgetOldDeadLetters(in: transaction) : 0
            }
            if forgotten > 0 {
                logger.error(
                    "old dead letters forgotten", metadata: ["letters": "\(forgotten)"])
            }
        } catch {
            logger.warning("outbox not settled", metadata: ["reason": "\(error)"])
            return await keep(batch)
        }
        finish(batch.count)
        return true
    }

    /// - Returns: whether the oldest dead letters have to make room now.
    private func countBuried(_ batch: [OutboxLedger.Result]) -> Bool {
        let buried = batch.count { $0.isBuried }
        if buried == 0 { return false }
        return state.withLock { state in
            state.buried += buried
            guard state.buried >= Self.buriedMax else { return false }
            state.buried = 0
            return true
        }
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
