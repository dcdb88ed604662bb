import CityKernel

/// The queue of effects that leave after their commit.
package enum Outbox {
    /// Dispatchers listen here; a commit that queued messages notifies it once.
    static let channel = "store.outbox"

    static let migrations = [
        Migration(
            "store-0001-outbox",
            [
                """
                CREATE TABLE store_outbox (
                    id {sequence},
                    kind TEXT NOT NULL,
                    receiver TEXT NOT NULL,
                    idempotency_key TEXT NOT NULL,
                    payload {blob} NOT NULL,
                    queued_at {integer} NOT NULL,
                    due_at {integer} NOT NULL,
                    attempts {integer} NOT NULL DEFAULT 0
                )
                """,
                "CREATE INDEX store_outbox_receiver ON store_outbox (kind, receiver, id)",
                """
                CREATE TABLE store_outbox_lease (
                    kind TEXT NOT NULL,
                    receiver TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    leased_until {integer} NOT NULL,
                    failures {integer} NOT NULL DEFAULT 0,
                    retry_at {integer} NOT NULL DEFAULT 0,
                    last_failure TEXT,
                    PRIMARY KEY (kind, receiver)
                )
                """,
                """
                CREATE TABLE store_outbox_dead (
                    id {integer} NOT NULL PRIMARY KEY,
                    kind TEXT NOT NULL,
                    receiver TEXT NOT NULL,
                    idempotency_key TEXT NOT NULL,
                    payload {blob} NOT NULL,
                    queued_at {integer} NOT NULL,
                    attempts {integer} NOT NULL,
                    died_at {integer} NOT NULL,
                    reason TEXT NOT NULL
                )
                """,
            ])
    ]

    /// Queues `message` in the open transaction. Due time 0 means at once, so that the order of such
    /// messages never depends on the clock.
    static func insert(
        _ message: OutboxMessage, at now: Timestamp, through connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO store_outbox
                (kind, receiver, idempotency_key, payload, queued_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(message.kind), .text(message.receiver), .text(message.idempotencyKey),
                .blob(message.payload), .integer(now.microseconds),
                .integer(message.dueAt?.microseconds ?? 0),
            ])
    }
}
