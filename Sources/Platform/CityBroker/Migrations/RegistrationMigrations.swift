import CityStore

extension Broker {
    /// Who else holds context information, who wants to hear of such sources, and under which name
    /// this city is known to them. Registrations are few and read as a whole: their documents are
    /// the truth.
    static let registrationTables = Migration(
        "broker-0101-registrations",
        [
            """
            CREATE TABLE broker_registration (
                id TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL
            ) {withoutRowid}
            """,
            "INSERT INTO broker_version (name, version) VALUES ('registration', 0)",
            """
            CREATE TABLE broker_identity (
                name TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            ) {withoutRowid}
            """,
        ])

    /// Answers that are kept as lists of names, so that pages do not shift.
    static let entityMapTable = Migration(
        "broker-0102-entity-maps",
        [
            """
            CREATE TABLE broker_entity_map (
                id TEXT NOT NULL PRIMARY KEY,
                expires_at {integer} NOT NULL,
                holders TEXT NOT NULL
            ) {withoutRowid}
            """
        ])

    /// Who wants to hear of registrations.
    static let registrationSubscriptionTable = Migration(
        "broker-0103-registration-subscriptions",
        [
            """
            CREATE TABLE broker_registration_subscription (
                id TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL,
                next_due {integer},
                times_sent {integer} NOT NULL DEFAULT 0,
                times_failed {integer} NOT NULL DEFAULT 0,
                last_notification {integer},
                last_success {integer},
                last_failure {integer}
            ) {withoutRowid}
            """
        ])

    /// Answers that are kept as they were: what was asked, and every entity that was found.
    static let snapshotTables = Migration(
        "broker-0104-snapshots",
        [
            """
            CREATE TABLE broker_snapshot (
                id TEXT NOT NULL PRIMARY KEY,
                queries TEXT NOT NULL,
                priority {integer} NOT NULL,
                status TEXT NOT NULL,
                details TEXT NOT NULL,
                created_at {integer} NOT NULL,
                modified_at {integer} NOT NULL,
                last_used_at {integer} NOT NULL,
                expires_at {integer} NOT NULL,
                taken_at {integer}
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_snapshot_entity (
                snapshot TEXT NOT NULL REFERENCES broker_snapshot (id),
                id TEXT NOT NULL,
                document TEXT NOT NULL,
                PRIMARY KEY (snapshot, id)
            ) {withoutRowid}
            """,
        ])
}
