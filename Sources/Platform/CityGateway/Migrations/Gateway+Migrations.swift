package import CityStore

extension Gateway {
    package static let migrations = [
        Migration(
            "gateway-0001-consumers",
            [
                """
                CREATE TABLE gateway_consumer (
                    id {identity},
                    name TEXT NOT NULL,
                    organisation TEXT NOT NULL,
                    contact TEXT NOT NULL,
                    created_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE gateway_key (
                    key_id {integer} NOT NULL PRIMARY KEY REFERENCES identity_key (id),
                    consumer_id {integer} NOT NULL REFERENCES gateway_consumer (id)
                ) {strict}
                """,
                "CREATE INDEX gateway_key_consumer ON gateway_key (consumer_id)",
                """
                CREATE TABLE gateway_subscription (
                    consumer_id {integer} NOT NULL REFERENCES gateway_consumer (id),
                    product TEXT NOT NULL,
                    plan TEXT NOT NULL,
                    since {integer} NOT NULL,
                    ended_at {integer},
                    PRIMARY KEY (consumer_id, product)
                ) {strict}
                """,
                """
                CREATE TABLE gateway_request (
                    id {identity},
                    token_hash {blob} NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    organisation TEXT NOT NULL,
                    contact TEXT NOT NULL,
                    purpose TEXT NOT NULL,
                    products TEXT NOT NULL,
                    state TEXT NOT NULL
                        CHECK (state IN ('waiting', 'approved', 'refused', 'claimed')),
                    asked_at {integer} NOT NULL,
                    decided_at {integer},
                    answer TEXT NOT NULL,
                    consumer_id {integer} REFERENCES gateway_consumer (id)
                ) {strict}
                """,
                "CREATE INDEX gateway_request_state ON gateway_request (state, id)",
                """
                CREATE TABLE gateway_usage (
                    consumer_id {integer} NOT NULL,
                    product TEXT NOT NULL,
                    day {integer} NOT NULL,
                    calls {integer} NOT NULL,
                    refused {integer} NOT NULL,
                    failed {integer} NOT NULL,
                    microseconds {integer} NOT NULL,
                    microseconds_max {integer} NOT NULL,
                    PRIMARY KEY (consumer_id, product, day)
                ) {strict}
                """,
            ]),
        // Neighbouring cities are consumers, too; certificates tell them apart, not keys.
        Migration(
            "gateway-0002-neighbours",
            [
                """
                CREATE TABLE gateway_neighbour (
                    id TEXT NOT NULL PRIMARY KEY,
                    consumer_id {integer} NOT NULL REFERENCES gateway_consumer (id)
                ) {strict}
                """
            ]),
        // Keys of the practice city, which anybody gets and nobody keeps.
        Migration(
            "gateway-0003-sandbox",
            [
                """
                CREATE TABLE gateway_sandbox_key (
                    token_hash {blob} NOT NULL PRIMARY KEY,
                    expires_at {integer} NOT NULL
                ) {strict}
                """
            ]),
        // OAuth 2.0: short-lived tokens, and clients that sign instead of knowing a secret.
        Migration(
            "gateway-0004-oauth",
            [
                """
                CREATE TABLE gateway_token (
                    token_hash {blob} NOT NULL PRIMARY KEY,
                    key_id {integer} NOT NULL REFERENCES identity_key (id),
                    consumer_id {integer} NOT NULL REFERENCES gateway_consumer (id),
                    scopes TEXT NOT NULL,
                    issued_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL
                ) {strict}
                """,
                "CREATE INDEX gateway_token_consumer ON gateway_token (consumer_id, issued_at)",
                "CREATE INDEX gateway_token_expiry ON gateway_token (expires_at)",
                """
                CREATE TABLE gateway_client_key (
                    key_id {integer} NOT NULL PRIMARY KEY REFERENCES identity_key (id),
                    jwk TEXT NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE gateway_assertion (
                    client TEXT NOT NULL,
                    jti TEXT NOT NULL,
                    ends_at {integer} NOT NULL,
                    PRIMARY KEY (client, jti)
                ) {strict}
                """,
            ]),
    ]
}
