import CityKernel

/// The graph of who writes and reads what, laid out in columns from the sources to the readers.
///
/// Pure: the page 「データの流れ」 and its picture are drawn from it.
package struct DataFlow: Sendable, Hashable {
    package enum Node: Sendable, Hashable {
        case service(String)
        case noun(String)
    }

    package struct Placed: Sendable, Hashable {
        package var node: Node
        /// Both count from 0.
        package var column: Int
        package var row: Int
    }

    package struct Edge: Sendable, Hashable {
        package var from: Node
        package var to: Node
    }

    package private(set) var nodes: [Placed]
    package private(set) var edges: [Edge]
    package private(set) var columns: Int
    package private(set) var rows: Int

    package init(_ registry: Registry) {
        edges = registry.manifests.flatMap { manifest -> [Edge] in
            let service = Node.service(manifest.id)
            return manifest.writes.sorted().map { Edge(from: service, to: .noun($0)) }
                + manifest.reads.subtracting(manifest.writes).sorted()
                .map { Edge(from: .noun($0), to: service) }
        }
        let all =
            registry.manifests.map { Node.service($0.id) } + registry.nouns.map(Node.noun)
        let column = Self.columns(all, edges)
        columns = (column.values.max() ?? 0) + 1
        nodes = []
        var place: [Node: Double] = [:]
        for index in 0..<columns {
            let layer = Self.ordered(all.filter { column[$0] == index }, edges, after: place)
            for (row, node) in layer.enumerated() {
                nodes.append(Placed(node: node, column: index, row: row))
                place[node] = Double(row) - Double(layer.count - 1) / 2
            }
        }
        rows = (nodes.map(\.row).max() ?? -1) + 1
    }

    /// A layer in the order of the mean place of what leads to each node, so that few arrows cross.
    private static func ordered(
        _ layer: [Node], _ edges: [Edge], after place: [Node: Double]
    ) -> [Node] {
        let wish = Dictionary(
            uniqueKeysWithValues: layer.map { node in
                let sources = edges.filter { $0.to == node }.compactMap { place[$0.from] }
                return (node, sources.reduce(0, +) / Double(max(sources.count, 1)))
            })
        return layer.enumerated().sorted { left, right in
            let (first, second) = (wish[left.element] ?? 0, wish[right.element] ?? 0)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// The longest way from a source, bounded by the number of nodes so that a service which reads
    /// and writes in a loop still gets a place.
    private static func columns(_ nodes: [Node], _ edges: [Edge]) -> [Node: Int] {
        var column = Dictionary(uniqueKeysWithValues: nodes.map { ($0, 0) })
        for _ in 0..<min(nodes.count, 16) {
            var moved = false
            for edge in edges {
                let wanted = (column[edge.from] ?? 0) + 1
                if wanted > (column[edge.to] ?? 0), wanted < nodes.count {
                    column[edge.to] = wanted
                    moved = true
                }
            }
            if !moved { break }
        }
        return column
    }
}
