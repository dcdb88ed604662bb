import CityKernel
import CityStore

/// Rows of `broker_registration_subscription`: what is read of them, and what has happened; the rest is
/// in `SubscriptionTableStore`.
enum RegistrationSubscriptionStore {
    private static let table = "broker_registration_subscription"
    private static let columns = SubscriptionTableStore.columns

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
