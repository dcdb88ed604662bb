package import CityKernel

/// Delivers one kind of message to the outside world.
package protocol OutboxReceiver: Sendable {
    /// The `OutboxMessage.kind` that it delivers.
    var kind: String { get }

    /// Returns once the other side has taken the message. It is called at least once per message,
    /// one message at a time per receiver, and must end soon after its task is cancelled: a delivery
    /// that takes longer than `OutboxPolicy.deliverySpanMax` counts as failed.
    ///
    /// - Throws: `DeliveryError`; any other error counts as temporary.
    func deliver(_ message: QueuedMessage) async throws

    /// Keeps the receiver's own count of what was tried, in the transaction that writes it down; many
    /// attempts at once. An error undoes that transaction, which is then tried again.
    func note(_ outcomes: [DeliveryOutcome], in transaction: any Transaction) throws
}

extension OutboxReceiver {
    package func note(_ outcomes: [DeliveryOutcome], in transaction: any Transaction) throws {}
}

/// How one attempt ended.
package struct DeliveryOutcome: Sendable, Hashable {
    package var receiver: String
    package var isSuccess: Bool
    package var at: Timestamp
}

/// A message on its way out.
package struct QueuedMessage: Sendable, Hashable {
    package var id: Int64
    package var kind: String
    package var receiver: String
    package var idempotencyKey: String
    package var payload: [UInt8]
    package var queuedAt: Timestamp
    /// How often it was tried before.
    package var attempts: Int
    /// The payload that it shares with other messages.
    var body: Int64?
}

/// Why a message was not delivered, as far as it matters for what happens next.
package enum DeliveryError: Error, Sendable, Hashable {
    /// Try again later: at `retryAfter` if the receiver named a span.
    case temporary(String, retryAfter: Duration? = nil)
    /// Trying again is of no use: the message becomes a dead letter, the next one follows.
    case permanent(String)
    /// Nobody is to be told any more: the message leaves uncounted.
    case obsolete
}

/// Whose messages leave in one order: one receiver of one kind.
struct OutboxLane: Sendable, Hashable {
    var kind: String
    var receiver: String
}
