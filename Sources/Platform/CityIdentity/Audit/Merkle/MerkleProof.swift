/// What a reader does who believes nobody: recomputes roots from proofs (RFC 9162, 2.1.3.2 and
/// 2.1.4.2).
package enum MerkleProof {
    /// The longest proof that a tree of 2^63 leaves needs.
    package static let hashesMax = 63

    /// Whether `leaf` stands at `index` in the tree of `size` leaves with `root`.
    package static func isIncluded(
        _ leaf: [UInt8], at index: Int64, size: Int64, path: [[UInt8]], root: [UInt8]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (place, last) = (index, size - 1)
        var hash = leaf
        for step in path {
            if last == 0 { return false }
            if place & 1 == 1 || place == last {
                hash = MerkleHash.node(step, hash)
                climb(&place, &last)
            } else {
                hash = MerkleHash.node(hash, step)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `old` leaves is the beginning of the tree of `size` leaves.
    package static func isConsistent(
        old: Int64, size: Int64, oldRoot: [UInt8], root: [UInt8], path: [[UInt8]]
    ) -> Bool {
        guard old >= 0, old <= size else { return false }
        if old == size { return path.isEmpty && oldRoot == root }
        if old == 0 { return path.isEmpty }
        // A perfect tree is its own first step.
        let steps = old.nonzeroBitCount == 1 ? [oldRoot] + path : path
        guard let first = steps.first else { return false }
        var (place, last) = (old - 1, size - 1)
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        var (oldHash, hash) = (first, first)
        for step in steps.dropFirst() {
            if last == 0 { return false }
            if place & 1 == 1 || place == last {
                oldHash = MerkleHash.node(step, oldHash)
                hash = MerkleHash.node(step, hash)
                climb(&place, &last)
            } else {
                hash = MerkleHash.node(hash, step)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && oldHash == oldRoot && hash == root
    }

    /// Up the edge, past the levels where the last node has no brother.
    private static func climb(_ place: inout Int64, _ last: inout Int64) {
        while place & 1 == 0, place != 0 {
            place >>= 1
            last >>= 1
        }
    }
}
