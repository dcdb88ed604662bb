import Crypto

/// The proof that a form was made by us for this session: HMAC-SHA256 under the session's own
/// secret, so every process of the city can check it and nothing is stored.
package enum CSRFToken {
    /// The name of the hidden field.
    package static let fieldName = "csrf"

    package static func make(for session: SecretToken) -> String {
        SecretToken.base64URL(Array(code(session)))
    }

    /// Compares in constant time.
    package static func matches(_ text: String, for session: SecretToken) -> Bool {
        isEqual(Array(text.utf8), Array(make(for: session).utf8))
    }

    private static func code(_ session: SecretToken) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(
            for: Array("cityos form 1".utf8), using: SymmetricKey(data: Array(session.text.utf8)))
    }
}

/// Takes the same time wherever two texts of one length differ.
func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
