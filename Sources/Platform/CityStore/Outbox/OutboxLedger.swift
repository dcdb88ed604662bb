import CityKernel

/// What became of messages, written down: one write for many of them.
struct OutboxLedger: Sendable {
    /// The end of one attempt.
    struct Result: Sendable {
        enum Fate: Sendable {
            case delivered
            /// Nobody is to be told any more.
            case obsolete
            case dead(reason: String)
            /// The receiver waits; the message dies when it was tried often enough.
            case failed(reason: String, retryAt: Timestamp, isDead: Bool)
        }

        var message: QueuedMessage
        var fate: Fate
        var at: Timestamp
        /// The receiver had failed before this message.
        var isRecovery = false

        /// Whether it becomes a dead letter.
        var isBuried: Bool {
            switch fate {
            case .dead: true
            case .failed(_, _, let isDead): isDead
            case .delivered, .obsolete: false
            }
        }
    }

    var owner: String
    var receivers: [String: any OutboxReceiver]

    /// Letters of a failure's reason that are kept.
    private static let reasonMax = 500
    /// Numbers in one statement; statements are prepared by text, so that a shorter list repeats its
    /// last number.
    private static let width = 64

    private static let places = (1...width).map { "$\($0)" }.joined(separator: ", ")

    func write(_ results: [Result], in transaction: any Transaction) throws {
        var gone: [Int64] = []
        var bodies: Set<Int64> = []
        for result in results {
            switch result.fate {
            case .delivered, .obsolete:
                if result.isRecovery { try forgetFailures(of: result.message, in: transaction) }
            case .dead(let reason): try bury(result, reason, in: transaction)
            case .failed(let reason, let retryAt, let isDead):
                try hold(result.message, reason, retryAt, in: transaction)
                guard isDead else {
                    try countAttempt(result.message, in: transaction)
                    continue
                }
                try bury(result, reason, in: transaction)
            }
            gone.append(result.message.id)
            if let body = result.message.body { bodies.insert(body) }
        }
        try execute("DELETE FROM store_outbox WHERE id IN (", gone, ")", in: transaction)
        try execute(
            "DELETE FROM store_outbox_body WHERE id IN (", bodies.sorted(),
            """
            ) AND NOT EXISTS (
                SELECT 1 FROM store_outbox m WHERE m.body = store_outbox_body.id)
            """, in: transaction)
        try tell(results, in: transaction)
    }

    private func execute(
        _ start: String, _ numbers: [Int64], _ end: String, in transaction: any Transaction
    ) throws {
        for first in stride(from: 0, to: numbers.count, by: Self.width) {
            let part = numbers[first..<min(first + Self.width, numbers.count)]
            var arguments = part.map(SQLValue.integer)
            while arguments.count < Self.width { arguments.append(arguments[0]) }
            try transaction.execute(start + Self.places + end, arguments)
        }
    }

    /// Receivers keep count of their own in the same transaction; what they cannot write does not hold
    /// up the deliveries.
    private func tell(_ results: [Result], in transaction: any Transaction) throws {
        let byKind = Dictionary(grouping: results, by: \.message.kind)
        for (kind, results) in byKind {
            guard let receiver = receivers[kind] else { continue }
            let outcomes = results.compactMap { result -> DeliveryOutcome? in
                switch result.fate {
                case .obsolete: nil
                case .delivered:
                    DeliveryOutcome(
                        receiver: result.message.receiver, isSuccess: true, at: result.at)
                case .dead, .failed:
                    DeliveryOutcome(
                        receiver: result.message.receiver, isSuccess: false, at: result.at)
                }
            }
            if !outcomes.isEmpty { try receiver.note(outcomes, in: transaction) }
        }
    }

    private func bury(
        _ result: Result, _ reason: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO store_outbox_dead (id, kind, receiver, idempotency_key, payload,
                queued_at, attempts, died_at, reason)
            SELECT id, kind, receiver, idempotency_key, $2, queued_at, $3, $4, $5
            FROM store_outbox WHERE id = $1
            """,
            [
                .integer(result.message.id), .blob(result.message.payload),
                SQLValue(result.message.attempts + 1),
                .integer(transaction.now.microseconds),
                .text(String(reason.prefix(Self.reasonMax))),
            ])
    }

    private func countAttempt(
        _ message: QueuedMessage, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE store_outbox SET attempts = attempts + 1 WHERE id = $1",
            [.integer(message.id)])
    }

    /// The receiver waits until `retryAt`.
    private func hold(
        _ message: QueuedMessage, _ reason: String, _ retryAt: Timestamp,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE store_outbox_lease
            SET leased_until = 0, retry_at = $3, last_failure = $4, failures = failures + 1
            WHERE kind = $1 AND receiver = $2 AND owner = $5
            """,
            [
                .text(message.kind), .text(message.receiver), .integer(retryAt.microseconds),
                .text(String(reason.prefix(Self.reasonMax))), .text(owner),
            ])
    }

    private func forgetFailures(
        of message: QueuedMessage, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE store_outbox_lease SET failures = 0, retry_at = 0, last_failure = NULL
            WHERE kind = $1 AND receiver = $2 AND owner = $3 AND failures > 0
            """, [.text(message.kind), .text(message.receiver), .text(owner)])
    }
}
