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
        // The lines get numbers without gaps, which are their places in the tree.
        Migration(
            "identity-0004-audit-tree",
            [
                "ALTER TABLE identity_audit RENAME TO identity_audit_before",
                """
                CREATE TABLE identity_audit (
                    number {integer} NOT NULL PRIMARY KEY CHECK (number >= 0),
                    at {integer} NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    noun TEXT NOT NULL,
                    detail TEXT NOT NULL,
                    salt {blob} NOT NULL
                ) {strict}
                """,
                """
                INSERT INTO identity_audit (number, at, actor, action, noun, detail, salt)
                SELECT ROW_NUMBER() OVER (ORDER BY number) - 1, at, actor, action, noun, detail,
                    CAST('' AS {blob})
                FROM identity_audit_before
                """,
                "DROP TABLE identity_audit_before",
                "CREATE INDEX identity_audit_noun ON identity_audit (noun, number)",
                "CREATE INDEX identity_audit_actor ON identity_audit (actor, number)",
                """
                CREATE TABLE identity_audit_hash (
                    level {integer} NOT NULL,
                    number {integer} NOT NULL,
                    hash {blob} NOT NULL,
                    PRIMARY KEY (level, number)
                ) {withoutRowid}
                """,
                """
                CREATE TABLE identity_audit_tree (
                    id {integer} NOT NULL PRIMARY KEY CHECK (id = 0),
                    size {integer} NOT NULL CHECK (size >= 0),
                    edge {blob} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_audit_checkpoint (
                    size {integer} NOT NULL PRIMARY KEY,
                    signed_at {integer} NOT NULL,
                    note TEXT NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_audit_witnessed (
                    origin TEXT NOT NULL PRIMARY KEY,
                    size {integer} NOT NULL,
                    root {blob} NOT NULL,
                    note TEXT NOT NULL,
                    cosigned_at {integer} NOT NULL
                ) {strict}
                """,
            ]),
        Migration(
            "identity-0005-residents",
            [
                """
                CREATE TABLE identity_resident (
                    id TEXT NOT NULL PRIMARY KEY,
                    created_at {integer} NOT NULL,
                    ended_at {integer}
                ) {strict}
                """,
                """
                CREATE TABLE identity_resident_login (
                    proof_hash {blob} NOT NULL PRIMARY KEY,
                    resident_id TEXT NOT NULL REFERENCES identity_resident (id),
                    created_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE INDEX identity_resident_login_resident
                ON identity_resident_login (resident_id)
                """,
                """
                CREATE TABLE identity_resident_session (
                    id {identity},
                    token_hash {blob} NOT NULL UNIQUE,
                    resident_id TEXT NOT NULL REFERENCES identity_resident (id),
                    device TEXT NOT NULL,
                    created_at {integer} NOT NULL,
                    last_seen_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE INDEX identity_resident_session_resident
                ON identity_resident_session (resident_id, last_seen_at)
                """,
                """
                CREATE TABLE identity_sign_in (
                    secret_hash {blob} NOT NULL PRIMARY KEY,
                    state TEXT NOT NULL,
                    nonce TEXT NOT NULL,
                    verifier TEXT NOT NULL,
                    next TEXT NOT NULL,
                    ends_at {integer} NOT NULL
                ) {strict}
                """,
                "CREATE INDEX identity_sign_in_end ON identity_sign_in (ends_at)",
            ]),
        Migration(
            "identity-0006-families",
            [
                """
                CREATE TABLE identity_representation (
                    id {identity},
                    ground TEXT NOT NULL CHECK (ground IN ('guardian', 'proxy')),
                    agent_id TEXT NOT NULL REFERENCES identity_resident (id),
                    subject_id TEXT NOT NULL REFERENCES identity_resident (id),
                    matters TEXT NOT NULL,
                    since {integer} NOT NULL,
                    ends_at {integer} NOT NULL,
                    ended_at {integer},
                    made_by TEXT NOT NULL,
                    nickname TEXT NOT NULL
                ) {strict}
                """,
                """
                CREATE INDEX identity_representation_agent
                ON identity_representation (agent_id, subject_id)
                """,
                """
                CREATE INDEX identity_representation_subject
                ON identity_representation (subject_id)
                """,
                """
                CREATE TABLE identity_mandate_offer (
                    secret_hash {blob} NOT NULL PRIMARY KEY,
                    subject_id TEXT NOT NULL REFERENCES identity_resident (id),
                    matters TEXT NOT NULL,
                    ends_at {integer} NOT NULL,
                    expires_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_counter_code (
                    resident_id TEXT NOT NULL PRIMARY KEY REFERENCES identity_resident (id),
                    code_hash {blob} NOT NULL UNIQUE,
                    expires_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_household_member (
                    resident_id TEXT NOT NULL PRIMARY KEY REFERENCES identity_resident (id),
                    household_id TEXT NOT NULL,
                    since {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE INDEX identity_household_member_household
                ON identity_household_member (household_id)
                """,
                """
                CREATE TABLE identity_organisation (
                    id TEXT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    created_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE identity_organisation_member (
                    organisation_id TEXT NOT NULL REFERENCES identity_organisation (id),
                    resident_id TEXT NOT NULL REFERENCES identity_resident (id),
                    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
                    since {integer} NOT NULL,
                    PRIMARY KEY (organisation_id, resident_id)
                ) {strict}
                """,
                """
                CREATE INDEX identity_organisation_member_resident
                ON identity_organisation_member (resident_id)
                """,
            ]),
    ]
}
