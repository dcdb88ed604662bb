import CityKernel
import CityStore
import Synchronization

/// Rows of `broker_expiry`: when something is to be looked at because its storage ends.
enum ExpiryStore {
    struct Reminder {
        var at: Int64
        var key: AttributeKey
    }

    static func add(
        _ at: Timestamp, _ key: AttributeKey, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_expiry (at, entity, name, dataset) VALUES ($1, $2, $3, $4)
            ON CONFLICT (at, entity, name, dataset) DO NOTHING
            """, [.integer(at.microseconds)] + key.values)
    }

    static func remove(_ reminder: Reminder, in connection: any Connection) throws {
        try connection.execute(
            """
            DELETE FROM broker_expiry
            WHERE at = $1 AND entity = $2 AND name = $3 AND dataset = $4
            """, [.integer(reminder.at)] + reminder.key.values)
    }

    static func listDue(
        at now: Timestamp, limit: Int, in connection: any Connection
    ) throws -> [Reminder] {
        try connection.query(
            """
            SELECT at, entity, name, dataset FROM broker_expiry WHERE at <= $1
            ORDER BY at LIMIT $2
            """, [.integer(now.microseconds), SQLValue(limit)]
        ) {
            Reminder(
                at: $0.integer(0),
                key: AttributeKey(
                    entity: $0.integer(1), name: $0.integer(2), dataset: $0.integer(3)))
        }
    }

    static func first(in connection: any Connection) throws -> Timestamp? {
        try connection.first("SELECT at FROM broker_expiry ORDER BY at LIMIT 1", []) {
            Timestamp(microseconds: $0.integer(0))
        }
    }
}

/// When the next storage ends, so that readers need not ask the database.
final class ExpiryBook: Sendable {
    /// How long another process's reminder may stay unknown here.
    static let staleMax = Duration.seconds(1)

    private struct State {
        var next: Timestamp?
        /// `nil` until the database was asked.
        var askedAt: Timestamp?
    }

    private let state = Mutex(State())
    private let isShared: Bool

    /// - Parameter isShared: whether other processes write the same database.
    init(isShared: Bool) { self.isShared = isShared }

    enum Answer { case nothing, due, unknown }

    func look(at now: Timestamp) -> Answer {
        state.withLock { state in
            if let next = state.next, next <= now { return .due }
            guard let askedAt = state.askedAt else { return .unknown }
            return isShared && askedAt + Self.staleMax <= now ? .unknown : .nothing
        }
    }

    func note(_ at: Timestamp) {
        state.withLock { state in
            state.next = min(state.next ?? at, at)
        }
    }

    /// What the database said; reminders noted meanwhile stay.
    func learn(_ next: Timestamp?, at now: Timestamp, isComplete: Bool) {
        state.withLock { state in
            state.askedAt = now
            if isComplete {
                state.next = next
            } else if let next {
                state.next = min(state.next ?? next, next)
            }
        }
    }
}

extension AttributeKey {
    /// Stands for a whole entity in `broker_expiry`.
    init(ofEntity entity: Int64) {
        self.init(entity: entity, name: NameStore.none, dataset: NameStore.none)
    }
}
