/// Proofs from tiles: rows of 256 hashes of one level (C2SP tlog-tiles). A proof reads a tile or two
/// of each level, whatever the size of the log.
package struct MerkleTiles {
    /// Levels of the tree between two levels of tiles.
    package static let height = 8
    /// Hashes in a full tile.
    package static let width: Int64 = 256

    /// Gives the stored hashes of one tile in order; the last tile of a level may have fewer.
    package typealias Loader = (_ level: Int, _ number: Int64) throws -> [[UInt8]]

    private struct Key: Hashable {
        var level: Int
        var number: Int64
    }

    private let load: Loader
    private var loaded: [Key: [[UInt8]]] = [:]

    package init(_ load: @escaping Loader) { self.load = load }

    /// The root of the first `size` leaves.
    /// - Throws: `AuditError.incompleteTree`, or what the loader throws.
    package mutating func root(size: Int64) throws -> [UInt8] {
        size == 0 ? MerkleHash.ofNothing : try root(from: 0, count: size)
    }

    /// The audit path of a leaf in the tree of the first `size` leaves (RFC 6962, 2.1.1).
    /// - Precondition: `0 <= index < size`.
    package mutating func inclusionProof(of index: Int64, size: Int64) throws -> [[UInt8]] {
        precondition((0..<size).contains(index), "the leaf is in the tree")
        var path: [[UInt8]] = []
        var (start, count) = (Int64(0), size)
        while count > 1 {
            let left = Self.largestPower(below: count)
            if index - start < left {
                path.append(try root(from: start + left, count: count - left))
                count = left
            } else {
                path.append(try root(from: start, count: left))
                start += left
                count -= left
            }
        }
        return path.reversed()
    }

    /// The proof that the first `old` leaves are the beginning of the first `size` (RFC 6962, 2.1.2).
    /// - Precondition: `0 <= old <= size`.
    package mutating func consistencyProof(from old: Int64, to size: Int64) throws -> [[UInt8]] {
        precondition((0...size).contains(old), "the older tree is not larger")
        guard old > 0, old < size else { return [] }
        var path: [[UInt8]] = []
        var (start, count, rest) = (Int64(0), size, old)
        var isWhole = true
        while rest != count {
            let left = Self.largestPower(below: count)
            if rest <= left {
                path.append(try root(from: start + left, count: count - left))
                count = left
            } else {
                path.append(try root(from: start, count: left))
                start += left
                count -= left
                rest -= left
                isWhole = false
            }
        }
        if !isWhole { path.append(try root(from: start, count: count)) }
        return path.reversed()
    }

    /// The root of `count` leaves from `start` on, which is where a subtree of that size begins.
    private mutating func root(from start: Int64, count: Int64) throws -> [UInt8] {
        guard count.nonzeroBitCount > 1 else {
            let height = count.trailingZeroBitCount
            return try perfectRoot(height: height, number: start >> Int64(height))
        }
        let left = Self.largestPower(below: count)
        return MerkleHash.node(
            try root(from: start, count: left), try root(from: start + left, count: count - left))
    }

    private mutating func perfectRoot(height: Int, number: Int64) throws -> [UInt8] {
        let level = height / Self.height
        let count = Int64(1) << Int64(height % Self.height)
        let first = number * count
        var hashes = try tile(level, first / Self.width)
        let from = Int(first % Self.width)
        guard hashes.count >= from + Int(count) else {
            throw AuditError.incompleteTree(level: level, number: first)
        }
        hashes = Array(hashes[from..<from + Int(count)])
        while hashes.count > 1 {
            hashes = stride(from: 0, to: hashes.count, by: 2).map {
                MerkleHash.node(hashes[$0], hashes[$0 + 1])
            }
        }
        return hashes[0]
    }

    private mutating func tile(_ level: Int, _ number: Int64) throws -> [[UInt8]] {
        let key = Key(level: level, number: number)
        if let known = loaded[key] { return known }
        let hashes = try load(level, number)
        loaded[key] = hashes
        return hashes
    }

    /// The largest power of two that is smaller than `count`, which is at least 2.
    private static func largestPower(below count: Int64) -> Int64 {
        Int64(1) << Int64(63 - (count - 1).leadingZeroBitCount)
    }
}
