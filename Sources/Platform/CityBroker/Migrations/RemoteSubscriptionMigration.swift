import CityStore

extension Broker {
    /// Subscriptions that this city keeps at sources for its own subscribers. A row stands for what
    /// the source has, or will have once the outbox is empty.
    static let remoteSubscriptionTable = Migration(
        "broker-0110-remote-subscriptions",
        [
            """
            CREATE TABLE broker_remote_subscription (
                id TEXT NOT NULL PRIMARY KEY,
                subscription TEXT NOT NULL,
                registration TEXT NOT NULL,
                document TEXT NOT NULL,
                UNIQUE (subscription, registration)
            ) {withoutRowid}
            """,
            """
            CREATE INDEX broker_remote_subscription_registration
                ON broker_remote_subscription (registration)
            """,
        ])
}
