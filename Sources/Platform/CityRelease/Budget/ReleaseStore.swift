import CityKernel
import CityStore

/// The SQL of releases. Every function is one statement.
enum ReleaseStore {
    static func open(
        _ budget: ReleaseDefinition.Budget, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO release_budget (dataset, limit_thousandths, spent_thousandths, set_at)
            VALUES ($1, $2, 0, $3) ON CONFLICT (dataset) DO NOTHING
            """,
            [
                .text(budget.dataset), .integer(budget.limit.thousandths),
                .integer(transaction.now.microseconds),
            ])
    }

    static func find(
        _ dataset: String, in connection: any Connection
    ) throws -> BudgetLedger.Account? {
        try connection.first(
            """
            SELECT limit_thousandths, spent_thousandths FROM release_budget WHERE dataset = $1
            """, [.text(dataset)]
        ) {
            BudgetLedger.Account(dataset: dataset, limit: $0.integer(0), spent: $0.integer(1))
        }
    }

    static func set(_ account: BudgetLedger.Account, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE release_budget SET spent_thousandths = $2 WHERE dataset = $1",
            [.text(account.dataset), .integer(account.spent)])
    }

    static func enter(
        _ thousandths: Int64, dataset: String, release: String, definitionHash: String,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO release_spending (dataset, release, definition_hash, thousandths, at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .text(dataset), .text(release), .text(definitionHash), .integer(thousandths),
                .integer(transaction.now.microseconds),
            ])
    }
}
