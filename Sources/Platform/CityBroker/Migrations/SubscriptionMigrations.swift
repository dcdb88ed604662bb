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

    /// When a subscription that does not put up with failures falls silent.
    static let subscriptionFailures = Migration(
        "broker-0103-subscription-failures",
        [
            """
            ALTER TABLE broker_subscription
                ADD COLUMN fails_in_row {integer} NOT NULL DEFAULT 0
            """
        ])
}
