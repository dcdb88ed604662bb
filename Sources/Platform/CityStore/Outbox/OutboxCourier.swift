import CityKernel
import Logging
import Synchronization

/// Serves one receiver at a time: claims, delivers in order, settles, until nothing is left.
final class OutboxCourier: Sendable {
    private enum Attempt {
        case delivered
        case refused(String)
        case failed(String, retryAfter: Duration?)
        /// The program stops; the message counts as not tried.
        case interrupted
    }

    private let queue: OutboxQueue
    private let receivers: [String: any OutboxReceiver]
    private let policy: OutboxPolicy
    private let clock: any CityClock
    private let random: Mutex<any RandomNumberGenerator & Sendable>
    private let logger: Logger
    private let isStopping = Mutex(false)

    /// The wait before a lane is tried again whose claim the database refused.
    private static let databaseRetrySpan = Duration.seconds(1)

    init(
        queue: OutboxQueue, receivers: [String: any OutboxReceiver], policy: OutboxPolicy,
        clock: any CityClock, random: any RandomNumberGenerator & Sendable, logger: Logger
    ) {
        self.queue = queue
        self.receivers = receivers
        self.policy = policy
        self.clock = clock
        self.random = Mutex(random)
        self.logger = logger
    }

    /// Lets the deliveries under way end, and starts no other.
    func stop() { isStopping.withLock { $0 = true } }

    func serve(_ lane: OutboxLane) async -> OutboxSchedule.Outcome {
        guard let receiver = receivers[lane.kind] else {
            preconditionFailure("a lane without a receiver was scheduled")
        }
        do {
            var claim = try await queue.claim(lane)
            while true {
                switch claim {
                case .nothing(let outcome): return outcome
                case .messages(let batch):
                    let settlement = await deliver(batch, through: receiver)
                    claim = try await queue.settle(batch, settlement)
                }
            }
        } catch {
            // What was delivered but could not be settled leaves once more: at least once.
            logger.warning(
                "outbox not settled", metadata: ["kind": "\(lane.kind)", "reason": "\(error)"])
            return .notBefore(clock.now + Self.databaseRetrySpan)
        }
    }

    private func deliver(
        _ batch: OutboxBatch, through receiver: any OutboxReceiver
    ) async -> OutboxQueue.Settlement {
        var settlement = OutboxQueue.Settlement()
        for message in batch.messages {
            if isStopping.withLock({ $0 }) {
                settlement.wantsMore = false
                return settlement
            }
            // A delivery must end before another process may take the receiver over.
            if clock.now + policy.deliverySpanMax > batch.leasedUntil { return settlement }
            switch await attempt(message, through: receiver) {
            case .delivered: settlement.lastDoneID = message.id
            case .refused(let reason):
                settlement.dead.append((message.id, message.attempts + 1, reason))
                settlement.lastDoneID = message.id
                log(message, isDead: true, reason)
            case .failed(let reason, let retryAfter):
                note(reason, retryAfter, message, batch, in: &settlement)
                return settlement
            case .interrupted:
                settlement.wantsMore = false
                return settlement
            }
        }
        return settlement
    }

    /// A message that was tried often enough dies; its receiver's wait holds for the next one.
    private func note(
        _ reason: String, _ retryAfter: Duration?, _ message: QueuedMessage, _ batch: OutboxBatch,
        in settlement: inout OutboxQueue.Settlement
    ) {
        let now = clock.now
        let isFirst = batch.messages.first?.id == message.id
        let jitter = random.withLock { Double.random(in: 0...1, using: &$0) }
        let backoff = policy.backoff(
            afterFailures: isFirst ? batch.failures + 1 : 1, jitter: jitter)
        let isDead = policy.isExhausted(message, attempts: message.attempts + 1, at: now)
        if isDead {
            settlement.dead.append((message.id, message.attempts + 1, reason))
            settlement.lastDoneID = message.id
        }
        settlement.failure = (message.id, reason, now + max(backoff, retryAfter ?? .zero))
        log(message, isDead: isDead, reason)
    }

    private func attempt(
        _ message: QueuedMessage, through receiver: any OutboxReceiver
    ) async -> Attempt {
        do {
            let isInTime = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await receiver.deliver(message)
                    return true
                }
                group.addTask { [clock, policy] in
                    try await clock.sleep(for: policy.deliverySpanMax)
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
            guard isInTime else {
                return .failed("no answer within \(policy.deliverySpanMax)", retryAfter: nil)
            }
            return .delivered
        } catch let error as DeliveryError {
            switch error {
            case .permanent(let reason): return .refused(reason)
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
