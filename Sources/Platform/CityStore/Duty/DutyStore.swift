import CityKernel

/// Who does what only one process of a city may do at a time.
struct DutyStore: Sendable {
    let store: any Store
    let name: String
    /// Names this process.
    let owner: String

    static let migrations = [
        Migration(
            "store-0002-duty",
            [
                """
                CREATE TABLE store_duty (
                    name TEXT NOT NULL PRIMARY KEY,
                    owner TEXT NOT NULL,
                    held_until {integer} NOT NULL
                )
                """
            ])
    ]

    /// Takes the duty or keeps it.
    /// - Returns: until when it is ours; `nil` while another process has it.
    func claim(for span: Duration) async throws -> Timestamp? {
        let (name, owner) = (name, owner)
        return try await store.write { transaction in
            let now = transaction.now
            let until = now + span
            let taken = try transaction.execute(
                """
                INSERT INTO store_duty (name, owner, held_until) VALUES ($1, $2, $3)
                ON CONFLICT (name) DO UPDATE
                    SET owner = excluded.owner, held_until = excluded.held_until
                    WHERE store_duty.owner = excluded.owner OR store_duty.held_until <= $4
                """,
                [
                    .text(name), .text(owner), .integer(until.microseconds),
                    .integer(now.microseconds),
                ])
            return taken == 1 ? until : nil
        }
    }

    /// Lets the next process take it at once.
    func release() async throws {
        let (name, owner) = (name, owner)
        try await store.write { transaction in
            _ = try transaction.execute(
                "DELETE FROM store_duty WHERE name = $1 AND owner = $2",
                [.text(name), .text(owner)])
        }
    }
}
