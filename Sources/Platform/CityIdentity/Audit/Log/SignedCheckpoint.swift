package import CityKernel

/// A head of the log with its signatures.
package struct SignedCheckpoint: Sendable, Hashable {
    package let checkpoint: Checkpoint
    package let note: SignedNote
    /// When this city signed it; `nil` for one that came from elsewhere.
    package let signedAt: Timestamp?

    init(_ checkpoint: Checkpoint, _ note: SignedNote, signedAt: Timestamp?) {
        self.checkpoint = checkpoint
        self.note = note
        self.signedAt = signedAt
    }

    /// - Returns: `nil` for what is no checkpoint.
    package init?(_ text: String, signedAt: Timestamp? = nil) {
        guard let note = SignedNote(text), let checkpoint = Checkpoint(text: note.text) else {
            return nil
        }
        self.init(checkpoint, note, signedAt: signedAt)
    }

    /// When each of `witnesses` cosigned it.
    package func cosigned(by witnesses: [NoteKey]) -> [(witness: NoteKey, at: Timestamp?)] {
        witnesses.map { ($0, Cosignature.time(of: note, by: $0)) }
    }
}

/// A line with all that shows it to be in the log.
package struct AuditProof: Sendable, Hashable {
    package let entry: AuditEntry
    package let path: [[UInt8]]
    package let signed: SignedCheckpoint

    /// Recomputes the root from the line and compares it with the signed one.
    package func holds(for key: NoteKey) -> Bool {
        signed.note.isSigned(by: key) && signed.checkpoint.origin == key.name
            && MerkleProof.isIncluded(
                entry.leafHash, at: entry.number, size: signed.checkpoint.size, path: path,
                root: signed.checkpoint.root)
    }
}

/// What this city last cosigned for a neighbour.
package struct WitnessedLog: Sendable, Hashable {
    package var origin: String
    package var size: Int64
    package var root: [UInt8]
    package var cosignedAt: Timestamp
}
