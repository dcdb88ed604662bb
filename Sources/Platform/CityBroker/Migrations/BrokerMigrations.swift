package import CityStore

extension Broker {
    /// The broker's tables, for `Store.migrate`.
    package static let migrations = [
        brokerTables, expiry, registrationTables, valueIndexes, temporalTables, entityMapTable,
        subscriptionTurns, contextTable, tenantTable, registrationSubscriptionTable, snapshotTables,
        remoteSubscriptionTable, historyRuns, subscriptionFailures,
        typeFaultTable,
    ]

    /// Ends of storage (§4.22). A row is a reminder: what it reminds of may have been changed since,
    /// and says itself when it ends. Name 0 stands for the entity.
    private static let expiry = Migration(
        "broker-0002-expiry",
        [
            "ALTER TABLE broker_entity ADD COLUMN expires_at {integer}",
            """
            CREATE TABLE broker_expiry (
                at {integer} NOT NULL,
                entity {integer} NOT NULL REFERENCES broker_entity (key),
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                PRIMARY KEY (at, entity, name, dataset)
            ) {withoutRowid}
            """,
        ])

    /// State and history are clustered by entity and name, so that one entity, one attribute and the
    /// last values of one series are each one range of one tree. A value is in exactly one of the
    /// columns `number`, `text` and `json`. Names (of attributes, types, datasets, sources) are
    /// integers of `broker_name`; dataset 0 is the default instance.
    private static let brokerTables = Migration(
        "broker-0001-tables",
        [
            "CREATE TABLE broker_name (id {identity}, name TEXT NOT NULL UNIQUE) {strict}",
            """
            CREATE TABLE broker_entity (
                key {identity},
                id TEXT NOT NULL UNIQUE,
                types TEXT NOT NULL,
                scopes TEXT,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL,
                deleted_at {integer}
            ) {strict}
            """,
            """
            CREATE TABLE broker_entity_type (
                type {integer} NOT NULL,
                id TEXT NOT NULL,
                entity {integer} NOT NULL REFERENCES broker_entity (key),
                PRIMARY KEY (type, id)
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_attribute (
                entity {integer} NOT NULL REFERENCES broker_entity (key),
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                kind {integer} NOT NULL,
                number {real},
                text TEXT,
                json TEXT,
                unit TEXT,
                observed_at {integer},
                sub_attributes TEXT,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL,
                PRIMARY KEY (entity, name, dataset)
            ) {withoutRowid}
            """,
            "CREATE INDEX broker_attribute_name ON broker_attribute (name, entity)",
            """
            CREATE TABLE broker_history (
                entity {integer} NOT NULL,
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                at {integer} NOT NULL,
                told_at {integer} NOT NULL,
                is_observed {integer} NOT NULL,
                kind {integer} NOT NULL,
                number {real},
                text TEXT,
                json TEXT,
                unit TEXT,
                sub_attributes TEXT,
                source {integer} NOT NULL,
                PRIMARY KEY (entity, name, dataset, at, told_at)
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_place (
                name {integer} NOT NULL,
                is_area {integer} NOT NULL,
                low {integer} NOT NULL,
                entity {integer} NOT NULL,
                dataset {integer} NOT NULL,
                high {integer} NOT NULL,
                PRIMARY KEY (name, is_area, low, entity, dataset)
            ) {withoutRowid}
            """,
            "CREATE INDEX broker_place_entity ON broker_place (entity, name, dataset)",
            """
            CREATE TABLE broker_rule_failure (
                rule TEXT NOT NULL PRIMARY KEY,
                failures {integer} NOT NULL,
                last_failed_at {integer} NOT NULL,
                last_message TEXT NOT NULL
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_subscription (
                id TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL,
                queued_at {integer},
                times_sent {integer} NOT NULL DEFAULT 0,
                times_failed {integer} NOT NULL DEFAULT 0,
                last_notification {integer},
                last_success {integer},
                last_failure {integer}
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_version (
                name TEXT NOT NULL PRIMARY KEY,
                version {integer} NOT NULL
            ) {withoutRowid}
            """,
            "INSERT INTO broker_version (name, version) VALUES ('subscription', 0)",
        ])
}

extension Broker {
    /// JSON-LD contexts that are hosted, cached or made of a subscription's own.
    private static let contextTable = Migration(
        "broker-0002-contexts",
        [
            """
            CREATE TABLE broker_context (
                local_id TEXT NOT NULL PRIMARY KEY,
                kind {integer} NOT NULL CHECK (kind BETWEEN 1 AND 3),
                url TEXT UNIQUE,
                body TEXT NOT NULL,
                created_at {integer} NOT NULL
            ) {withoutRowid}
            """
        ])

    /// Tenants beside this one; only the home's table has rows.
    static let tenantTable = Migration(
        "broker-0002-tenants",
        ["CREATE TABLE broker_tenant (id {identity}, name TEXT NOT NULL UNIQUE) {strict}"])
}
