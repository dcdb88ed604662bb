package import CityKernel
import Crypto
import Foundation

/// The head of a tree as its log signs it (C2SP tlog-checkpoint): three lines.
package struct Checkpoint: Sendable, Hashable {
    package var origin: String
    package var size: Int64
    package var root: [UInt8]

    package init(origin: String, size: Int64, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// - Parameter text: of a note; lines beyond the third are the log's own and are passed over.
    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty,
            lines.dropLast().allSatisfy({ !$0.isEmpty }),
            let size = Int64(decimal: lines[1]),
            let root = Data(base64Encoded: String(lines[2])), root.count == MerkleHash.byteCount
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: Array(root))
    }

    package var text: String { "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n" }
}

extension Int64 {
    /// Digits without a sign and without leading zeros, as the formats of C2SP write sizes.
    package init?(decimal text: some StringProtocol) {
        guard let number = Int64(text), number >= 0, String(number) == text else { return nil }
        self = number
    }
}

// MARK: - Cosignatures

/// The signature of a witness under a checkpoint, with the time when it was given (C2SP
/// tlog-cosignature, Ed25519).
package enum Cosignature {
    static let timeByteCount = 8

    /// What the witness signs.
    static func message(_ text: String, at seconds: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n\(text)".utf8)
    }

    /// When `witness` cosigned the note; `nil` when it did not.
    package static func time(of note: SignedNote, by witness: NoteKey) -> Timestamp? {
        guard witness.purpose == .witness else { return nil }
        for signature in note.signatures where signature.isBy(witness) {
            guard signature.bytes.count > timeByteCount else { continue }
            let seconds = signature.bytes.prefix(timeByteCount).reduce(UInt64(0)) {
                $0 << 8 | UInt64($1)
            }
            guard seconds <= UInt64(Int64.max) else { continue }
            let message = message(note.text, at: seconds)
            if witness.isSignature(signature.bytes.dropFirst(timeByteCount), of: message) {
                return Timestamp(seconds: Int64(seconds))
            }
        }
        return nil
    }
}
