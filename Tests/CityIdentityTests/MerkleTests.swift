import CityIdentity
import Testing

struct MerkleTests {
    /// RFC 6962, 2.1, word by word: the measure of everything faster.
    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.isEmpty { return MerkleHash.ofNothing }
        if leaves.count == 1 { return leaves.first ?? [] }
        var left = 1
        while left * 2 < leaves.count { left *= 2 }
        let border = leaves.startIndex + left
        return MerkleHash.node(root(leaves[..<border]), root(leaves[border...]))
    }

    private static func leaves(_ count: Int) -> [[UInt8]] {
        (0..<count).map { MerkleHash.leaf(Array("\($0)".utf8)) }
    }

    /// A tree and the hashes that its store would hold.
    private struct Tree {
        var frontier = MerkleFrontier()
        var stored: [Int: [[UInt8]]] = [:]

        init(_ leaves: some Sequence<[UInt8]>) {
            for leaf in leaves {
                for hash in frontier.append(leaf: leaf) {
                    #expect(hash.number == Int64(stored[hash.level]?.count ?? 0))
                    stored[hash.level, default: []].append(hash.hash)
                }
            }
        }

        var tiles: MerkleTiles {
            MerkleTiles { [stored] level, number in
                Array((stored[level] ?? []).dropFirst(Int(number) * 256).prefix(256))
            }
        }
    }

    @Test("空の木と葉のハッシュは RFC 6962 の値になる")
    func knownHashes() {
        #expect(
            MerkleHash.ofNothing.lowercaseHexadecimal
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            MerkleHash.leaf([]).lowercaseHexadecimal
                == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }

    @Test("端だけを覚えて伸ばした木の根は、全部の葉から計算した根と同じ")
    func growth() {
        let leaves = Self.leaves(600)
        var frontier = MerkleFrontier()
        for (index, leaf) in leaves.enumerated() {
            #expect(frontier.root == Self.root(leaves[..<index]))
            let again = MerkleFrontier(size: frontier.size, bytes: frontier.bytes)
            #expect(again == frontier)
            _ = frontier.append(leaf: leaf)
        }
        #expect(MerkleFrontier(size: 3, bytes: Array(repeating: 0, count: 32)) == nil)
    }

    @Test("どの葉の包含証明も、どの大きさの木でも検証でき、少しでも違えば通らない")
    func inclusion() throws {
        let leaves = Self.leaves(70)
        var tiles = Tree(leaves).tiles
        for size in 1...leaves.count {
            let root = Self.root(leaves[..<size])
            #expect(try tiles.root(size: Int64(size)) == root)
            for index in 0..<size {
                let path = try tiles.inclusionProof(of: Int64(index), size: Int64(size))
                func holds(_ leaf: [UInt8], _ index: Int, _ path: [[UInt8]]) -> Bool {
                    MerkleProof.isIncluded(
                        leaf, at: Int64(index), size: Int64(size), path: path, root: root)
                }
                #expect(holds(leaves[index], index, path))
                #expect(!holds(MerkleHash.leaf([9, 9, 9]), index, path))
                #expect(!holds(leaves[index], index + 1, path))
                #expect(!holds(leaves[index], index, path + [root]))
                if !path.isEmpty { #expect(!holds(leaves[index], index, path.dropLast())) }
            }
        }
    }

    @Test("どの二つの大きさの間でも、前の木が後の木の始まりだと証明できる")
    func consistency() throws {
        let leaves = Self.leaves(70)
        var tiles = Tree(leaves).tiles
        let other = Self.root((Self.leaves(71).dropFirst())[...])
        for size in 0...leaves.count {
            let root = Self.root(leaves[..<size])
            for old in 0...size {
                let oldRoot = Self.root(leaves[..<old])
                let path = try tiles.consistencyProof(from: Int64(old), to: Int64(size))
                func holds(_ oldRoot: [UInt8], _ root: [UInt8], _ path: [[UInt8]]) -> Bool {
                    MerkleProof.isConsistent(
                        old: Int64(old), size: Int64(size), oldRoot: oldRoot, root: root,
                        path: path)
                }
                #expect(holds(oldRoot, root, path))
                if old > 0 {
                    #expect(!holds(other, root, path))
                    #expect(!holds(oldRoot, other, path))
                }
                #expect(!holds(oldRoot, root, path + [root]))
            }
        }
    }

    @Test("タイルの境目をまたぐ大きな木でも、証明は短く正しい")
    func largeTree() throws {
        let count = 66_000
        let leaves = Self.leaves(count)
        let tree = Tree(leaves)
        #expect(tree.stored.mapValues(\.count) == [0: count, 1: count / 256, 2: 1])
        var tiles = tree.tiles
        for size in [255, 256, 257, 65_535, 65_536, 65_537, count] {
            let root = Self.root(leaves[..<size])
            #expect(try tiles.root(size: Int64(size)) == root)
            for index in [0, 254, 255, size / 2, size - 1] where index < size {
                let path = try tiles.inclusionProof(of: Int64(index), size: Int64(size))
                #expect(path.count <= 17)
                #expect(
                    MerkleProof.isIncluded(
                        leaves[index], at: Int64(index), size: Int64(size), path: path,
                        root: root))
            }
        }
    }

    @Test("欠けたタイルからは証明を作らず、どこが欠けているか言う")
    func missingTile() {
        var tree = Tree(Self.leaves(600))
        tree.stored[1] = []
        var tiles = tree.tiles
        #expect(throws: AuditError.incompleteTree(level: 1, number: 0)) {
            try tiles.root(size: 600)
        }
    }
}
