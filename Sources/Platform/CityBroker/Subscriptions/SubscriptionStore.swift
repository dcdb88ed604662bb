import CityKernel
import CityStore

/// Rows of `broker_subscription`: what is read of them, and what has happened; the rest is in
/// `SubscriptionTableStore`.
enum SubscriptionStore {
    /// Beside them, what decides whether a subscription speaks again.
    private static let allColumns = SubscriptionTableStore.columns + ", queued_at, fails_in_row"

    static func find(
        _ id: String, _ library: ContextLibrary, in connection: any Connection
    ) throws -> StoredSubscription? {
        try library.loadAll(in: connection)
        return try connection.first(
            "SELECT \(allColumns) FROM broker_subscription WHERE id = $1", [.text(id)]
        ) { try storedWhole($0, library) }
    }

    static func list(
        limit: Int, offset: Int, _ library: ContextLibrary, in connection: any Connection
    ) throws -> [StoredSubscription] {
        try library.loadAll(in: connection)
        return try connection.query(
            "SELECT \(allColumns) FROM broker_subscription ORDER BY id LIMIT $1 OFFSET $2",
            [SQLValue(limit), SQLValue(offset)]
        ) { try storedWhole($0, library) }
    }

    /// Those of NGSIv2, whose ids rise with time.
    static func listNGSIv2(
        _ library: ContextLibrary, in connection: any Connection
    ) throws -> [StoredSubscription] {
        try connection.query(
            "SELECT \(allColumns) FROM broker_subscription WHERE id LIKE $1 ORDER BY id",
            [.text(NGSIv2SubscriptionCodec.prefix + "%")]
        ) { try storedWhole($0, library) }.filter { $0.subscription.ngsiv2 != nil }
    }

    private static func storedWhole(
        _ row: any Row, _ library: ContextLibrary
    ) throws -> StoredSubscription {
        var stored = try stored(row, library)
        stored.queuedAt = row.optionalInteger(9).map(Timestamp.init(microseconds:))
        stored.failsInRow = row.int(10)
        return stored
    }

    /// All that can be read. One whose context the city no longer knows is told apart: it must not
    /// stop the writes of everybody else.
    static func listAll(
        _ library: ContextLibrary, in connection: any Connection
    ) throws -> (subscriptions: [Subscription], unreadable: [String]) {
        try library.loadAll(in: connection)
        var subscriptions: [Subscription] = []
        var unreadable: [String] = []
        try connection.forEach("SELECT \(allColumns) FROM broker_subscription ORDER BY id", []) {
            row in
            do {
                subscriptions.append(try stored(row, library).subscription)
            } catch is any ProblemConvertible {
                unreadable.append(row.text(0))
            }
            return true
        }
        return (subscriptions, unreadable)
    }

    /// Raised with every change of a subscription, so that each process knows when to read again.
    static func raiseVersion(in transaction: any Transaction) throws -> Int64 {
        try transaction.first(
            """
            UPDATE broker_version SET version = version + 1 WHERE name = 'subscription'
            RETURNING version
            """
        ) { $0.integer(0) } ?? 0
    }

    static func version(in connection: any Connection) throws -> Int64 {
        try connection.first(
            "SELECT version FROM broker_version WHERE name = 'subscription'"
        ) { $0.integer(0) } ?? 0
    }

    /// When a notification was last queued, and how often in a row it failed to arrive.
    static func past(
        of id: String, in connection: any Connection
    ) throws -> (queuedAt: Timestamp?, failsInRow: Int) {
        try connection.first(
            "SELECT queued_at, fails_in_row FROM broker_subscription WHERE id = $1", [.text(id)]
        ) { ($0.optionalInteger(0).map(Timestamp.init(microseconds:)), $0.int(1)) } ?? (nil, 0)
    }

    /// Forgets what silenced a subscription.
    static func beginAnew(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            UPDATE broker_subscription SET queued_at = NULL, fails_in_row = 0 WHERE id = $1
            """, [.text(id)])
    }

    static func noteQueued(
        _ id: String, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE broker_subscription SET queued_at = $2 WHERE id = $1",
            [.text(id), .integer(now.microseconds)])
    }

    /// What became of attempts to notify one subscription.
    struct Tally {
        var sent = 0
        var failed = 0
        var last: Timestamp?
        var lastSuccess: Timestamp?
        var lastFailure: Timestamp?
        /// Failures after the last success of these, or all of them.
        var failsInRow = 0

        mutating func count(_ outcome: DeliveryOutcome) {
            sent += 1
            last = outcome.at
            if outcome.isSuccess {
                lastSuccess = outcome.at
                failsInRow = 0
            } else {
                failed += 1
                failsInRow += 1
                lastFailure = outcome.at
            }
        }
    }

    static func note(_ tally: Tally, _ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            UPDATE broker_subscription
            SET times_sent = times_sent + $2, times_failed = times_failed + $3,
                last_notification = $4, last_success = COALESCE($5, last_success),
                last_failure = COALESCE($6, last_failure),
                fails_in_row = CASE WHEN $5 IS NULL THEN fails_in_row + $7 ELSE $7 END
            WHERE id = $1
            """,
            [
                .text(id), SQLValue(tally.sent), SQLValue(tally.failed),
                SQLValue(tally.last?.microseconds), SQLValue(tally.lastSuccess?.microseconds),
                SQLValue(tally.lastFailure?.microseconds), SQLValue(tally.failsInRow),
            ])
    }

    /// A row whose columns stand in the order of `SubscriptionTableStore.columns`; registration subscriptions have it too.
    static func stored(
        _ row: any Row, _ library: ContextLibrary
    ) throws -> StoredSubscription {
        guard var document = try JSONValue(parsing: row.text(1)).object else {
            throw StoreError.failed(
                sql: "broker_subscription.document", message: "the document is damaged")
        }
        let context = try library.context(document["@context"])
        document["@context"] = nil
        // What was accepted once does not have to be in the future any more.
        let subscription =
            if let kept = document[NGSIv2SubscriptionCodec.member] {
                try NGSIv2SubscriptionCodec.subscription(kept: kept, id: row.text(0))
            } else {
                try SubscriptionCodec(context, library: library).read(
                    document, now: Timestamp(microseconds: .min))
            }
        return StoredSubscription(
            subscription: subscription, createdAt: Timestamp(microseconds: row.integer(2)),
            modifiedAt: Timestamp(microseconds: row.integer(3)), timesSent: row.int(4),
            timesFailed: row.int(5),
            lastNotification: row.optionalInteger(6).map(Timestamp.init(microseconds:)),
            lastSuccess: row.optionalInteger(7).map(Timestamp.init(microseconds:)),
            lastFailure: row.optionalInteger(8).map(Timestamp.init(microseconds:)))
    }
}
