import CityStore

extension Broker {
    /// When a subscription with a `timeInterval` speaks next.
    static let subscriptionTurns = Migration(
        "broker-0102-subscription-turns",
        [
            "ALTER TABLE broker_subscription ADD COLUMN next_due {integer}",
            """
            CREATE INDEX broker_subscription_due ON broker_subscription (next_due)
                WHERE next_due IS NOT NULL
            """,
        ])
}
