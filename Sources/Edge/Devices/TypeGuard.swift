import CityKernel

/// Types that another service writes are closed to devices and imports: one writer per noun.
package struct TypeGuard: Sendable {
    private let owner: @Sendable (String) -> String?

    /// - Parameter owner: the service that writes a type; `nil` when it is free.
    package init(owner: @escaping @Sendable (String) -> String?) { self.owner = owner }

    /// - Throws: `Problem` naming the owner.
    func check(_ type: String) throws(Problem) {
        guard let owner = owner(type) else { return }
        throw SettingFault.problem(
            "entityType", "\(type) は \(owner) が書く種類です", remedy: "ほかの種類の名前にしてください。")
    }
}
