import CityKernel
import HTTPTypes
import Hummingbird

/// Who may bring readings in.
package enum IngestAccess: Sendable {
    /// Anybody who reaches the door: only for a server that listens on loopback.
    case open
    /// Who shows `Authorization: Bearer <key>` that the check accepts.
    case bearer(@Sendable (_ key: String) async throws -> Bool)

    /// The longest key that is looked at.
    static let keyBytesMax = 512

    func check(_ request: Request) async throws {
        guard case .bearer(let accepts) = self else { return }
        let prefix = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(prefix) else {
            throw Problem(
                .unauthenticated, title: "A device key is needed",
                detail: "The request carries no bearer key.",
                remedy: "Send Authorization: Bearer with the key of your device.")
        }
        let key = String(header.dropFirst(prefix.count))
        let isAccepted = key.utf8.count <= Self.keyBytesMax ? try await accepts(key) : false
        guard isAccepted else {
            throw Problem(
                .unauthenticated, title: "The device key is not valid",
                detail: "The key is unknown, revoked or expired.",
                remedy: "Ask the city's staff for a new key.")
        }
    }
}
