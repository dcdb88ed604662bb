package import CityKernel

/// One line of the audit: who did what to which noun, and when. Ids and words of the program only;
/// no person's data.
package struct AuditEntry: Sendable, Hashable {
    package static let detailCharactersMax = 500

    /// Filled by the store.
    package var number: Int64 = 0
    package var at = Timestamp(microseconds: 0)
    /// `Principal.actor`.
    package var actor: String
    /// What was done, as `order.approve`.
    package var action: String
    /// The id of the noun that it was done to.
    package var noun: String
    package var detail: String

    package init(actor: String, action: String, noun: String, detail: String = "") {
        self.actor = actor
        self.action = action
        self.noun = noun
        self.detail = String(detail.prefix(Self.detailCharactersMax))
    }
}
