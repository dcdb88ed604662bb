import CityKernel
import Logging
import Synchronization

/// Serves one receiver at a time: delivers its messages in order until none is left.
final class OutboxCourier: Sendable {
    private enum Attempt {
        case delivered
        case obsolete
        case refused(String)
        case failed(String, retryAfter: Duration?)
        /// The program stops; the message counts as not tried.
        case interrupted
    }

    /// What this process knows of a lane that it holds.
    private struct Hold {
        var until: Timestamp
        var failures: Int
    }

    private let queue: OutboxQueue
    private let stock: OutboxStock
    private let clerk: OutboxClerk
    private let receivers: [String: any OutboxReceiver]
    private let policy: OutboxPolicy
    private let clock: any CityClock
    private let random: Mutex<any RandomNumberGenerator & Sendable>
    private let logger: Logger
    private let watch = OutboxWatch()
    private let isStopping = Mutex(false)
    private let holds = Mutex<[OutboxLane: Hold]>([:])

    /// The wait before a lane is tried again whose claim the database refused.
    private static let databaseRetrySpan = Duration.seconds(1)

    init(
        queue: OutboxQueue, stock: OutboxStock, clerk: OutboxClerk,
        receivers: [String: any OutboxReceiver], clock: any CityClock,
        random: any RandomNumberGenerator & Sendable, logger: Logger
    ) {
        self.queue = queue
        self.stock = stock
        self.clerk = clerk
        self.receivers = receivers
        policy = queue.policy
        self.clock = clock
        self.random = Mutex(random)
        self.logger = logger
    }

    /// Lets the deliveries under way end, and starts no other.
    func stop() { isStopping.withLock { $0 = true } }

    /// When to call `endLate` at the latest, for the deliveries that are under way now.
    var earliestDeadline: Timestamp? { watch.earliest }

    /// Ends deliveries that took too long, and forgets lanes whose hold has ended.
    func endLate() {
        let now = clock.now
        watch.endLate(at: now)
        holds.withLock { holds in holds = holds.filter { $0.value.until > now } }
    }

    func serve(_ lane: OutboxLane) async -> OutboxSchedule.Outcome {
        guard let receiver = receivers[lane.kind] else {
            preconditionFailure("a lane without a receiver was scheduled")
        }
        do {
            while !isStopping.withLock({ $0 }) {
                let hold: Hold
                switch try await holding(lane) {
                case .granted(let until, let failures):
                    hold = Hold(until: until, failures: failures)
                case .refused(let until):
                    stock.putAway(lane)
                    return .notBefore(until)
                }
                switch stock.next(of: lane, at: clock.now) {
                case .rest(let outcome): return outcome
                case .read:
                    // What is delivered but not yet written down would be read again.
                    await clerk.caughtUp()
                    stock.fill(lane, with: try await queue.list(lane, dueAt: clock.now))
                case .deliver(let message):
                    let attempt = await attempt(message, through: receiver)
                    if let outcome = conclude(message, attempt, hold, lane) { return outcome }
                }
            }
            return .empty
        } catch {
            logger.warning(
                "outbox not read", metadata: ["kind": "\(lane.kind)", "reason": "\(error)"])
            stock.putAway(lane)
            return .notBefore(clock.now + Self.databaseRetrySpan)
        }
    }

    /// A delivery must end before another process may take the receiver over.
    private func holding(_ lane: OutboxLane) async throws -> OutboxQueue.Claim {
        let needed = clock.now + policy.deliverySpanMax
        if let hold = holds.withLock({ $0[lane] }), hold.until >= needed {
            return .granted(until: hold.until, failures: hold.failures)
        }
        // What the lease says of failures is what was written down of them.
        await clerk.caughtUp()
        let claim = try await queue.claim(lane)
        holds.withLock { holds in
            if case .granted(let until, let failures) = claim {
                holds[lane] = Hold(until: until, failures: failures)
            } else {
                holds[lane] = nil
            }
        }
        return claim
    }

    // MARK: - Fates

    /// - Returns: what the lane waits for; `nil` when it goes on.
    private func conclude(
        _ message: QueuedMessage, _ attempt: Attempt, _ hold: Hold, _ lane: OutboxLane
    ) -> OutboxSchedule.Outcome? {
        let now = clock.now
        var result = OutboxLedger.Result(message: message, fate: .delivered, at: now)
        switch attempt {
        case .delivered, .obsolete, .refused:
            if case .obsolete = attempt { result.fate = .obsolete }
            if case .refused(let reason) = attempt {
                result.fate = .dead(reason: reason)
                log(message, isDead: true, reason)
            }
            // Whoever answers is there again, whatever the answer.
            if case .obsolete = attempt {
            } else if hold.failures > 0 {
                result.isRecovery = true
                holds.withLock { $0[lane]?.failures = 0 }
            }
            clerk.enter(result)
            return nil
        case .failed(let reason, let retryAfter):
            return wait(result, reason, retryAfter, hold, lane)
        case .interrupted:
            stock.putAway(lane)
            return .empty
        }
    }

    /// A message that was tried often enough dies; its receiver's wait holds for the next one.
    private func wait(
        _ result: OutboxLedger.Result, _ reason: String, _ retryAfter: Duration?, _ hold: Hold,
        _ lane: OutboxLane
    ) -> OutboxSchedule.Outcome {
        let jitter = random.withLock { Double.random(in: 0...1, using: &$0) }
        let backoff = policy.backoff(afterFailures: hold.failures + 1, jitter: jitter)
        let retryAt = result.at + max(backoff, retryAfter ?? .zero)
        let attempts = result.message.attempts + 1
        let isDead = policy.isExhausted(result.message, attempts: attempts, at: result.at)
        var result = result
        result.fate = .failed(reason: reason, retryAt: retryAt, isDead: isDead)
        log(result.message, isDead: isDead, reason)
        // The lease ends with the wait: whoever comes first may try again.
        holds.withLock { $0[lane] = nil }
        stock.putAway(lane)
        clerk.enter(result)
        return .failed(until: retryAt)
    }

    private func attempt(
        _ message: QueuedMessage, through receiver: any OutboxReceiver
    ) async -> Attempt {
        let ticket = watch.enter(until: clock.now + policy.deliverySpanMax)
        // Task: awaited here, so that the watch can end it and not the whole lane.
        let delivery = Task { try await receiver.deliver(message) }
        watch.begin(ticket) { delivery.cancel() }
        let result = await withTaskCancellationHandler {
            await delivery.result
        } onCancel: {
            delivery.cancel()
        }
        let isLate = watch.leave(ticket)
        do {
            try result.get()
            return .delivered
        } catch _ where isLate {
            return .failed("no answer within \(policy.deliverySpanMax)", retryAfter: nil)
        } catch let error as DeliveryError {
            switch error {
            case .permanent(let reason): return .refused(reason)
            case .obsolete: return .obsolete
            case .temporary(let reason, let retryAfter):
                return .failed(reason, retryAfter: retryAfter)
            }
        } catch {
            if Task.isCancelled { return .interrupted }
            return .failed("\(error)", retryAfter: nil)
        }
    }

    private func log(_ message: QueuedMessage, isDead: Bool, _ reason: String) {
        logger.log(
            level: isDead ? .error : .info, isDead ? "dead letter" : "delivery failed",
            metadata: [
                "kind": "\(message.kind)", "message": "\(message.id)",
                "attempts": "\(message.attempts + 1)", "reason": "\(reason)",
            ])
    }
}
