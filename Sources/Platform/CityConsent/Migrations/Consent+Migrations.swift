package import CityStore

extension Consent {
    package static let migrations = [
        Migration(
            "consent-0001-tables",
            [
                """
                CREATE TABLE consent_notice (
                    version TEXT NOT NULL PRIMARY KEY,
                    content TEXT NOT NULL,
                    first_used_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE consent_record (
                    id {identity},
                    person TEXT NOT NULL,
                    purpose TEXT NOT NULL,
                    version TEXT NOT NULL REFERENCES consent_notice (version),
                    recipient TEXT NOT NULL,
                    kinds TEXT NOT NULL,
                    way TEXT NOT NULL CHECK (way IN ('online', 'paper', 'guardian')),
                    given_by TEXT NOT NULL,
                    given_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL,
                    withdrawn_at {integer},
                    replaced_at {integer},
                    reference TEXT NOT NULL
                ) {strict}
                """,
                "CREATE INDEX consent_record_person ON consent_record (person, purpose)",
                """
                CREATE INDEX consent_record_purpose ON consent_record (purpose, expires_at)
                WHERE withdrawn_at IS NULL AND replaced_at IS NULL
                """,
                """
                CREATE TABLE consent_withdrawal (
                    consent_id {integer} NOT NULL PRIMARY KEY REFERENCES consent_record (id),
                    recipient TEXT NOT NULL,
                    purpose TEXT NOT NULL,
                    withdrawn_at {integer} NOT NULL,
                    acknowledged_at {integer}
                ) {strict}
                """,
                """
                CREATE INDEX consent_withdrawal_open ON consent_withdrawal (withdrawn_at)
                WHERE acknowledged_at IS NULL
                """,
                "CREATE TABLE consent_key (person TEXT NOT NULL PRIMARY KEY, sealed {blob} NOT NULL)",
                """
                CREATE TABLE consent_value (
                    person TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    sealed {blob} NOT NULL,
                    updated_at {integer} NOT NULL,
                    PRIMARY KEY (person, kind)
                ) {strict}
                """,
                """
                CREATE TABLE consent_emergency (
                    id {identity},
                    reason TEXT NOT NULL,
                    kinds TEXT NOT NULL,
                    opened_by TEXT NOT NULL,
                    opened_at {integer} NOT NULL,
                    ends_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE consent_emergency_read (
                    emergency_id {integer} NOT NULL REFERENCES consent_emergency (id),
                    person TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    read_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE INDEX consent_emergency_read_person
                ON consent_emergency_read (person, read_at)
                """,
                """
                CREATE INDEX consent_emergency_read_emergency
                ON consent_emergency_read (emergency_id)
                """,
            ])
    ]
}
