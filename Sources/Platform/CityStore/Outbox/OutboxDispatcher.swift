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
        var finished: [(lane: OutboxLane, outcome: OutboxSchedule.Outcome)] = []
        var released: [OutboxLane] = []
    }

    private let store: any Store
    private let queue: OutboxQueue
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
        courier = OutboxCourier(
            queue: queue, receivers: byKind, policy: policy, clock: clock, random: random,
            logger: logger)
        (wakes, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs until a graceful shutdown, and then waits for the deliveries that are under way.
    package func run() async throws {
        let calls = store.listen(to: Outbox.channel)
        await withTaskGroup(of: Void.self) { helpers in
            helpers.addTask { await self.hear(calls) }
            await self.dispatch()
            helpers.cancelAll()
        }
    }

    private func hear(_ calls: AsyncStream<String>) async {
        for await call in calls {
            inbox.withLock { inbox in
                if let lane = OutboxLane(call) {
                    inbox.released.append(lane)
                } else {
                    inbox.mustScan = true
                }
            }
            wakeUp.yield()
        }
    }

    private func dispatch() async {
        var turns = OutboxTurns(kinds: kinds, policy: policy)
        var alarm: (at: Timestamp, task: Task<Void, Never>)?
        wakeUp.yield()
        await withDiscardingTaskGroup { couriers in
            for await _ in wakes.cancelOnGracefulShutdown() {
                await turn(&turns)
                while let lane = turns.schedule.startNext(activeMax: policy.receiversMax) {
                    couriers.addTask { await self.serve(lane) }
                }
                let next = min(
                    turns.schedule.nextAlarm() ?? .distantFuture, clock.now + policy.pollSpan)
                if let alarm, alarm.at > clock.now, alarm.at <= next { continue }
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
        for (lane, outcome) in news.finished { turns.schedule.finish(lane, outcome) }
        for lane in news.released { turns.schedule.release(lane) }
        turns.schedule.wake(at: clock.now)
        turns.mustScan = turns.mustScan || news.mustScan
        do {
            while turns.mustScan, turns.schedule.laneCount < policy.lanesMax {
                turns.enter(try await queue.scan(after: turns.cursor), logger: logger)
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
        } catch {
            return
        }
        inbox.withLock { $0.mustScan = true }
        wakeUp.yield()
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

    init(kinds: Set<String>, policy: OutboxPolicy) { self.kinds = kinds }

    mutating func enter(_ found: [(id: Int64, lane: OutboxLane)], logger: Logger) {
        for (id, lane) in found {
            cursor = id
            if kinds.contains(lane.kind) {
                schedule.arrive(lane)
            } else if unknownKinds.insert(lane.kind).inserted {
                logger.error(
                    "messages that nothing delivers wait in the outbox",
                    metadata: ["kind": "\(lane.kind)"])
            }
        }
        mustScan = found.count == OutboxQueue.scanMax
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
