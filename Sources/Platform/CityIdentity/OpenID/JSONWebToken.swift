package import CityKernel
import Foundation

/// What a compact JSON Web Token says before anybody has checked its signature (RFC 7519 §3).
package enum JSONWebToken {
    package enum Part: Int { case header, claims }

    /// - Returns: `nil` for what is no token of three parts, or holds no JSON there.
    package static func read(_ part: Part, of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let text = String(parts[part.rawValue])
        let padded =
            text.replacing("-", with: "+").replacing("_", with: "/")
            + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        // What is not JSON says nothing.
        return Data(base64Encoded: padded).flatMap { try? JSONValue(parsing: Array($0)) }
    }
}
