/// The right edge of a growing tree: the roots of its perfect subtrees, the largest first. It is all
/// that appending needs, at most 63 hashes however long the log.
package struct MerkleFrontier: Sendable, Hashable {
    /// A hash that tiles are made of: the root of `256^level` leaves from `number * 256^level` on.
    package struct TileHash: Sendable, Hashable {
        package var level: Int
        package var number: Int64
        package var hash: [UInt8]
    }

    /// How many leaves there are.
    package private(set) var size: Int64
    private var roots: [[UInt8]]

    package init() {
        size = 0
        roots = []
    }

    /// - Parameter bytes: as `bytes` gave them.
    /// - Returns: `nil` when there are not as many hashes as a tree of this size has.
    package init?(size: Int64, bytes: [UInt8]) {
        guard size >= 0, bytes.count == size.nonzeroBitCount * MerkleHash.byteCount else {
            return nil
        }
        self.size = size
        roots = stride(from: 0, to: bytes.count, by: MerkleHash.byteCount).map {
            Array(bytes[$0..<$0 + MerkleHash.byteCount])
        }
    }

    package var bytes: [UInt8] { Array(roots.joined()) }

    package var root: [UInt8] {
        guard var root = roots.last else { return MerkleHash.ofNothing }
        for left in roots.dropLast().reversed() { root = MerkleHash.node(left, root) }
        return root
    }

    /// Adds one leaf.
    /// - Returns: the hashes of tiles that are complete with it, its own first.
    package mutating func append(leaf: [UInt8]) -> [TileHash] {
        var complete = [TileHash(level: 0, number: size, hash: leaf)]
        var hash = leaf
        var height = 0
        var left = size
        while left & 1 == 1 {
            hash = MerkleHash.node(roots.removeLast(), hash)
            left >>= 1
            height += 1
            if height.isMultiple(of: MerkleTiles.height) {
                complete.append(
                    TileHash(level: height / MerkleTiles.height, number: left, hash: hash))
            }
        }
        roots.append(hash)
        size += 1
        return complete
    }
}
