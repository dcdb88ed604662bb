import CityKernel
import CityStore

/// Rows of `broker_subscription`: the document and what has happened to it.
enum SubscriptionStore {
    private static let columns = """
        id, document, created_at, modified_at, times_sent, times_failed, last_notification,
        last_success, last_failure
        """

    static func insert(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let inserted = try transaction.execute(
            """
            INSERT INTO broker_subscription (id, document, created_at, modified_at)
            VALUES ($1, $2, $3, $3) ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(subscription.id), .text(text(of: subscription)),
                .integer(now.microseconds),
            ])
        if inserted == 0 { throw BrokerError.subscriptionExists(subscription.id) }
    }

    static func update(
        _ subscription: Subscription, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE broker_subscription SET document = $2, modified_at = $3 WHERE id = $1",
            [
                .text(subscription.id), .text(text(of: subscription)),
                .integer(now.microseconds),
            ])
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        let deleted = try transaction.execute(
            "DELETE FROM broker_subscription WHERE id = $1", [.text(id)])
        if deleted == 0 { throw BrokerError.subscriptionNotFound(id) }
    }

    static func find(
        _ id: String, _ library: ContextLibrary, in connection: any Connection
    ) throws -> StoredSubscription? {
        try connection.first(
            "SELECT \(columns) FROM broker_subscription WHERE id = $1", [.text(id)]
        ) { try stored($0, library) }
    }

    static func list(
        limit: Int, offset: Int, _ library: ContextLibrary, in connection: any Connection
    ) throws -> [StoredSubscription] {
        try connection.query(
            "SELECT \(columns) FROM broker_subscription ORDER BY id LIMIT $1 OFFSET $2",
            [SQLValue(limit), SQLValue(offset)]
        ) { try stored($0, library) }
    }

    /// All that can be read. One whose context the city no longer knows is told apart: it must not
    /// stop the writes of everybody else.
    static func listAll(
        _ library: ContextLibrary, in connection: any Connection
    ) throws -> (subscriptions: [Subscription], unreadable: [String]) {
        var subscriptions: [Subscription] = []
        var unreadable: [String] = []
        try connection.forEach("SELECT \(columns) FROM broker_subscription ORDER BY id", []) {
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

    static func count(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM broker_subscription") { $0.int(0) } ?? 0
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

    /// When a notification was last queued, for throttling.
    static func queuedAt(
        _ id: String, in connection: any Connection
    ) throws -> Timestamp? {
        try connection.first(
            "SELECT queued_at FROM broker_subscription WHERE id = $1", [.text(id)]
        ) { $0.optionalInteger(0).map(Timestamp.init(microseconds:)) } ?? nil
    }

    static func noteQueued(
        _ id: String, at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE broker_subscription SET queued_at = $2 WHERE id = $1",
            [.text(id), .integer(now.microseconds)])
    }

    static func noteSent(
        _ id: String, succeeded: Bool, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let outcome =
            succeeded
            ? "last_success = $2"
            : """
            last_failure = $2, times_failed = times_failed + 1
            """
        try transaction.execute(
            """
            UPDATE broker_subscription
            SET times_sent = times_sent + 1, last_notification = $2, \(outcome)
            WHERE id = $1
            """, [.text(id), .integer(now.microseconds)])
    }

    /// The document has names as inside the city; the context it was written under stands beside it
    /// for `q` and for notifications.
    private static func text(of subscription: Subscription) -> String {
        var object = subscription.document
        object["@context"] = subscription.context.source
        return JSONValue.object(object).text
    }

    private static func stored(
        _ row: any Row, _ library: ContextLibrary
    ) throws -> StoredSubscription {
        let json = try JSONValue(parsing: row.text(1))
        let context = try library.context(json["@context"])
        // Names of the document are the city's already: full IRIs and free short names stay
        // themselves under the core context; only `q` is in the subscriber's words.
        var subscription = try SubscriptionCodec(.core).subscription(
            json, id: row.text(0), now: Timestamp(microseconds: .min))
        subscription.context = context
        if let q = json["q"]?.string { subscription.filter = try QueryParser.parse(q, context) }
        if let geo = json["geoQ"], let property = geo["geoproperty"]?.string {
            subscription.geo?.attribute = context.name(of: property)
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
