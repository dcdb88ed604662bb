package import CityStore

/// The outside world at the end of the outbox: records what arrives, and fails as the test says.
package final class FakeReceiver: OutboxReceiver {
    package let kind: String
    /// Every attempt, also those that failed.
    package let attempts = Recorder<QueuedMessage>()
    package let delivered = Recorder<QueuedMessage>()
    private let answer: @Sendable (QueuedMessage) async throws -> Void

    /// - Parameter answer: throws when the delivery shall fail.
    package init(
        kind: String = "fake",
        _ answer: @escaping @Sendable (QueuedMessage) async throws -> Void = { _ in }
    ) {
        self.kind = kind
        self.answer = answer
    }

    package func deliver(_ message: QueuedMessage) async throws {
        attempts.record(message)
        try await answer(message)
        delivered.record(message)
    }
}

extension QueuedMessage {
    /// The payload, when it is text.
    package var text: String { String(decoding: payload, as: UTF8.self) }
}
