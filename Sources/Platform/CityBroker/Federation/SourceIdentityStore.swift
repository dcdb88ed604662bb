import CityKernel
import CityStore

/// The pseudonym under which this city is known to its neighbours, the same for every process on its
/// database and after every restart: it tells a question that comes back from a new one.
enum SourceIdentityStore {
    static func alias(
        or fresh: String, in transaction: any Transaction
    ) throws -> String {
        try transaction.execute(
            """
            INSERT INTO broker_identity (name, value) VALUES ('alias', $1)
            ON CONFLICT (name) DO NOTHING
            """, [.text(fresh)])
        return try transaction.first(
            "SELECT value FROM broker_identity WHERE name = 'alias'"
        ) { $0.text(0) } ?? fresh
    }
}
