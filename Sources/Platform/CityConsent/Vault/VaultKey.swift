package import CityIdentity
import Crypto
import Foundation

/// The secret under which every person's own key lies: 32 random bytes in a file of its own.
package struct VaultKey: Sendable {
    private static let byteCount = 32

    private let bytes: [UInt8]

    package init(random: RandomSource = .system) { bytes = random.bytes(Self.byteCount) }

    /// - Returns: `nil` for a text that `text` never gives.
    package init?(_ text: String) {
        guard let data = Data(base64Encoded: text), data.count == Self.byteCount else { return nil }
        bytes = Array(data)
    }

    /// For its file alone.
    package var text: String { Data(bytes).base64EncodedString() }

    var symmetric: SymmetricKey { SymmetricKey(data: bytes) }
}

extension VaultKey: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret: it may be part of something that is logged.
    package var description: String { "VaultKey(…)" }
    package var debugDescription: String { description }
}
