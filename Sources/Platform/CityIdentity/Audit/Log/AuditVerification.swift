package import CityStore

/// Recomputes a log from its lines and believes nothing that is stored beside them: not the hashes,
/// not the edge, not the checkpoints. Holds one page of lines at a time.
package struct AuditVerification {
    /// Edited lines that are held to see whether two were swapped.
    private static let suspectsMax = 1_000

    private let store: any Store
    private let key: NoteKey?
    private let kept: [Checkpoint]

    private var report = AuditReport()
    private var tree = MerkleFrontier()
    private var suspects: [Suspect] = []
    /// Hashes of tiles that the lines gave, to be compared with the stored ones.
    private var upperHashes: [MerkleFrontier.TileHash] = []
    private var heads: [Checkpoint] = []
    private var lastGoodHead: Int64 = 0

    private struct Suspect {
        var entry: AuditEntry
        var storedHash: [UInt8]?
    }

    /// - Parameters:
    ///   - key: the log's own; `nil` leaves signatures out.
    ///   - kept: checkpoints that a citizen or a witness has kept, to be compared too.
    package init(store: any Store, key: NoteKey?, kept: [Checkpoint] = []) {
        self.store = store
        self.key = key
        self.kept = kept
    }

    /// - Parameter progress: 0...1.
    /// - Throws: `StoreError`. What is wrong with the log is in the report.
    package mutating func run(progress: (Double) -> Void = { _ in }) async throws -> AuditReport {
        let (size, edge) = try await store.read {
            try AuditStore.findRawTree(in: $0) ?? (0, [])
        }
        report.size = size
        try await loadHeads(size)
        compareHeads()
        while tree.size < size {
            try await checkPage(upTo: size)
            progress(Double(tree.size) / Double(max(size, 1)))
        }
        if tree.bytes != edge { report.add(.edgeChanged) }
        try await checkAfter(size)
        nameSuspects()
        for head in heads {
            report.add(
                .shortened(
                    lines: size..<max(head.size, size + 1),
                    checkpoint: head.size))
        }
        report.root = tree.root
        report.findings.sort { ($0.firstLine ?? .max) < ($1.firstLine ?? .max) }
        return report
    }

    // MARK: - Lines

    private mutating func checkPage(upTo size: Int64) async throws {
        let first = tree.size
        let count = min(size - first, Int64(AuditStore.pageMax))
        let (lines, hashes) = try await store.read { connection in
            (
                try AuditStore.list(from: first, limit: Int(count), in: connection),
                try AuditStore.hashes(level: 0, from: first, limit: count, in: connection)
            )
        }
        let byNumber = Dictionary(lines.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        let stored = Dictionary(hashes.map { ($0.number, $0.hash) }, uniquingKeysWith: { $1 })
        for number in first..<first + count {
            check(number, byNumber[number], stored[number])
            compareHeads()
        }
        try await checkUpperHashes()
    }

    private mutating func check(_ number: Int64, _ entry: AuditEntry?, _ stored: [UInt8]?) {
        let computed = entry?.leafHash
        if entry == nil {
            report.add(.removed(number))
        } else if let entry, computed != stored {
            if suspects.count < Self.suspectsMax {
                suspects.append(Suspect(entry: entry, storedHash: stored))
            } else {
                report.add(.edited(number))
            }
        }
        // What was written is the better guess where the line differs: the rest of the tree can then
        // be judged by itself.
        let leaf = stored ?? computed ?? MerkleHash.ofNothing
        upperHashes += tree.append(leaf: leaf).dropFirst()
    }

    private mutating func checkUpperHashes() async throws {
        let expected = upperHashes
        upperHashes.removeAll(keepingCapacity: true)
        let wrong = try await store.read { connection in
            try expected.filter { one in
                try AuditStore.hashes(
                    level: one.level, from: one.number, limit: 1, in: connection
                ).first?.hash != one.hash
            }
        }
        for one in wrong {
            let lines = Int64(1) << Int64(one.level * MerkleTiles.height)
            report.add(
                .hashChanged(
                    level: one.level, lines: one.number * lines..<(one.number + 1) * lines))
        }
    }

    /// Lines and hashes beyond the tree.
    private mutating func checkAfter(_ size: Int64) async throws {
        let lines = try await store.read {
            try AuditStore.list(from: size, limit: AuditReport.findingsMax, in: $0)
        }
        for line in lines { report.add(.added(line.number)) }
    }

    /// Two lines whose words, put back, give the stored hashes were swapped; the others were edited.
    private mutating func nameSuspects() {
        var isNamed = Set<Int64>()
        for (index, one) in suspects.enumerated() where !isNamed.contains(one.entry.number) {
            let partner = suspects[(index + 1)...].first {
                Self.isSwap(one, $0) && !isNamed.contains($0.entry.number)
            }
            if let partner {
                isNamed.insert(partner.entry.number)
                report.add(.swapped(one.entry.number, partner.entry.number))
            } else {
                report.add(.edited(one.entry.number))
            }
        }
    }

    private static func isSwap(_ one: Suspect, _ other: Suspect) -> Bool {
        var (back, forth) = (other.entry, one.entry)
        back.number = one.entry.number
        forth.number = other.entry.number
        return back.leafHash == one.storedHash && forth.leafHash == other.storedHash
    }

    // MARK: - Signed heads

    private mutating func loadHeads(_ size: Int64) async throws {
        var from: Int64 = 0
        while true {
            let start = from
            let page = try await store.read {
                try AuditStore.listCheckpoints(
                    from: start, limit: AuditStore.pageMax, in: $0)
            }
            for row in page {
                let signed = SignedCheckpoint(row.note)
                let isSigned = key.map { signed?.note.isSigned(by: $0) ?? false } ?? true
                // A log that got a new name keeps the heads of its old one.
                let isOurs = key == nil || signed?.checkpoint.origin == key?.name
                if let signed, signed.checkpoint.size == row.size, isSigned || !isOurs {
                    heads.append(signed.checkpoint)
                    report.checkpoints += 1
                } else {
                    report.add(.unsigned(checkpoint: row.size))
                }
                from = row.size + 1
            }
            if page.count < AuditStore.pageMax { break }
        }
        heads += kept
        heads.sort { $0.size > $1.size }
    }

    /// Compares the signed heads of the tree's present size, which stand last.
    private mutating func compareHeads() {
        while let head = heads.last, head.size <= tree.size {
            heads.removeLast()
            let size = head.size
            if head.root == tree.root {
                lastGoodHead = max(lastGoodHead, size)
            } else {
                let lines = min(lastGoodHead, max(size - 1, 0))..<max(size, 1)
                report.add(.rewritten(lines: lines, checkpoint: size))
            }
        }
    }
}
