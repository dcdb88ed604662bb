package import CityKernel
package import CityStore

/// 監査記録の木: the audit as a log that anyone can check (RFC 6962, C2SP tlog-checkpoint, tlog-tiles).
/// Signs its head, gives tiles and proofs, and keeps the cosignatures of witnesses.
package final class AuditLog: Sendable {
    /// Signed heads that are kept.
    package static let checkpointsMax = 10_000

    package let settings: AuditLogSettings
    let store: any Store
    let clock: any CityClock
    let signer: NoteSigner
    let witnessSigner: NoteSigner

    /// The store must have run `Identity.migrations`.
    package init(
        store: any Store, clock: any CityClock, secret: AuditSecret, settings: AuditLogSettings
    ) throws {
        self.store = store
        self.clock = clock
        self.settings = settings
        signer = try secret.signer(settings.origin, .log)
        witnessSigner = try secret.signer(settings.origin, .witness)
    }

    /// The key that neighbours and citizens check this city's checkpoints with.
    package var key: NoteKey { signer.key }
    /// The key of this city as a witness.
    package var witnessKey: NoteKey { witnessSigner.key }

    /// Hashes the lines that are older than the tree; without effect once there is one.
    package func open() async throws {
        if try await store.read({ try AuditStore.findTree(in: $0) }) == nil {
            _ = try await store.write { try AuditStore.openTree(in: $0) }
        }
    }

    // MARK: - Heads

    /// The newest signed head; `nil` before the first.
    package func checkpoint() async throws -> SignedCheckpoint? {
        try await store.read { try AuditStore.findCheckpoint(in: $0) }
    }

    /// Signs the head of the log unless the newest checkpoint is of this size already.
    /// - Throws: `AuditError.otherKey`: two keys under one name would be two logs.
    @discardableResult
    package func sign() async throws -> SignedCheckpoint {
        try await store.write { [signer] transaction in
            let tree = try AuditStore.openTree(in: transaction)
            if let last = try AuditStore.findCheckpoint(in: transaction) {
                let isOurs = last.note.isSigned(by: signer.key)
                guard isOurs || last.checkpoint.origin != signer.key.name else {
                    throw AuditError.otherKey(origin: signer.key.name)
                }
                if isOurs, last.checkpoint.size == tree.size { return last }
            }
            let checkpoint = Checkpoint(origin: signer.key.name, size: tree.size, root: tree.root)
            let note = SignedNote(
                text: checkpoint.text, signatures: [try signer.signature(of: checkpoint.text)])
            try AuditStore.add(checkpoint, note, in: transaction)
            try AuditStore.trimCheckpoints(kept: Self.checkpointsMax, in: transaction)
            return SignedCheckpoint(checkpoint, note, signedAt: transaction.now)
        }
    }

    /// Keeps those cosignatures of an answer that are right and of a configured witness.
    /// - Returns: how many were new.
    @discardableResult
    package func add(
        cosignatures lines: String, to signed: SignedCheckpoint
    ) async throws -> Int {
        let given = lines.split(separator: "\n").prefix(SignedNote.signaturesMax)
            .compactMap { SignedNote.Signature(line: $0) }
        let valid = given.filter { signature in
            let note = SignedNote(text: signed.note.text, signatures: [signature])
            return settings.witnesses.contains {
                Cosignature.time(of: note, by: $0.key) != nil
            }
        }
        guard !valid.isEmpty else { return 0 }
        return try await store.write { transaction in
            let size = signed.checkpoint.size
            guard
                let row = try AuditStore.listCheckpoints(from: size, limit: 1, in: transaction)
                    .first, row.size == size, var note = SignedNote(row.note)
            else { return 0 }
            var count = 0
            for signature in valid {
                let isThere = note.signatures.contains {
                    $0.name == signature.name && $0.keyID == signature.keyID
                }
                if !isThere, note.signatures.count < SignedNote.signaturesMax {
                    note.signatures.append(signature)
                    count += 1
                }
            }
            if count > 0 { try AuditStore.set(note, ofSize: size, in: transaction) }
            return count
        }
    }

    // MARK: - Proofs

    /// A line, its audit path and the signed head that it leads to.
    /// - Returns: `nil` while no checkpoint holds the line yet.
    /// - Throws: `AuditError.unknownEntry`, `.incompleteTree`.
    package func proof(of number: Int64) async throws -> AuditProof? {
        try await store.read { connection in
            guard let entry = try AuditStore.find(number, in: connection) else {
                throw AuditError.unknownEntry(number)
            }
            guard let newest = try AuditStore.findCheckpoint(in: connection),
                number < newest.checkpoint.size
            else { return nil }
            var tiles = AuditStore.tiles(in: connection)
            let path = try tiles.inclusionProof(of: number, size: newest.checkpoint.size)
            return AuditProof(entry: entry, path: path, signed: newest)
        }
    }

    /// - Returns: `nil` when the log is shorter than `size`.
    package func consistencyProof(from old: Int64, to size: Int64) async throws -> [[UInt8]]? {
        guard (0...size).contains(old) else { return nil }
        return try await store.read { connection in
            guard let tree = try AuditStore.findTree(in: connection), size <= tree.size else {
                return nil
            }
            var tiles = AuditStore.tiles(in: connection)
            return try tiles.consistencyProof(from: old, to: size)
        }
    }

    // MARK: - Tiles

    /// A tile as it is served: hashes one after the other. A partial tile is the beginning of a full
    /// one.
    /// - Parameter width: of a partial tile, 1 to 255; `nil` for the full tile.
    /// - Returns: `nil` for a tile that no signed head needs.
    package func tile(level: Int, number: Int64, width: Int64?) async throws -> [UInt8]? {
        guard (0..<8).contains(level), number >= 0,
            number <= Int64.max >> Int64(MerkleTiles.height * (level + 1))
        else { return nil }
        let count = width ?? MerkleTiles.width
        return try await store.read { connection in
            guard let signed = try AuditStore.findCheckpoint(in: connection) else { return nil }
            let available =
                signed.checkpoint.size >> Int64(MerkleTiles.height * level)
                - number * MerkleTiles.width
            guard count <= available else { return nil }
            let hashes = try AuditStore.hashes(
                level: level, from: number * MerkleTiles.width, limit: count, in: connection)
            return hashes.count == Int(count) ? hashes.flatMap(\.hash) : nil
        }
    }

    /// The lines of a tile of level 0, each after its length in two bytes. For those who may read
    /// the audit: the tree is public, its lines are not.
    package func bundle(number: Int64, width: Int64?) async throws -> [UInt8]? {
        guard number >= 0, number <= Int64.max >> Int64(MerkleTiles.height) else { return nil }
        let count = width ?? MerkleTiles.width
        return try await store.read { connection in
            guard let signed = try AuditStore.findCheckpoint(in: connection),
                number * MerkleTiles.width + count <= signed.checkpoint.size
            else { return nil }
            let lines = try AuditStore.list(
                from: number * MerkleTiles.width, limit: Int(count), in: connection)
            return lines.flatMap { line -> [UInt8] in
                let bytes = Array(line.canonical.utf8)
                return [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(bytes.count & 255)]
                    + bytes
            }
        }
    }
}
