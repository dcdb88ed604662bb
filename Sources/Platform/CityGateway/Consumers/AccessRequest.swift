package import CityKernel

/// 利用申請: a vendor asks for a key; staff approve or refuse; the vendor fetches the key once.
package struct AccessRequest: Sendable, Hashable {
    package enum State: String, Sendable, Hashable { case waiting, approved, refused, claimed }

    /// So many may wait; one more is asked to come later.
    package static let waitingMax = 200
    package static let nameCharactersMax = 80
    package static let purposeCharactersMax = 600

    package var id: Int64 = 0
    package var name: String
    package var organisation: String
    package var contact: String
    package var purpose: String
    /// Names of the products asked for.
    package var products: [String]
    package var state = State.waiting
    package var askedAt = Timestamp(microseconds: 0)
    package var decidedAt: Timestamp?
    /// What staff say to a refusal; empty otherwise.
    package var answer = ""
    /// Once approved.
    package var consumerID: Int64?

    /// - Throws: `Problem` with a place for every field that does not do.
    package init(
        name: String, organisation: String, contact: String, purpose: String, products: [String]
    ) throws(Problem) {
        self.name = name
        self.organisation = organisation
        self.contact = contact
        self.purpose = purpose
        self.products = products
        let faults = Self.faults(self)
        guard faults.isEmpty else {
            throw Problem(
                .badRequestData, title: "The request is not complete",
                detail: "Nothing was kept.", remedy: "Correct the fields that are named.",
                places: faults.sorted { $0.key < $1.key }
                    .map { .init(place: $0.key, message: $0.value.english) })
        }
    }

    /// As the store has it.
    init(stored name: String, organisation: String, contact: String, purpose: String) {
        self.name = name
        self.organisation = organisation
        self.contact = contact
        self.purpose = purpose
        products = []
    }

    /// What is wrong with each field, in words for its form; empty when all is well.
    package static func faults(
        name: String, organisation: String, contact: String, purpose: String, products: [String]
    ) -> [String: LocalizedText] {
        var request = AccessRequest(
            stored: name, organisation: organisation, contact: contact, purpose: purpose)
        request.products = products
        return faults(request)
    }

    private static func faults(_ request: AccessRequest) -> [String: LocalizedText] {
        var faults: [String: LocalizedText] = [:]
        for (field, text, limit) in [
            ("name", request.name, nameCharactersMax),
            ("organisation", request.organisation, nameCharactersMax),
            ("purpose", request.purpose, purposeCharactersMax),
        ] where text.isEmpty || text.count > limit {
            faults[field] = LocalizedText(
                "1〜\(limit)字で書いてください。", easy: "\(limit)もじまでで 書いて ください。",
                en: "Write 1 to \(limit) characters.")
        }
        if !isMailAddress(request.contact) {
            faults["contact"] = LocalizedText(
                "メールアドレスを書いてください。例: dev@example.jp",
                easy: "メールアドレスを 書いて ください。れい: dev@example.jp",
                en: "Write a mail address. Example: dev@example.jp")
        }
        let isKnown = request.products.allSatisfy { APIProduct.find($0) != nil }
        if request.products.isEmpty || !isKnown {
            faults["products"] = LocalizedText(
                "使うAPIを一つ以上選んでください。", easy: "つかう ものを えらんで ください。",
                en: "Choose at least one API.")
        }
        return faults
    }

    private static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && text.count <= nameCharactersMax && !text.contains(where: \.isWhitespace)
    }
}
