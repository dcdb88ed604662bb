package import CityKernel

/// 職員: an account of the city's staff.
package struct Staff: Sendable, Hashable {
    /// Random, so that it says nothing and may stand in audits.
    package var id: String
    package var login: String
    package var displayName: String
    package var duties: Set<Duty>
    /// A closed account keeps its history and cannot sign in.
    package var isActive: Bool
    /// The password was chosen by somebody else and must be changed first.
    package var mustChangePassword: Bool
    package var createdAt: Timestamp

    package var permissions: Set<Permission> {
        duties.reduce(into: []) { $0.formUnion($1.permissions) }
    }
}

/// A signed-in member of staff, as the request sees it.
package struct StaffSession: Sendable, Hashable {
    package var session: Session
    package var staff: Staff

    /// Names the session in lists; not the secret.
    package var id: Int64 { session.id }
}

/// The answer to a sign-in. `token` is the cookie's value and is not kept anywhere.
package struct SignedIn: Sendable, Hashable {
    package var token: SecretToken
    package var session: StaffSession
}

/// A new account whose password was made by the city and is shown once.
package struct NewStaff: Sendable, Hashable {
    package var staff: Staff
    package var password: String
}

/// What a sign-in form brings.
package struct Credentials: Sendable {
    package var login: String
    package var password: String
    /// Where the attempt comes from; kept only as a hash.
    package var address: String
    package var device: String

    package init(login: String, password: String, address: String, device: String = "") {
        self.login = login
        self.password = password
        self.address = address
        self.device = device
    }
}
