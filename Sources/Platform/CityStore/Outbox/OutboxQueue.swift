import CityKernel

/// The dispatcher's statements. Each verb is one read or one write.
struct OutboxQueue: Sendable {
    var store: any Store
    var policy: OutboxPolicy
    /// Names this process in leases.
    var owner: String

    /// A message with the time when it is due.
    struct Entry: Sendable {
        var message: QueuedMessage
        var dueAt: Timestamp
    }

    /// What a lane has due.
    struct Found: Sendable {
        var messages: [QueuedMessage]
        var hasMore: Bool
        /// When the next message after these is due.
        var nextDue: Timestamp?
    }

    /// What the process that asks for a lane gets.
    enum Claim: Sendable {
        /// It may deliver until this time; so many deliveries in a row had failed before.
        case granted(until: Timestamp, failures: Int)
        case refused(until: Timestamp)
    }

    /// Rows read per look; the next look goes on where this one ended.
    static let scanMax = 1_000
    /// Rows of which a look without payloads takes the lanes alone.
    static let lanesScanMax = 10_000

    private static let columns = """
        m.id, m.kind, m.receiver, m.idempotency_key, COALESCE(b.payload, m.payload), m.queued_at,
        m.due_at, m.attempts, m.body
        """

    private static let tables =
        "store_outbox m LEFT JOIN store_outbox_body b ON b.id = m.body"

    private static func entry(_ row: any Row) -> Entry {
        Entry(
            message: QueuedMessage(
                id: row.integer(0), kind: row.text(1), receiver: row.text(2),
                idempotencyKey: row.text(3), payload: row.blob(4),
                queuedAt: Timestamp(microseconds: max(row.integer(5), row.integer(6))),
                attempts: row.int(7), body: row.optionalInteger(8)),
            dueAt: Timestamp(microseconds: row.integer(6)))
    }

    /// Messages queued after `cursor`, in their order, as many as fit into the policy's batch.
    func scan(after cursor: Int64) async throws -> (entries: [Entry], hasMore: Bool) {
        let bytesMax = policy.batchBytesMax
        return try await store.read { connection in
            var entries: [Entry] = []
            var bytes = 0
            var isFull = false
            try connection.forEach(
                """
                SELECT \(Self.columns) FROM \(Self.tables) WHERE m.id > $1
                ORDER BY m.id LIMIT \(Self.scanMax)
                """,
                [.integer(cursor)]
            ) { row in
                let entry = Self.entry(row)
                bytes += entry.message.payload.count
                if bytes > bytesMax, !entries.isEmpty {
                    isFull = true
                    return false
                }
                entries.append(entry)
                return true
            }
            return (entries, isFull || entries.count == Self.scanMax)
        }
    }

    /// Lanes of messages queued after `cursor`, each with its newest number.
    func scanLanes(
        after cursor: Int64
    ) async throws -> (lanes: [(lane: OutboxLane, newest: Int64)], hasMore: Bool) {
        try await store.read { connection in
            var count = 0
            let lanes = try connection.query(
                """
                SELECT kind, receiver, MAX(id), COUNT(*) FROM (
                    SELECT id, kind, receiver FROM store_outbox WHERE id > $1
                    ORDER BY id LIMIT \(Self.lanesScanMax)
                ) AS news GROUP BY kind, receiver
                """, [.integer(cursor)]
            ) { row in
                count += row.int(3)
                return (OutboxLane(kind: row.text(0), receiver: row.text(1)), row.integer(2))
            }
            return (lanes, count == Self.lanesScanMax)
        }
    }

    /// The first messages of the lane that are due.
    func list(_ lane: OutboxLane, dueAt now: Timestamp) async throws -> Found {
        let (batchMax, bytesMax) = (policy.batchMax, policy.batchBytesMax)
        return try await store.read { connection in
            var messages: [QueuedMessage] = []
            var bytes = 0
            var isFull = false
            try connection.forEach(
                """
                SELECT \(Self.columns) FROM \(Self.tables)
                WHERE m.kind = $1 AND m.receiver = $2 AND m.due_at <= $3
                ORDER BY m.id LIMIT \(batchMax)
                """,
                lane.arguments + [.integer(now.microseconds)]
            ) { row in
                let message = Self.entry(row).message
                bytes += message.payload.count
                if bytes > bytesMax, !messages.isEmpty {
                    isFull = true
                    return false
                }
                messages.append(message)
                return true
            }
            let hasMore = isFull || messages.count == batchMax
            // The lane is read again before it rests. Looking behind a long queue each time costs
            // more than the queue.
            let nextDue = hasMore ? nil : try Self.nextDue(of: lane, after: now, in: connection)
            return Found(messages: messages, hasMore: hasMore, nextDue: nextDue)
        }
    }

    private static func nextDue(
        of lane: OutboxLane, after now: Timestamp, in connection: any Connection
    ) throws -> Timestamp? {
        let found = try connection.first(
            """
            SELECT MIN(due_at) FROM store_outbox
            WHERE kind = $1 AND receiver = $2 AND due_at > $3
            """,
            lane.arguments + [.integer(now.microseconds)]
        ) { $0.optionalInteger(0) }
        return (found ?? nil).map(Timestamp.init(microseconds:))
    }

    // MARK: - Leases

    /// Takes the lane for this process, or prolongs what it has.
    func claim(_ lane: OutboxLane) async throws -> Claim {
        try await store.write { try claim(lane, in: $0) }
    }

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
            return .refused(until: lease.until)
        }
        if let lease, lease.retryAt > now { return .refused(until: lease.retryAt) }
        let until = now + policy.leaseSpan
        try transaction.execute(
            """
            INSERT INTO store_outbox_lease (kind, receiver, owner, leased_until)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (kind, receiver)
                DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
            """,
            lane.arguments + [.text(owner), .integer(until.microseconds)])
        return .granted(until: until, failures: lease?.failures ?? 0)
    }

    /// Lets go of everything that this process holds, so that another may deliver at once, and forgets
    /// leases that ended and tell nothing.
    func releaseAll() async throws {
        try await store.write { transaction in
            try transaction.execute(
                """
                DELETE FROM store_outbox_lease
                WHERE failures = 0 AND (owner = $1 OR leased_until < $2)
                """, [.text(owner), .integer(transaction.now.microseconds)])
            try transaction.execute(
                "UPDATE store_outbox_lease SET leased_until = 0 WHERE owner = $1", [.text(owner)])
            try transaction.notify(Outbox.channel, Outbox.released)
        }
    }
}

extension OutboxLane {
    var arguments: [SQLValue] { [.text(kind), .text(receiver)] }
}
