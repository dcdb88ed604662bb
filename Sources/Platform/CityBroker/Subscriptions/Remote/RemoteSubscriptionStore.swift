import CityKernel
import CityStore

/// A subscription of this city at a source.
struct RemoteSubscription: Sendable, Hashable {
    /// As the source knows it. Nobody guesses it: whoever names it speaks for the source.
    var id: String
    /// The subscription here for which it is kept.
    var subscription: String
    var registration: String
    /// What the source was told.
    var document: JSONObject
}

/// Rows of `broker_remote_subscription`.
enum RemoteSubscriptionStore {
    private static let columns = "id, subscription, registration, document"

    static func insert(
        _ remote: RemoteSubscription, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO broker_remote_subscription (id, subscription, registration, document)
            VALUES ($1, $2, $3, $4)
            """,
            [
                .text(remote.id), .text(remote.subscription), .text(remote.registration),
                .text(JSONValue.object(remote.document).text),
            ])
    }

    static func update(
        _ remote: RemoteSubscription, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "UPDATE broker_remote_subscription SET document = $2 WHERE id = $1",
            [.text(remote.id), .text(JSONValue.object(remote.document).text)])
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "DELETE FROM broker_remote_subscription WHERE id = $1", [.text(id)])
    }

    static func find(
        _ id: String, in connection: any Connection
    ) throws -> RemoteSubscription? {
        try connection.first(
            "SELECT \(columns) FROM broker_remote_subscription WHERE id = $1", [.text(id)],
            remote)
    }

    static func list(
        of subscription: String, in connection: any Connection
    ) throws -> [RemoteSubscription] {
        try connection.query(
            """
            SELECT \(columns) FROM broker_remote_subscription WHERE subscription = $1
            ORDER BY registration
            """, [.text(subscription)], remote)
    }

    static func list(
        at registration: String, in connection: any Connection
    ) throws -> [RemoteSubscription] {
        try connection.query(
            """
            SELECT \(columns) FROM broker_remote_subscription WHERE registration = $1
            ORDER BY subscription
            """, [.text(registration)], remote)
    }

    /// Subscriptions here that are kept somewhere else, too, in order of id.
    static func subscriptions(
        limit: Int, in connection: any Connection
    ) throws -> [String] {
        try connection.query(
            """
            SELECT DISTINCT subscription FROM broker_remote_subscription
            ORDER BY subscription LIMIT $1
            """, [SQLValue(limit)]
        ) { $0.text(0) }
    }

    /// How many are kept at each registration.
    static func counts(in connection: any Connection) throws -> [String: Int] {
        let rows = try connection.query(
            """
            SELECT registration, COUNT(*) FROM broker_remote_subscription GROUP BY registration
            """, []
        ) { ($0.text(0), $0.int(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private static func remote(_ row: any Row) throws -> RemoteSubscription {
        RemoteSubscription(
            id: row.text(0), subscription: row.text(1), registration: row.text(2),
            document: try JSONValue(parsing: row.text(3)).object ?? JSONObject())
    }
}
