import CityKernel
import CityStore

/// Rows of `broker_registration_subscription`: the document and what has happened to it.
enum RegistrationSubscriptionStore {
    private static let table = "broker_registration_subscription"
    private static let columns = SubscriptionStore.columns

    static func insert(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let inserted = try transaction.execute(
            """
            INSERT INTO \(table) (id, document, created_at, modified_at, next_due)
            VALUES ($1, $2, $3, $3, $4) ON CONFLICT (id) DO NOTHING
            """, values(of: subscription, now))
        if inserted == 0 { throw BrokerError.subscriptionExists(subscription.id) }
    }

    static func update(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE \(table) SET document = $2, modified_at = $3, next_due = $4 WHERE id = $1",
            values(of: subscription, now))
    }

    private static func values(of subscription: Subscription, _ now: Timestamp) -> [SQLValue] {
        var object = subscription.document
        object["@context"] = subscription.context.source
        return [
            .text(subscription.id), .text(JSONValue.object(object).text),
            .integer(now.microseconds),
            SQLValue(subscription.timeInterval.map { (now + $0).microseconds }),
        ]
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        let deleted = try transaction.execute("DELETE FROM \(table) WHERE id = $1", [.text(id)])
        if deleted == 0 { throw BrokerError.subscriptionNotFound(id) }
    }

    static func find(
        _ id: String, _ library: ContextLibrary, in connection: any Connection
    ) throws -> StoredSubscription? {
        try connection.first("SELECT \(columns) FROM \(table) WHERE id = $1", [.text(id)]) {
            try SubscriptionStore.stored($0, library)
        }
    }

    /// In order of id.
    static func list(
        limit: Int, offset: Int, _ library: ContextLibrary, in connection: any Connection
    ) throws -> [StoredSubscription] {
        try connection.query(
            "SELECT \(columns) FROM \(table) ORDER BY id LIMIT $1 OFFSET $2",
            [SQLValue(limit), SQLValue(offset)]
        ) { try SubscriptionStore.stored($0, library) }
    }

    static func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM \(table)") { $0.int(0) } ?? 0
    }

    /// Subscriptions whose interval has passed.
    static func listDue(
        at now: Timestamp, limit: Int, in connection: any Connection
    ) throws -> [String] {
        try connection.query(
            "SELECT id FROM \(table) WHERE next_due <= $1 ORDER BY next_due, id LIMIT $2",
            [.integer(now.microseconds), SQLValue(limit)]
        ) { $0.text(0) }
    }

    /// - Returns: whether it was due and nobody else has taken the turn.
    static func takeTurn(
        _ id: String, at now: Timestamp, next: Timestamp, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            "UPDATE \(table) SET next_due = $3 WHERE id = $1 AND next_due <= $2",
            [.text(id), .integer(now.microseconds), .integer(next.microseconds)]) == 1
    }

    static func note(_ outcome: DeliveryOutcome, in transaction: any Transaction) throws {
        let result =
            outcome.isSuccess
            ? "last_success = $2" : "last_failure = $2, times_failed = times_failed + 1"
        try transaction.execute(
            """
            UPDATE \(table) SET times_sent = times_sent + 1, last_notification = $2, \(result)
            WHERE id = $1
            """, [.text(outcome.receiver), .integer(outcome.at.microseconds)])
    }
}
