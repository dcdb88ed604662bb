import JWTKit

/// How this city is known to an OpenID provider, such as the national デジタル認証アプリ.
package struct OpenIDSettings: Sendable {
    /// The provider's name for itself, `https://…`; its addresses are found below it.
    package var issuer: String
    package var clientID: String
    /// Where the provider sends people back to: the city's own address and `/my/callback`.
    package var redirectAddress: String
    package var scopes: [String]
    /// The city's own key; the provider knows the public half (`private_key_jwt`).
    var key: ES256PrivateKey
    package var keyID: String?

    /// - Parameter keyPEM: a private key of P-256.
    /// - Throws: an error of the key.
    package init(
        issuer: String, clientID: String, redirectAddress: String, scopes: [String] = ["openid"],
        keyPEM: String, keyID: String? = nil
    ) throws {
        self.issuer = issuer
        self.clientID = clientID
        self.redirectAddress = redirectAddress
        self.scopes = scopes
        self.key = try ES256PrivateKey(pem: keyPEM)
        self.keyID = keyID
    }

    /// How far the two clocks may differ.
    static let skew = Duration.seconds(60)
    /// How long somebody may stay at the provider.
    static let stay = Duration.seconds(600)
    /// Sign-ins that may be under way at once; the oldest give way.
    package static let pendingMax = 10_000
}

/// Why a resident could not be signed in. No case carries a secret or a person's data.
package enum SignInRefusal: Error, Sendable, Hashable {
    /// The provider is silent or answers what cannot be read.
    case unavailable(String)
    /// The person said no.
    case cancelled
    /// The way back belongs to no sign-in of this browser: it is too old, was used, or is another's.
    case unknownSignIn
    /// What the provider says does not hold; for the log.
    case invalid(String)
}

/// The way to the provider: HTTPS with limits of time and size.
package protocol OpenIDConnection: Sendable {
    /// - Returns: status and body, of at most 64 KiB.
    func get(_ address: String) async throws -> (status: Int, body: [UInt8])
    func post(
        _ address: String, form: [(name: String, value: String)]
    ) async throws -> (status: Int, body: [UInt8])
}
