package import CityKernel
import CityStore

/// How a rule failed, counted since it first did.
package struct RuleFailure: Sendable, Hashable {
    package var rule: String
    package var failures: Int
    package var lastFailedAt: Timestamp
    package var lastMessage: String
}

/// Rows of `broker_rule_failure`, one a rule, so that a rule that always fails fills no disk.
enum RuleFailureStore {
    static func record(
        _ rule: String, _ message: String, at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_rule_failure (rule, failures, last_failed_at, last_message)
            VALUES ($1, 1, $2, $3)
            ON CONFLICT (rule) DO UPDATE SET failures = broker_rule_failure.failures + 1,
                last_failed_at = excluded.last_failed_at, last_message = excluded.last_message
            """, [.text(rule), .integer(now.microseconds), .text(message)])
    }

    static func list(in connection: any Connection) throws -> [RuleFailure] {
        try connection.query(
            """
            SELECT rule, failures, last_failed_at, last_message FROM broker_rule_failure
            ORDER BY rule
            """
        ) {
            RuleFailure(
                rule: $0.text(0), failures: $0.int(1),
                lastFailedAt: Timestamp(microseconds: $0.integer(2)), lastMessage: $0.text(3))
        }
    }
}
