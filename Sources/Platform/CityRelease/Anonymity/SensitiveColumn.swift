/// A sensitive column for l-diversity and t-closeness.
struct SensitiveColumn: Sendable {
    struct Measured {
        /// By class: how many different values.
        var diversity: [Int]
        /// By class: earth mover's distance from all rows that stay.
        var distance: [Double]
    }

    let name: String
    /// For each row the rank of its value.
    let ranks: [Int32]
    let valueCount: Int
    /// Numbers are compared by their order (ordered distance), words as equally far from each other
    /// (equal distance): Li, Li and Venkatasubramanian 2007.
    let isOrdered: Bool

    init(_ column: ReleaseTable.Column) {
        name = column.name
        valueCount = column.values.count
        let numbers = column.values.map { Double($0) }
        let order: [Int]
        if numbers.allSatisfy({ $0 != nil }) {
            isOrdered = true
            order = column.values.indices.sorted { (numbers[$0] ?? 0) < (numbers[$1] ?? 0) }
        } else {
            isOrdered = false
            order = Array(column.values.indices)
        }
        var rank = [Int32](repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { rank[index] = Int32(place) }
        ranks = column.codes.map { rank[Int($0)] }
    }

    /// - Parameters:
    ///   - classes: for each row the number of its class.
    ///   - isKept: by class; the others count neither alone nor in the whole.
    func measure(_ classes: [Int32], count: Int, isKept: [Bool]) -> Measured {
        var whole = [Int](repeating: 0, count: valueCount)
        // Rows of each class stand together: counting needs one small array at a time.
        var starts = [Int](repeating: 0, count: count + 1)
        for number in classes { starts[Int(number) + 1] += 1 }
        for number in 0..<count { starts[number + 1] += starts[number] }
        var next = starts
        var sorted = [Int32](repeating: 0, count: classes.count)
        for (row, number) in classes.enumerated() {
            sorted[next[Int(number)]] = ranks[row]
            next[Int(number)] += 1
            if isKept[Int(number)] { whole[Int(ranks[row])] += 1 }
        }
        let total = Double(max(whole.reduce(0, +), 1))
        let shares = whole.map { Double($0) / total }
        var measured = Measured(
            diversity: Array(repeating: 0, count: count),
            distance: Array(repeating: 0, count: count))
        var counts = [Int](repeating: 0, count: valueCount)
        for number in 0..<count where isKept[number] {
            let rows = sorted[starts[number]..<starts[number + 1]]
            for rank in rows { counts[Int(rank)] += 1 }
            measured.diversity[number] = counts.count { $0 > 0 }
            measured.distance[number] = distance(counts, of: rows.count, from: shares)
            for rank in rows { counts[Int(rank)] = 0 }
        }
        return measured
    }

    private func distance(_ counts: [Int], of size: Int, from shares: [Double]) -> Double {
        let size = Double(size)
        if isOrdered {
            let present = shares.count { $0 > 0 }
            guard present > 1 else { return 0 }
            var (sum, carried) = (0.0, 0.0)
            for rank in 0..<valueCount {
                carried += Double(counts[rank]) / size - shares[rank]
                sum += abs(carried)
            }
            return sum / Double(present - 1)
        }
        var sum = 0.0
        for rank in 0..<valueCount { sum += abs(Double(counts[rank]) / size - shares[rank]) }
        return sum / 2
    }
}
