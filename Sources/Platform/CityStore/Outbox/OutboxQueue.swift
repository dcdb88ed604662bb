import CityKernel

/// The dispatcher's statements. Each verb is one write, so leases and messages never disagree.
struct OutboxQueue: Sendable {
    var store: any Store
    var policy: OutboxPolicy
    /// Names this process in leases.
    var owner: String

    /// What a lane offers to the process that asks for it.
    enum Claim: Sendable {
        case messages(OutboxBatch)
        case nothing(OutboxSchedule.Outcome)
    }

    /// What became of a batch.
    struct Settlement: Sendable {
        /// Messages up to this one left the queue: delivered, or dead.
        var lastDoneID: Int64?
        var dead: [(id: Int64, attempts: Int, reason: String)] = []
        /// The message that ended the batch, and why.
        var failure: (id: Int64, reason: String, retryAt: Timestamp)?
        /// Whether this process would serve the lane further.
        var wantsMore = true
    }

    /// Rows read per look; the next look goes on where this one ended.
    static let scanMax = 1_000
    /// Letters of a failure's reason that are kept.
    private static let reasonMax = 500

    /// Lanes of messages queued after `cursor`, in the order of their messages.
    func scan(after cursor: Int64) async throws -> [(id: Int64, lane: OutboxLane)] {
        try await store.read { connection in
            try connection.query(
                """
                SELECT id, kind, receiver FROM store_outbox WHERE id > $1
                ORDER BY id LIMIT \(Self.scanMax)
                """,
                [.integer(cursor)]
            ) { ($0.integer(0), OutboxLane(kind: $0.text(1), receiver: $0.text(2))) }
        }
    }

    /// Takes the lane for this process, with its first messages.
    func claim(_ lane: OutboxLane) async throws -> Claim {
        try await store.write { try claim(lane, in: $0) }
    }

    /// Removes what is done, notes what failed, and takes the next messages.
    func settle(_ batch: OutboxBatch, _ settlement: Settlement) async throws -> Claim {
        try await store.write { transaction in
            try remove(batch, settlement, in: transaction)
            if let failure = settlement.failure {
                try note(failure, of: batch, in: transaction)
                return .nothing(.notBefore(failure.retryAt))
            }
            if settlement.lastDoneID != nil { try forgetFailures(of: batch.lane, in: transaction) }
            guard settlement.wantsMore else {
                try release(batch.lane, in: transaction)
                // Another process may sleep until this lease would have ended.
                try transaction.notify(Outbox.channel, batch.lane.text)
                return .nothing(.empty)
            }
            return try claim(batch.lane, in: transaction)
        }
    }

    // MARK: - Claiming

    private func claim(_ lane: OutboxLane, in transaction: any Transaction) throws -> Claim {
        let now = transaction.now
        let lease = try transaction.first(
            """
            SELECT owner, leased_until, failures, retry_at FROM store_outbox_lease
            WHERE kind = $1 AND receiver = $2
            """,
            lane.arguments
        ) { row in
            (
                owner: row.text(0), until: Timestamp(microseconds: row.integer(1)),
                failures: row.int(2), retryAt: Timestamp(microseconds: row.integer(3))
            )
        }
        if let lease, lease.owner != owner, lease.until > now {
            return .nothing(.notBefore(lease.until))
        }
        if let lease, lease.retryAt > now { return .nothing(.notBefore(lease.retryAt)) }
        let messages = try list(lane, dueAt: now, in: transaction)
        guard !messages.isEmpty else {
            if lease != nil { try release(lane, in: transaction) }
            return .nothing(try rest(of: lane, in: transaction))
        }
        let leasedUntil = now + policy.leaseSpan
        try transaction.execute(
            """
            INSERT INTO store_outbox_lease (kind, receiver, owner, leased_until)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (kind, receiver)
                DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
            """,
            lane.arguments + [.text(owner), .integer(leasedUntil.microseconds)])
        return .messages(
            OutboxBatch(
                lane: lane, messages: messages, claimedAt: now, leasedUntil: leasedUntil,
                failures: lease?.failures ?? 0))
    }

    private func list(
        _ lane: OutboxLane, dueAt now: Timestamp, in transaction: any Transaction
    ) throws -> [QueuedMessage] {
        var messages: [QueuedMessage] = []
        var bytes = 0
        try transaction.forEach(
            """
            SELECT id, idempotency_key, payload, queued_at, due_at, attempts FROM store_outbox
            WHERE kind = $1 AND receiver = $2 AND due_at <= $3
            ORDER BY id LIMIT \(policy.batchMax)
            """,
            lane.arguments + [.integer(now.microseconds)]
        ) { row in
            let payload = row.blob(2)
            bytes += payload.count
            if bytes > policy.batchBytesMax, !messages.isEmpty { return false }
            messages.append(
                QueuedMessage(
                    id: row.integer(0), kind: lane.kind, receiver: lane.receiver,
                    idempotencyKey: row.text(1), payload: payload,
                    queuedAt: Timestamp(microseconds: max(row.integer(3), row.integer(4))),
                    attempts: row.int(5)))
            return true
        }
        return messages
    }

    private func rest(
        of lane: OutboxLane, in transaction: any Transaction
    ) throws -> OutboxSchedule.Outcome {
        let dueAt = try transaction.first(
            "SELECT MIN(due_at) FROM store_outbox WHERE kind = $1 AND receiver = $2",
            lane.arguments
        ) { $0.optionalInteger(0) }
        guard let dueAt, let dueAt else { return .empty }
        return .due(Timestamp(microseconds: dueAt))
    }

    // MARK: - Settling

    /// A batch is what was due when it was claimed, so what is done of it is one range.
    private func remove(
        _ batch: OutboxBatch, _ settlement: Settlement, in transaction: any Transaction
    ) throws {
        guard let lastDoneID = settlement.lastDoneID else { return }
        for letter in settlement.dead {
            try transaction.execute(
                """
                INSERT INTO store_outbox_dead (id, kind, receiver, idempotency_key, payload,
                    queued_at, attempts, died_at, reason)
                SELECT id, kind, receiver, idempotency_key, payload, queued_at, $2, $3, $4
                FROM store_outbox WHERE id = $1
                """,
                [
                    .integer(letter.id), SQLValue(letter.attempts),
                    .integer(transaction.now.microseconds),
                    .text(String(letter.reason.prefix(Self.reasonMax))),
                ])
        }
        try transaction.execute(
            """
            DELETE FROM store_outbox
            WHERE kind = $1 AND receiver = $2 AND id <= $3 AND due_at <= $4
            """,
            batch.lane.arguments
                + [.integer(lastDoneID), .integer(batch.claimedAt.microseconds)])
    }

    private func note(
        _ failure: (id: Int64, reason: String, retryAt: Timestamp), of batch: OutboxBatch,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE store_outbox SET attempts = attempts + 1 WHERE id = $1",
            [.integer(failure.id)])
        // What was delivered before it shows that the receiver was well until then.
        let wasWell = batch.messages.first?.id != failure.id
        try transaction.execute(
            """
            UPDATE store_outbox_lease
            SET leased_until = 0, retry_at = $3, last_failure = $4,
                failures = CASE WHEN $5 = 1 THEN 1 ELSE failures + 1 END
            WHERE kind = $1 AND receiver = $2 AND owner = $6
            """,
            batch.lane.arguments + [
                .integer(failure.retryAt.microseconds),
                .text(String(failure.reason.prefix(Self.reasonMax))), SQLValue(wasWell),
                .text(owner),
            ])
    }

    private func forgetFailures(of lane: OutboxLane, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            UPDATE store_outbox_lease SET failures = 0, retry_at = 0, last_failure = NULL
            WHERE kind = $1 AND receiver = $2 AND owner = $3 AND failures > 0
            """, lane.arguments + [.text(owner)])
    }

    private func release(_ lane: OutboxLane, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            DELETE FROM store_outbox_lease
            WHERE kind = $1 AND receiver = $2 AND owner = $3 AND failures = 0
            """, lane.arguments + [.text(owner)])
        try transaction.execute(
            """
            UPDATE store_outbox_lease SET leased_until = 0
            WHERE kind = $1 AND receiver = $2 AND owner = $3
            """, lane.arguments + [.text(owner)])
    }
}

/// Messages that this process may deliver until its lease ends.
struct OutboxBatch: Sendable {
    var lane: OutboxLane
    var messages: [QueuedMessage]
    var claimedAt: Timestamp
    var leasedUntil: Timestamp
    /// How often in a row the receiver has failed.
    var failures: Int
}

extension OutboxLane {
    var arguments: [SQLValue] { [.text(kind), .text(receiver)] }
}
