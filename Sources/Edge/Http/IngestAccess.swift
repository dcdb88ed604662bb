import CityKernel
import HTTPTypes
import Hummingbird

/// Who may bring readings in.
package enum IngestAccess: Sendable {
    /// Anybody who reaches the door: only for a server that listens on loopback.
    case open
    /// Who shows `Authorization: Bearer <key>` or `X-Api-Key: <key>` that the check accepts.
    case bearer(@Sendable (_ key: String) async throws -> Bool)

    /// The longest key that is looked at.
    static let keyBytesMax = 512

    private static let keyHeader = HTTPField.Name("X-Api-Key")

    private static func key(of request: Request) -> String? {
        let prefix = "Bearer "
        if let header = request.headers[.authorization], header.hasPrefix(prefix) {
            return String(header.dropFirst(prefix.count))
        }
        return keyHeader.flatMap { request.headers[$0] }
    }

    func check(_ request: Request) async throws {
        guard case .bearer(let accepts) = self else { return }
        guard let key = Self.key(of: request) else {
            throw Problem(
                .unauthenticated, title: "A device key is needed",
                detail: "The request carries no bearer key.",
                remedy: "Send Authorization: Bearer with the key of your device.")
        }
        let isAccepted = key.utf8.count <= Self.keyBytesMax ? try await accepts(key) : false
        guard isAccepted else {
            throw Problem(
                .unauthenticated, title: "The device key is not valid",
                detail: "The key is unknown, revoked or expired.",
                remedy: "Ask the city's staff for a new key.")
        }
    }
}
