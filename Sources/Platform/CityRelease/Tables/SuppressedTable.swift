/// A table of counts with sums, in which small cells are left out, and others with them so that the
/// small ones cannot be computed from the sums (秘匿と補完秘匿).
///
/// With all sums published, a cell that is left out can be computed exactly if and only if it is a
/// bridge of the graph whose corners are the lines and columns and whose edges are the cells left out:
/// cells are therefore added until there is no bridge.
package struct SuppressedTable: Sendable, Hashable {
    package static let cellsMax = 100_000

    package enum Cell: Sendable, Hashable {
        case count(Int)
        /// Left out because it is small.
        case primary
        /// Left out to hide another.
        case complementary
    }

    package let rowNames: [String]
    package let columnNames: [String]
    package private(set) var cells: [[Cell]]
    package let rowSums: [Int]
    package let columnSums: [Int]
    private let counts: [[Int]]

    /// - Parameter threshold: counts from 1 up to this, without it, are left out.
    /// - Precondition: `counts` has a row for each row name, with a count for each column name.
    package init(
        _ counts: [[Int]], rowNames: [String], columnNames: [String], threshold: Int
    ) {
        precondition(
            counts.count == rowNames.count && counts.allSatisfy { $0.count == columnNames.count },
            "the table is whole")
        self.counts = counts
        self.rowNames = rowNames
        self.columnNames = columnNames
        rowSums = counts.map { $0.reduce(0, +) }
        columnSums = columnNames.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
        cells = counts.map { $0.map { $0 > 0 && $0 < threshold ? .primary : .count($0) } }
        while let (row, column) = findBridge() {
            guard hide(row, column) else { break }
        }
    }

    /// Whether no cell that is left out follows from the others.
    package var isSafe: Bool { findBridge() == nil }

    package var hiddenCount: (primary: Int, complementary: Int) {
        let all = cells.joined()
        return (all.count { $0 == .primary }, all.count { $0 == .complementary })
    }

    private func isHidden(_ row: Int, _ column: Int) -> Bool {
        if case .count = cells[row][column] { false } else { true }
    }

    /// Closes a ring through the cell at the least cost: a cell beside it, one above or below it, and
    /// the one across.
    private mutating func hide(_ row: Int, _ column: Int) -> Bool {
        var best: (cost: Int, row: Int, column: Int)?
        for other in rowNames.indices where other != row {
            for beside in columnNames.indices where beside != column {
                let sum = cost(row, beside) + cost(other, column) + cost(other, beside)
                if sum < best?.cost ?? .max { best = (sum, other, beside) }
            }
        }
        guard let best else { return false }
        for (one, other) in [
            (row, best.column), (best.row, column), (best.row, best.column),
        ] where !isHidden(one, other) {
            cells[one][other] = .complementary
        }
        return true
    }

    /// A cell without anybody hides nothing that is not known: it is taken last.
    private func cost(_ row: Int, _ column: Int) -> Int {
        if isHidden(row, column) { return 0 }
        let count = counts[row][column]
        return count == 0 ? 1_000_000_000 : count
    }

    // MARK: - Bridges

    /// A cell whose removal would part its line from its column (Tarjan's low points).
    private func findBridge() -> (row: Int, column: Int)? {
        let rows = rowNames.count
        var neighbours = [[Int]](repeating: [], count: rows + columnNames.count)
        for row in cells.indices {
            for column in cells[row].indices where isHidden(row, column) {
                neighbours[row].append(rows + column)
                neighbours[rows + column].append(row)
            }
        }
        var order = [Int](repeating: -1, count: neighbours.count)
        var low = order
        var clock = 0
        for start in neighbours.indices where order[start] < 0 {
            var path = [(corner: start, from: -1, next: 0)]
            order[start] = clock
            low[start] = clock
            clock += 1
            while let top = path.last {
                if top.next < neighbours[top.corner].count {
                    path[path.count - 1].next += 1
                    let to = neighbours[top.corner][top.next]
                    if to == top.from { continue }
                    if order[to] >= 0 {
                        low[top.corner] = min(low[top.corner], order[to])
                    } else {
                        order[to] = clock
                        low[to] = clock
                        clock += 1
                        path.append((to, top.corner, 0))
                    }
                } else {
                    path.removeLast()
                    guard let above = path.last else { continue }
                    low[above.corner] = min(low[above.corner], low[top.corner])
                    if low[top.corner] > order[above.corner] {
                        let (one, other) = (
                            min(above.corner, top.corner), max(above.corner, top.corner)
                        )
                        return (one, other - rows)
                    }
                }
            }
        }
        return nil
    }

    /// As CSV with sums; what is left out is `X`.
    package func csv(corner: String, sum: String) -> String {
        var text = ReleaseCSV.line([corner] + columnNames + [sum])
        for (row, name) in rowNames.enumerated() {
            let shown = cells[row].map { cell in
                if case .count(let count) = cell { String(count) } else { "X" }
            }
            text += ReleaseCSV.line([name] + shown + [String(rowSums[row])])
        }
        let total = rowSums.reduce(0, +)
        return text + ReleaseCSV.line([sum] + columnSums.map { String($0) } + [String(total)])
    }
}
