package import CityKernel

/// An effect that must leave after the commit, at least once, in order per receiver.
package struct OutboxMessage: Sendable, Hashable {
    /// Which `OutboxReceiver` delivers it: `ngsi-ld`, `lamp`, `webpush`.
    package var kind: String
    /// Messages of one receiver leave in the order they were written; a slow receiver delays no other.
    package var receiver: String
    /// The same for every attempt, so that the receiver can drop a repetition.
    package var idempotencyKey: String
    package var payload: [UInt8]
    /// Not before this time; `nil` means at once.
    package var dueAt: Timestamp?

    package init(
        kind: String, receiver: String, idempotencyKey: String, payload: [UInt8],
        dueAt: Timestamp? = nil
    ) {
        self.kind = kind
        self.receiver = receiver
        self.idempotencyKey = idempotencyKey
        self.payload = payload
        self.dueAt = dueAt
    }
}

/// One effect for many: the same payload for each of its receivers, stored once.
package struct OutboxCircular: Sendable {
    package var kind: String
    /// Each with an idempotency key of its own.
    package var receivers: [(receiver: String, idempotencyKey: String)]
    package var payload: [UInt8]

    package init(
        kind: String, receivers: [(receiver: String, idempotencyKey: String)], payload: [UInt8]
    ) {
        self.kind = kind
        self.receivers = receivers
        self.payload = payload
    }
}
