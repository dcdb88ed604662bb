package import CityKernel

/// A message that was given up, for staff to read and decide on.
package struct DeadLetter: Sendable, Hashable {
    package var id: Int64
    package var kind: String
    package var receiver: String
    package var idempotencyKey: String
    package var payload: [UInt8]
    package var queuedAt: Timestamp
    package var attempts: Int
    package var diedAt: Timestamp
    package var reason: String
}

/// What the health page says of the outbox.
package struct OutboxCounts: Sendable, Hashable {
    package var waiting: Int
    package var oldestQueuedAt: Timestamp?
    package var dead: Int
    /// Receivers that failed and are tried again later.
    package var failingReceivers: Int
}

extension Outbox {
    /// Dead letters read at once.
    package static let deadLettersMax = 500
    /// Dead letters that are kept; the oldest make room for new ones.
    package static let deadLettersKeptMax = 100_000

    /// Dead letters in order of their numbers, continuing after `id`.
    package static func listDeadLetters(
        after id: Int64 = 0, limit: Int = deadLettersMax, in connection: any Connection
    ) throws -> [DeadLetter] {
        try connection.query(
            """
            SELECT \(letterColumns) FROM store_outbox_dead WHERE id > $1 ORDER BY id LIMIT $2
            """,
            [.integer(id), SQLValue(min(limit, deadLettersMax))], letter)
    }

    private static let letterColumns = """
        id, kind, receiver, idempotency_key, payload, queued_at, attempts, died_at, reason
        """

    private static func letter(_ row: any Row) -> DeadLetter {
        DeadLetter(
            id: row.integer(0), kind: row.text(1), receiver: row.text(2),
            idempotencyKey: row.text(3), payload: row.blob(4),
            queuedAt: Timestamp(microseconds: row.integer(5)), attempts: row.int(6),
            diedAt: Timestamp(microseconds: row.integer(7)), reason: row.text(8))
    }

    /// Dead letters, the newest first.
    package static func listNewestDeadLetters(
        limit: Int, offset: Int, in connection: any Connection
    ) throws -> [DeadLetter] {
        try connection.query(
            """
            SELECT \(letterColumns) FROM store_outbox_dead ORDER BY died_at DESC, id DESC
            LIMIT $1 OFFSET $2
            """, [SQLValue(min(limit, deadLettersMax)), SQLValue(offset)], letter)
    }

    /// Queues every dead letter of one receiver once more, the oldest first, up to `deadLettersMax`.
    /// - Returns: how many.
    package static func resendDeadLetters(
        like id: Int64, in transaction: any Transaction
    ) throws -> Int {
        let letters = try transaction.query(
            """
            SELECT id FROM store_outbox_dead WHERE (kind, receiver) =
                (SELECT kind, receiver FROM store_outbox_dead WHERE id = $1)
            ORDER BY id LIMIT \(deadLettersMax)
            """, [.integer(id)]
        ) { $0.integer(0) }
        for letter in letters { _ = try resendDeadLetter(letter, in: transaction) }
        return letters.count
    }

    /// Queues a dead letter once more, behind what its receiver waits for already.
    /// - Returns: `false` when there is no such letter.
    package static func resendDeadLetter(
        _ id: Int64, in transaction: any Transaction
    ) throws -> Bool {
        let message = try transaction.first(
            """
            SELECT kind, receiver, idempotency_key, payload FROM store_outbox_dead WHERE id = $1
            """,
            [.integer(id)]
        ) { row in
            OutboxMessage(
                kind: row.text(0), receiver: row.text(1), idempotencyKey: row.text(2),
                payload: row.blob(3))
        }
        guard let message else { return false }
        try transaction.send(message)
        return try discardDeadLetter(id, in: transaction)
    }

    /// - Returns: `false` when there is no such letter.
    package static func discardDeadLetter(
        _ id: Int64, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute("DELETE FROM store_outbox_dead WHERE id = $1", [.integer(id)]) == 1
    }

    /// Forgets the oldest letters beyond `deadLettersKeptMax`.
    /// - Returns: how many.
    static func forgetOldDeadLetters(in transaction: any Transaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM store_outbox_dead WHERE (died_at, id) < (
                SELECT died_at, id FROM store_outbox_dead ORDER BY died_at DESC, id DESC
                LIMIT 1 OFFSET \(deadLettersKeptMax - 1))
            """)
    }

    package static func counts(in connection: any Connection) throws -> OutboxCounts {
        let waiting = try connection.first("SELECT COUNT(*), MIN(queued_at) FROM store_outbox") {
            ($0.int(0), $0.optionalInteger(1).map(Timestamp.init(microseconds:)))
        }
        let dead = try connection.first("SELECT COUNT(*) FROM store_outbox_dead") { $0.int(0) }
        let failing = try connection.first(
            "SELECT COUNT(*) FROM store_outbox_lease WHERE failures > 0"
        ) { $0.int(0) }
        return OutboxCounts(
            waiting: waiting?.0 ?? 0, oldestQueuedAt: waiting?.1, dead: dead ?? 0,
            failingReceivers: failing ?? 0)
    }
}
