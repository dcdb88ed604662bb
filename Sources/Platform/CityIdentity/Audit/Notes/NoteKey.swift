import Crypto
import Foundation

/// The public half of a key that signs notes (C2SP signed-note), written `name+keyID+base64`.
package struct NoteKey: Sendable, Hashable {
    /// What the key signs; the byte stands before the key in its text.
    package enum Purpose: UInt8, Sendable, Hashable {
        /// Checkpoints of its own log: plain Ed25519.
        case log = 1
        /// Checkpoints of others: timestamped cosignatures.
        case witness = 4
    }

    package static let nameBytesMax = 255

    package let name: String
    package let purpose: Purpose
    package let publicKey: [UInt8]

    /// - Precondition: `isName(name)`.
    init(_ name: String, _ purpose: Purpose, publicKey: [UInt8]) {
        precondition(Self.isName(name), "a key's name has no blanks and no plus sign")
        self.name = name
        self.purpose = purpose
        self.publicKey = publicKey
    }

    /// - Returns: `nil` for a text that is no such key, or whose key ID is another key's.
    package init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isName(String(parts[0])),
            let data = Data(base64Encoded: String(parts[2])), data.count == 33,
            let purpose = data.first.flatMap(Purpose.init)
        else { return nil }
        name = String(parts[0])
        self.purpose = purpose
        publicKey = Array(data.dropFirst())
        guard id.lowercaseHexadecimal == parts[1] else { return nil }
    }

    /// Four bytes that tell this key from others of the same name.
    package var id: [UInt8] {
        Array(SHA256.hash(data: Array(name.utf8) + [10, purpose.rawValue] + publicKey).prefix(4))
    }

    package var text: String {
        let key = Data([purpose.rawValue] + publicKey).base64EncodedString()
        return "\(name)+\(id.lowercaseHexadecimal)+\(key)"
    }

    func isSignature(_ signature: some DataProtocol, of message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }

    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameBytesMax
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+"
                    && $0.properties.generalCategory != .control
            }
    }
}

extension Sequence<UInt8> {
    package var lowercaseHexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
