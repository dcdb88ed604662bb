import CityKernel

/// A quasi-identifier ready for the search: what each value becomes on each level, and how much of
/// its meaning each level loses.
struct Generalisation: Sendable {
    let name: String
    /// Level → value's index → index of the coarser value in `names[level]`.
    let codes: [[Int32]]
    let names: [[String]]
    /// Level → the mean share of the domain that a row can no longer be told from (NCP): 0 to 1.
    let losses: [Double]

    /// - Throws: `Problem` that names a value that the hierarchy does not know.
    init(_ column: ReleaseTable.Column, _ hierarchy: Hierarchy) throws(Problem) {
        name = column.name
        var codes: [[Int32]] = []
        var names: [[String]] = []
        for level in 0..<hierarchy.levelCount {
            var known: [String: Int32] = [:]
            var texts: [String] = []
            var row: [Int32] = []
            for value in column.values {
                guard let coarse = hierarchy.value(value, level: level) else {
                    throw Problem(
                        .badRequestData, title: "A value has no place in its hierarchy",
                        detail: "The column \(column.name) has a value that its hierarchy lacks.",
                        remedy: "Add it to the hierarchy, or correct the table.",
                        places: [.init(place: column.name, message: "value \(row.count + 1)")])
                }
                if let code = known[coarse] {
                    row.append(code)
                } else {
                    known[coarse] = Int32(texts.count)
                    row.append(Int32(texts.count))
                    texts.append(coarse)
                }
            }
            codes.append(row)
            names.append(texts)
        }
        self.codes = codes
        self.names = names
        losses = Self.losses(column, codes, names)
    }

    private static func losses(
        _ column: ReleaseTable.Column, _ codes: [[Int32]], _ names: [[String]]
    ) -> [Double] {
        let different = column.values.count
        guard different > 1 else { return codes.map { _ in 0 } }
        var rows = [Int](repeating: 0, count: different)
        for code in column.codes { rows[Int(code)] += 1 }
        return codes.indices.map { level in
            var members = [Int](repeating: 0, count: names[level].count)
            for code in codes[level] { members[Int(code)] += 1 }
            var sum = 0.0
            for value in 0..<different {
                let share =
                    Double(members[Int(codes[level][value])] - 1) / Double(different - 1)
                sum += share * Double(rows[value])
            }
            return sum / Double(column.codes.count)
        }
    }
}
