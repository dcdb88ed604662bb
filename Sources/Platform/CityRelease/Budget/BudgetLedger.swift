import CityKernel
package import CityStore

/// 予算台帳: how much of each data set's privacy noisy counts have used. What is spent is on disk before
/// a count leaves, and spent for ever.
package enum BudgetLedger {
    package struct Account: Sendable, Hashable {
        package var dataset: String
        package var limit: Int64
        package var spent: Int64

        package var left: Int64 { limit - spent }
    }

    /// Takes `thousandths` from a data set's budget, in the transaction of the release.
    ///
    /// The first use sets the limit; afterwards it stands, whatever a definition says.
    /// - Returns: the account after it.
    /// - Throws: `Problem` of kind `conflict` when not so much is left, or another limit is asked.
    package static func spend(
        _ thousandths: Int64, of budget: ReleaseDefinition.Budget, release: String,
        definitionHash: String, in transaction: any Transaction
    ) throws -> Account {
        precondition(thousandths > 0, "a release that spends nothing asks for nothing")
        try ReleaseStore.open(budget, in: transaction)
        guard var account = try ReleaseStore.find(budget.dataset, in: transaction) else {
            preconditionFailure("an opened account is there")
        }
        guard account.limit == budget.limit.thousandths else {
            throw Problem(
                .conflict, title: "予算の上限は変えられません",
                detail: "\(budget.dataset) の上限は \(Epsilon.text(account.limit)) と決まっています。",
                remedy: "定義の上限をこの値に合わせてください。")
        }
        guard thousandths <= account.left else {
            throw Problem(
                .conflict, title: "プライバシー予算が足りません",
                detail: "\(budget.dataset) の残りは \(Epsilon.text(account.left))、"
                    + "求められたのは \(Epsilon.text(thousandths)) です。",
                remedy: "数を減らすか、イプシロンを小さくしてください。使い切った予算は戻りません。")
        }
        account.spent += thousandths
        try ReleaseStore.set(account, in: transaction)
        try ReleaseStore.enter(
            thousandths, dataset: budget.dataset, release: release,
            definitionHash: definitionHash, in: transaction)
        return account
    }

    /// - Returns: `nil` for a data set that nothing was released of.
    package static func find(
        _ dataset: String, in connection: any Connection
    ) throws -> Account? {
        try ReleaseStore.find(dataset, in: connection)
    }
}
