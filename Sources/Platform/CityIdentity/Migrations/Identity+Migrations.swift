package import CityStore

extension Identity {
    package static let migrations = [
        Migration(
            "identity-0001-staff",
            [
                """
                CREATE TABLE identity_staff (
                    id TEXT NOT NULL PRIMARY KEY,
                    login TEXT NOT NULL UNIQUE,
                    display_name TEXT NOT NULL,
                    duties TEXT NOT NULL,
                    password_hash TEXT NOT NULL,
                    is_active {integer} NOT NULL CHECK (is_active IN (0, 1)),
                    must_change_password {integer} NOT NULL CHECK (must_change_password IN (0, 1)),
                    created_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_session (
                    id {identity},
                    token_hash {blob} NOT NULL UNIQUE,
                    staff_id TEXT NOT NULL REFERENCES identity_staff (id),
                    device TEXT NOT NULL,
                    created_at {integer} NOT NULL,
                    last_seen_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL
                ) {strict}
                """,
                "CREATE INDEX identity_session_staff ON identity_session (staff_id, last_seen_at)",
                """
                CREATE TABLE identity_attempt (
                    bucket {blob} NOT NULL PRIMARY KEY,
                    failures {integer} NOT NULL CHECK (failures >= 0),
                    last_at {integer} NOT NULL,
                    blocked_until {integer} NOT NULL
                ) {strict}
                """,
                "CREATE INDEX identity_attempt_last ON identity_attempt (last_at)",
            ]),
        Migration(
            "identity-0002-keys",
            [
                """
                CREATE TABLE identity_key (
                    id {identity},
                    token_hash {blob} NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    scope TEXT NOT NULL,
                    created_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL,
                    revoked_at {integer},
                    last_used_at {integer}
                ) {strict}
                """
            ]),
        Migration(
            "identity-0003-audit",
            [
                """
                CREATE TABLE identity_audit (
                    number {sequence},
                    at {integer} NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    noun TEXT NOT NULL,
                    detail TEXT NOT NULL
                ) {strict}
                """,
                "CREATE INDEX identity_audit_noun ON identity_audit (noun, number)",
            ]),
    ]
}
