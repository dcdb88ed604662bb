import CityKernel
import CityStore

/// What the tables of subscriptions have in common, those to entities and those to registrations: a
/// document, its times, and when it speaks next.
struct SubscriptionTableStore: Sendable {
    static let entities = SubscriptionTableStore(table: "broker_subscription")
    static let registrations = SubscriptionTableStore(table: "broker_registration_subscription")

    /// Of both tables, in the order in which `SubscriptionStore.stored` reads them.
    static let columns = """
        id, document, created_at, modified_at, times_sent, times_failed, last_notification,
        last_success, last_failure
        """

    private let table: String

    /// - Throws: `BrokerError.subscriptionExists`.
    func insert(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let inserted = try transaction.execute(
            """
            INSERT INTO \(table) (id, document, created_at, modified_at, next_due)
            VALUES ($1, $2, $3, $3, $4) ON CONFLICT (id) DO NOTHING
            """, Self.values(of: subscription, now))
        if inserted == 0 { throw BrokerError.subscriptionExists(subscription.id) }
    }

    func update(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE \(table) SET document = $2, modified_at = $3, next_due = $4 WHERE id = $1",
            Self.values(of: subscription, now))
    }

    /// - Throws: `BrokerError.subscriptionNotFound`.
    func delete(_ id: String, in transaction: any Transaction) throws {
        let deleted = try transaction.execute("DELETE FROM \(table) WHERE id = $1", [.text(id)])
        if deleted == 0 { throw BrokerError.subscriptionNotFound(id) }
    }

    func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM \(table)") { $0.int(0) } ?? 0
    }

    /// Subscriptions whose interval has passed, the one that waits longest first.
    func listDue(at now: Timestamp, limit: Int, in connection: any Connection) throws -> [String] {
        try connection.query(
            "SELECT id FROM \(table) WHERE next_due <= $1 ORDER BY next_due, id LIMIT $2",
            [.integer(now.microseconds), SQLValue(limit)]
        ) { $0.text(0) }
    }

    /// - Returns: whether it was due and nobody else has taken the turn.
    func takeTurn(
        _ id: String, at now: Timestamp, next: Timestamp, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            "UPDATE \(table) SET next_due = $3 WHERE id = $1 AND next_due <= $2",
            [.text(id), .integer(now.microseconds), .integer(next.microseconds)]) == 1
    }

    /// The document has names as inside the city; the context it was written under stands beside it
    /// for notifications.
    private static func values(of subscription: Subscription, _ now: Timestamp) -> [SQLValue] {
        var object = subscription.document
        object["@context"] = subscription.context.source
        return [
            .text(subscription.id), .text(JSONValue.object(object).text),
            .integer(now.microseconds),
            SQLValue(subscription.timeInterval.map { (now + $0).microseconds }),
        ]
    }
}
