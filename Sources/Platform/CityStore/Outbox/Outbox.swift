import CityKernel

/// The queue of effects that leave after their commit.
package enum Outbox {
    /// Dispatchers listen here; a commit that queued messages notifies it once.
    static let channel = "store.outbox"

    /// Says that a process let go of its receivers.
    static let released = "released"

    static let migrations = [tables, sharedPayloads, deadLettersByAge]

    private static let tables =
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

    /// A payload that goes to many receivers is stored once. Notifications get one kind, whatever
    /// protocol carries them.
    private static let sharedPayloads =
        Migration(
            "store-0002-outbox-body",
            [
                "CREATE TABLE store_outbox_body (id {sequence}, payload {blob} NOT NULL)",
                "ALTER TABLE store_outbox ADD COLUMN body {integer}",
                """
                CREATE INDEX store_outbox_body_use ON store_outbox (body)
                    WHERE body IS NOT NULL
                """,
                "UPDATE store_outbox SET kind = 'ngsi-ld' WHERE kind = 'ngsi-ld.http'",
                "UPDATE store_outbox_dead SET kind = 'ngsi-ld' WHERE kind = 'ngsi-ld.http'",
                "DELETE FROM store_outbox_lease WHERE kind = 'ngsi-ld.http'",
            ])

    /// The oldest dead letters are found without reading the others.
    private static let deadLettersByAge =
        Migration(
            "store-0003-outbox-dead-age",
            ["CREATE INDEX store_outbox_dead_age ON store_outbox_dead (died_at, id)"])

    /// Queues `message` in the open transaction. Due time 0 means at once, so that the order of such
    /// messages never depends on the clock.
    static func insert(_ message: OutboxMessage, in transaction: any Transaction) throws {
        try transaction.executeLater(
            """
            INSERT INTO store_outbox
                (kind, receiver, idempotency_key, payload, queued_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(message.kind), .text(message.receiver), .text(message.idempotencyKey),
                .blob(message.payload), .integer(transaction.now.microseconds),
                .integer(message.dueAt?.microseconds ?? 0),
            ])
    }

    /// Rows in one statement.
    private static let rowsMax = 16

    private static let rowStatements: [Int: String] = [
        1: rowStatement(1), rowsMax: rowStatement(rowsMax),
    ]

    private static func rowStatement(_ count: Int) -> String {
        let rows = (0..<count).map { "($1, $\($0 * 2 + 5), $\($0 * 2 + 6), $2, $3, 0, $4)" }
        return """
            INSERT INTO store_outbox
                (kind, receiver, idempotency_key, payload, queued_at, due_at, body)
            VALUES \(rows.joined(separator: ", "))
            """
    }

    /// Queues `circular` in the open transaction: one row for its payload, and a short one for each
    /// receiver.
    static func insert(_ circular: OutboxCircular, in transaction: any Transaction) throws {
        let body = try transaction.first(
            "INSERT INTO store_outbox_body (payload) VALUES ($1) RETURNING id",
            [.blob(circular.payload)]
        ) { $0.integer(0) }
        guard let body else {
            throw StoreError.failed(sql: "INSERT INTO store_outbox_body", message: "no number")
        }
        let head: [SQLValue] = [
            .text(circular.kind), .blob([]), .integer(transaction.now.microseconds), .integer(body),
        ]
        var rest = circular.receivers[...]
        while !rest.isEmpty {
            let count = rest.count >= rowsMax ? rowsMax : 1
            let values = rest.prefix(count).flatMap { to in
                [SQLValue.text(to.receiver), .text(to.idempotencyKey)]
            }
            try transaction.executeLater(rowStatements[count] ?? rowStatement(count), head + values)
            rest = rest.dropFirst(count)
        }
    }
}
