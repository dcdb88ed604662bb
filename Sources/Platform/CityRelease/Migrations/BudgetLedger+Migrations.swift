package import CityStore

extension BudgetLedger {
    package static let migrations = [
        Migration(
            "release-0001-budget",
            [
                """
                CREATE TABLE release_budget (
                    dataset TEXT NOT NULL PRIMARY KEY,
                    limit_thousandths {integer} NOT NULL CHECK (limit_thousandths > 0),
                    spent_thousandths {integer} NOT NULL CHECK (
                        spent_thousandths BETWEEN 0 AND limit_thousandths),
                    set_at {integer} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE release_spending (
                    number {sequence},
                    dataset TEXT NOT NULL REFERENCES release_budget (dataset),
                    release TEXT NOT NULL,
                    definition_hash TEXT NOT NULL,
                    thousandths {integer} NOT NULL CHECK (thousandths > 0),
                    at {integer} NOT NULL
                ) {strict}
                """,
            ])
    ]
}
