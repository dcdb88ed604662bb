package import CityIdentity
package import CityKernel

/// アクセストークン: opens a part of what its consumer uses, for a short time (RFC 6749, RFC 6750).
package struct AccessToken: Sendable {
    package static let life = Duration.hours(1)
    /// Alive at a time for one consumer; a further one ends the oldest.
    package static let aliveMax = 100

    /// Shown once.
    package var token: SecretToken
    package var expiresAt: Timestamp
    /// Products that it opens, as scopes name them: `context-read/v1`.
    package var scopes: [String]
}

/// How a client proves at the token endpoint who it is (RFC 6749 §2.3, RFC 7523 §2.2).
package enum ClientCredential: Sendable {
    /// One of the consumer's keys is the secret.
    case secret(client: String, SecretToken?)
    /// `private_key_jwt`; the client's id may be said beside it.
    case assertion(client: String?, String)
}

/// Why no token was given; `code` is that of RFC 6749 §5.2.
package struct TokenRefusal: Error, Sendable, Hashable {
    package enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case invalidScope = "invalid_scope"
    }

    package var code: Code
    /// What is wrong and how to mend it, in ASCII, as the RFC wants it.
    package var detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    static let unknownClient = TokenRefusal(
        .invalidClient, "The client is unknown, or its secret or assertion does not hold.")
}

extension Consumer {
    private static let clientPrefix = "consumer-"

    /// As OAuth names it: `consumer-7`.
    package var clientID: String { Self.clientID(id) }

    package static func clientID(_ id: Int64) -> String { clientPrefix + String(id) }

    static func id(ofClient text: String) -> Int64? {
        guard text.hasPrefix(clientPrefix) else { return nil }
        return Int64(text.dropFirst(clientPrefix.count))
    }
}
