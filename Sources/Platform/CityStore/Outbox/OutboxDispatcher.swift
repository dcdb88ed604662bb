package import CityKernel
package import Logging
import ServiceLifecycle
import Synchronization

/// Delivers the outbox: at least once, in order per receiver, receivers side by side.
///
/// It wakes when a commit queued messages, when a due or retry time comes, and now and then anyway.
/// Several processes may run one each over one database: a receiver belongs to whoever holds its
/// lease, and is taken over when that process dies.
package final class OutboxDispatcher: Service {
    /// What happened since the last turn.
    private struct Inbox {
        var mustScan = true
        var hasRelease = false
        var finished: [(lane: OutboxLane, outcome: OutboxSchedule.Outcome)] = []
    }

    private let store: any Store
    private let queue: OutboxQueue
    private let stock = OutboxStock()
    private let clerk: OutboxClerk
    private let courier: OutboxCourier
    private let kinds: Set<String>
    private let policy: OutboxPolicy
    private let clock: any CityClock
    private let logger: Logger
    private let inbox = Mutex(Inbox())
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - receivers: one per kind.
    ///   - owner: names this process in leases; no two running processes may share it.
    package init(
        store: any Store, receivers: [any OutboxReceiver], policy: OutboxPolicy = .init(),
        owner: String, clock: any CityClock,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        logger: Logger
    ) {
        self.store = store
        self.policy = policy
        self.clock = clock
        self.logger = logger
        let byKind = Dictionary(receivers.map { ($0.kind, $0) }) { _, _ in
            preconditionFailure("two receivers deliver one kind")
        }
        kinds = Set(byKind.keys)
        queue = OutboxQueue(store: store, policy: policy, owner: owner)
        clerk = OutboxClerk(
            store: store, ledger: OutboxLedger(owner: owner, receivers: byKind),
            gatherSpan: policy.gatherSpan, clock: clock, logger: logger)
        courier = OutboxCourier(
            queue: queue, stock: stock, clerk: clerk, receivers: byKind, clock: clock,
            random: random, logger: logger)
        (wakes, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs until a graceful shutdown, and then waits for the deliveries that are under way.
    package func run() async throws {
        let calls = store.listen(to: Outbox.channel)
        // Task: writes down what was delivered even after this task is cancelled; it ends below.
        let clerking = Task { await self.clerk.run() }
        await withTaskGroup(of: Void.self) { helpers in
            helpers.addTask { await self.hear(calls) }
            await self.dispatch()
            helpers.cancelAll()
        }
        clerk.close()
        await clerking.value
        await release()
    }

    private func hear(_ calls: AsyncStream<String>) async {
        for await call in calls {
            inbox.withLock { inbox in
                inbox.mustScan = true
                if call == Outbox.released { inbox.hasRelease = true }
            }
            wakeUp.yield()
        }
    }

    private func dispatch() async {
        var turns = OutboxTurns(kinds: kinds)
        var alarm: (at: Timestamp, task: Task<Void, Never>)?
        wakeUp.yield()
        await withDiscardingTaskGroup { couriers in
            for await _ in wakes.cancelOnGracefulShutdown() {
                await turn(&turns)
                while let lane = turns.schedule.startNext(
                    activeMax: policy.receiversMax, doubtfulMax: policy.doubtfulMax)
                {
                    couriers.addTask { await self.serve(lane) }
                }
                let now = clock.now
                // A delivery that begins later than this is late after the alarm.
                let latest = now + min(policy.pollSpan, policy.deliverySpanMax)
                let sooner = min(turns.schedule.nextAlarm() ?? .distantFuture, latest)
                if let alarm, alarm.at > now, alarm.at <= sooner { continue }
                let next = min(sooner, courier.earliestDeadline ?? .distantFuture)
                alarm?.task.cancel()
                // Task: cancelled by the next alarm, and below when the dispatcher ends.
                alarm = (next, Task { await self.ring(at: next) })
            }
            alarm?.task.cancel()
            courier.stop()
        }
    }

    /// Takes in what happened, and reads what was queued since the last look.
    private func turn(_ turns: inout OutboxTurns) async {
        let news = inbox.withLock { inbox in
            defer { inbox = Inbox(mustScan: false) }
            return inbox
        }
        for (lane, outcome) in news.finished {
            turns.schedule.finish(lane, outcome)
            if outcome == .empty { stock.forget(lane, behind: turns.cursor) }
        }
        if news.hasRelease { turns.schedule.release() }
        turns.schedule.wake(at: clock.now)
        turns.mustScan = turns.mustScan || news.mustScan
        do {
            while turns.mustScan, turns.schedule.laneCount < policy.lanesMax {
                if stock.isFull {
                    let found = try await queue.scanLanes(after: turns.cursor)
                    turns.leave(found.lanes, to: stock, logger: logger)
                    turns.mustScan = found.hasMore
                } else {
                    let found = try await queue.scan(after: turns.cursor)
                    turns.enter(found.entries, into: stock, at: clock.now, logger: logger)
                    turns.mustScan = found.hasMore
                }
            }
        } catch {
            // The next poll looks again; meanwhile the store's health says what is wrong.
            logger.warning("outbox not read", metadata: ["reason": "\(error)"])
        }
    }

    private func serve(_ lane: OutboxLane) async {
        let outcome = await courier.serve(lane)
        inbox.withLock { $0.finished.append((lane, outcome)) }
        wakeUp.yield()
    }

    private func ring(at instant: Timestamp) async {
        do {
            try await clock.sleep(until: instant)
            courier.endLate()
        } catch {
            return
        }
        inbox.withLock { $0.mustScan = true }
        wakeUp.yield()
    }

    /// Another process may deliver at once what this one leaves.
    private func release() async {
        do {
            let queue = queue
            // Task: a write of a cancelled task would be refused before it began.
            try await Task { try await queue.releaseAll() }.value
        } catch {
            // The leases end by themselves.
            logger.info("leases not released", metadata: ["reason": "\(error)"])
        }
    }
}

/// What the dispatcher remembers from turn to turn.
private struct OutboxTurns {
    var schedule = OutboxSchedule()
    /// Up to here every message is known. Message numbers follow the commits.
    var cursor: Int64 = 0
    var mustScan = true
    private let kinds: Set<String>
    private var unknownKinds: Set<String> = []

    init(kinds: Set<String>) { self.kinds = kinds }

    mutating func enter(
        _ entries: [OutboxQueue.Entry], into stock: OutboxStock, at now: Timestamp, logger: Logger
    ) {
        for entry in entries {
            let message = entry.message
            cursor = message.id
            guard isDelivered(message.kind, logger) else { continue }
            stock.enter(message, dueAt: entry.dueAt, at: now)
            schedule.arrive(OutboxLane(kind: message.kind, receiver: message.receiver))
        }
    }

    /// The stock has no room for them: their lanes read them when it has.
    mutating func leave(
        _ lanes: [(lane: OutboxLane, newest: Int64)], to stock: OutboxStock, logger: Logger
    ) {
        for (lane, newest) in lanes {
            cursor = max(cursor, newest)
            guard isDelivered(lane.kind, logger) else { continue }
            stock.leave(lane, upTo: newest)
            schedule.arrive(lane)
        }
    }

    private mutating func isDelivered(_ kind: String, _ logger: Logger) -> Bool {
        if kinds.contains(kind) { return true }
        if unknownKinds.insert(kind).inserted {
            logger.error(
                "messages that nothing delivers wait in the outbox", metadata: ["kind": "\(kind)"])
        }
        return false
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
