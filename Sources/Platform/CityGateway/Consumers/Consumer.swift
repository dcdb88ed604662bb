package import CityKernel

/// 利用者: a program of a company, a school or a citizen that uses the city's APIs.
package struct Consumer: Sendable, Hashable {
    package var id: Int64
    /// The program's name.
    package var name: String
    package var organisation: String
    /// Where the city writes when something is wrong with it.
    package var contact: String
    package var createdAt: Timestamp
}

/// 契約: a consumer's right to a product, on a plan.
package struct ProductSubscription: Sendable, Hashable {
    package var consumerID: Int64
    /// `APIProduct.name`.
    package var product: String
    package var plan: RatePlan
    package var since: Timestamp
    /// `nil` while it holds.
    package var endedAt: Timestamp?
}
