package import CityKernel

/// 住民: somebody with an own account, known to the city only as the same person as last time.
/// Name, birthday and address are no part of it.
package struct Resident: Sendable, Hashable {
    /// Random, so that it says nothing and may stand in audits.
    package var id: String
    package var createdAt: Timestamp
}

/// A signed-in resident, as the request sees it.
package struct ResidentSession: Sendable, Hashable {
    package var session: Session
    package var resident: Resident

    package var id: Int64 { session.id }
}

/// The answer to a resident's sign-in. `token` is the cookie's value and is not kept anywhere.
package struct SignedInResident: Sendable, Hashable {
    package var token: SecretToken
    package var session: ResidentSession
}

/// Who an issuer says that somebody is: its word for this person, made for this city alone
/// (pairwise).
package struct ResidentProof: Sendable, Hashable {
    package var issuer: String
    package var subject: String

    package init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}
