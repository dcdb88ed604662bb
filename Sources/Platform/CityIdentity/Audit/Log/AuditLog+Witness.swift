import CityKernel
import CityStore
import Foundation

/// What a witness answers (C2SP tlog-witness, add-checkpoint).
package enum WitnessAnswer: Sendable, Hashable {
    /// 200 with these lines.
    case cosigned(String)
    /// 400: the body is none of the protocol's, or the old size is beyond the new one.
    case unreadable
    /// 403: no signature of a key that this city knows for the log.
    case untrusted
    /// 404: nobody asked this city to be the log's witness.
    case unknownLog
    /// 409: the witness last cosigned this size.
    case otherSize(Int64)
    /// 409: the same size with another root. The log contradicts itself.
    case otherRoot
    /// 422: the new tree does not continue the one that was cosigned.
    case inconsistent
}

/// The body of `add-checkpoint`.
package struct WitnessRequest: Sendable, Hashable {
    package static let bytesMax = 128 * 1_024

    package var oldSize: Int64
    package var path: [[UInt8]]
    package var note: SignedNote

    package init(oldSize: Int64, path: [[UInt8]], note: SignedNote) {
        self.oldSize = oldSize
        self.path = path
        self.note = note
    }

    /// - Returns: `nil` for a body that is none of the protocol's.
    package init?(_ body: String) {
        guard body.utf8.count <= Self.bytesMax, let border = body.range(of: "\n\n"),
            let note = SignedNote(String(body[border.upperBound...]))
        else { return nil }
        let lines = body[..<border.lowerBound]
            .split(separator: "\n", omittingEmptySubsequences: false)
        let path = lines.dropFirst().compactMap { Data(base64Encoded: String($0)).map(Array.init) }
        guard let first = lines.first, first.hasPrefix("old "),
            let oldSize = Int64(decimal: first.dropFirst(4)), path.count == lines.count - 1,
            path.count <= MerkleProof.hashesMax,
            path.allSatisfy({ $0.count == MerkleHash.byteCount })
        else { return nil }
        self.init(oldSize: oldSize, path: path, note: note)
    }

    package var body: String {
        "old \(oldSize)\n" + path.map { Data($0).base64EncodedString() + "\n" }.joined() + "\n"
            + note.description
    }
}

extension AuditLog {
    /// Cosigns a neighbour's checkpoint, if it continues what this city cosigned last. What was seen
    /// is on disk before the answer leaves, and two requests never cross.
    package func addCheckpoint(_ body: String) async throws -> WitnessAnswer {
        guard let request = WitnessRequest(body),
            let checkpoint = Checkpoint(text: request.note.text)
        else { return .unreadable }
        let keys = settings.neighbours.filter { $0.name == checkpoint.origin }
        if keys.isEmpty { return .unknownLog }
        guard keys.contains(where: { request.note.isSigned(by: $0) }) else { return .untrusted }
        guard request.oldSize <= checkpoint.size else { return .unreadable }
        return try await store.write { [witnessSigner] transaction in
            let last = try AuditStore.findWitnessed(checkpoint.origin, in: transaction)
            guard request.oldSize == last?.size ?? 0 else {
                return .otherSize(last?.size ?? 0)
            }
            if let last, last.size == checkpoint.size, last.root != checkpoint.root {
                return .otherRoot
            }
            let isConsistent = MerkleProof.isConsistent(
                old: request.oldSize, size: checkpoint.size,
                oldRoot: last?.root ?? MerkleHash.ofNothing, root: checkpoint.root,
                path: request.path)
            guard isConsistent else { return .inconsistent }
            let seen = WitnessedLog(
                origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root,
                cosignedAt: transaction.now)
            try AuditStore.set(seen, request.note.description, in: transaction)
            let seconds = UInt64(max(transaction.now.microseconds / 1_000_000, 0))
            let signature = try witnessSigner.cosignature(of: request.note.text, at: seconds)
            return .cosigned(signature.line + "\n")
        }
    }

    /// What this city last cosigned, log by log.
    package func listWitnessed() async throws -> [(neighbour: NoteKey, seen: WitnessedLog?)] {
        let neighbours = settings.neighbours
        return try await store.read { connection in
            try neighbours.map {
                ($0, try AuditStore.findWitnessed($0.name, in: connection))
            }
        }
    }
}
