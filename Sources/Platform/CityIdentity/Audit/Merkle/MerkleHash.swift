import Crypto

/// SHA-256 hashes of the tree of RFC 6962 (section 2.1): leaves and nodes begin with different bytes,
/// so that no node passes for a leaf.
package enum MerkleHash {
    package static let byteCount = 32

    /// The root of a tree without leaves.
    package static let ofNothing = Array(SHA256.hash(data: [UInt8]()))

    package static func leaf(_ entry: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: [0])
        hash.update(data: entry)
        return Array(hash.finalize())
    }

    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var joined: [UInt8] = [1]
        joined.reserveCapacity(1 + 2 * byteCount)
        joined += left
        joined += right
        return Array(SHA256.hash(data: joined))
    }
}
