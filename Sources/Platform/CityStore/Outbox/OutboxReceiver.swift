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
}

/// Why a message was not delivered, as far as it matters for what happens next.
package enum DeliveryError: Error, Sendable, Hashable {
    /// Try again later: at `retryAfter` if the receiver named a span.
    case temporary(String, retryAfter: Duration? = nil)
    /// Trying again is of no use: the message becomes a dead letter, the next one follows.
    case permanent(String)
}

/// Whose messages leave in one order: one receiver of one kind.
struct OutboxLane: Sendable, Hashable {
    var kind: String
    var receiver: String

    /// Unit separator: in no kind and no receiver.
    private static let separator: Character = "\u{1F}"

    init(kind: String, receiver: String) {
        self.kind = kind
        self.receiver = receiver
    }

    /// Reads what `text` wrote; `nil` for any other payload.
    init?(_ text: String) {
        guard let end = text.firstIndex(of: Self.separator) else { return nil }
        kind = String(text[..<end])
        receiver = String(text[text.index(after: end)...])
    }

    var text: String { "\(kind)\(Self.separator)\(receiver)" }
}
