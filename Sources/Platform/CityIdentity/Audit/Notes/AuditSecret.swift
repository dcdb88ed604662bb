import Crypto
import Foundation

/// The secret of a city's log: 32 random bytes in a file of its own. Two keys come of it, one that
/// signs the city's checkpoints and one that cosigns those of neighbours, so that neither signature
/// can be taken for the other.
package struct AuditSecret: Sendable {
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

    func signer(_ name: String, _ purpose: NoteKey.Purpose) throws -> NoteSigner {
        let words = purpose == .log ? "cityos audit log 1" : "cityos audit witness 1"
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), info: Array(words.utf8),
            outputByteCount: Self.byteCount)
        let key = try Curve25519.Signing.PrivateKey(
            rawRepresentation: seed.withUnsafeBytes { Array($0) })
        return NoteSigner(
            key: NoteKey(name, purpose, publicKey: Array(key.publicKey.rawRepresentation)),
            secret: key)
    }
}

extension AuditSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret: it may be part of something that is logged.
    package var description: String { "AuditSecret(…)" }
    package var debugDescription: String { description }
}

/// A key with its secret half.
struct NoteSigner: Sendable {
    let key: NoteKey
    fileprivate let secret: Curve25519.Signing.PrivateKey

    /// The log's own signature under a text.
    func signature(of text: String) throws -> SignedNote.Signature {
        precondition(key.purpose == .log, "a witness signs with a time")
        return SignedNote.Signature(
            name: key.name, keyID: key.id,
            bytes: Array(try secret.signature(for: Array(text.utf8))))
    }

    /// A witness's signature under a text.
    func cosignature(of text: String, at seconds: UInt64) throws -> SignedNote.Signature {
        precondition(key.purpose == .witness, "a log signs without a time")
        let time = (0..<Cosignature.timeByteCount).reversed().map {
            UInt8(truncatingIfNeeded: seconds >> (UInt64($0) * 8))
        }
        let signature = try secret.signature(for: Cosignature.message(text, at: seconds))
        return SignedNote.Signature(
            name: key.name, keyID: key.id, bytes: time + Array(signature))
    }
}
