import CityKernel

/// Full-domain generalisation: one level for each quasi-identifier, the same for all rows, found by a
/// search over the lattice of levels from the least loss to the most (Samarati; El Emam's OLA looks
/// through the same lattice). Rows of classes that do not reach what is asked are left out, as long
/// as the definition allows so many.
struct LatticeSearch {
    static let nodesMax = 20_000

    struct Result: Sendable {
        var levels: [Int]
        /// Whether each row stays.
        var isKept: [Bool]
        /// For each row the number of its class.
        var classes: [Int32]
        var report: AnonymityReport
        var loss: Double
        /// Levels that were tried.
        var tried: Int
    }

    let quasi: [Generalisation]
    let rowCodes: [[Int32]]
    let sensitive: [SensitiveColumn]
    let goal: AnonymityGoal
    let rowCount: Int

    init(
        _ table: ReleaseTable, quasi: [Generalisation], sensitive: [SensitiveColumn],
        goal: AnonymityGoal
    ) {
        self.quasi = quasi
        self.sensitive = sensitive
        self.goal = goal
        rowCount = table.rowCount
        rowCodes = quasi.map { one in table.column(one.name)?.codes ?? [] }
    }

    /// - Throws: `Problem` when no level reaches the goal, or there are too many to try.
    func run() throws(Problem) -> Result {
        let nodes = try listNodes()
        var memory = Memory()
        for (tried, node) in nodes.enumerated() {
            // Most levels fail here, by counting alone.
            guard let classes = classes(node.levels, &memory) else { continue }
            if let found = judge(node.levels, classes) {
                return Result(
                    levels: node.levels, isKept: found.isKept, classes: classes.numbers,
                    report: found.report, loss: node.loss, tried: tried + 1)
            }
        }
        throw Problem(
            .badRequestData, title: "The release does not reach what is asked",
            detail: "Even with everything generalised, k, l or t is not reached.",
            remedy: "Ask for less, allow more rows to be left out, or release fewer columns.")
    }

    private struct Node {
        var levels: [Int]
        var loss: Double
    }

    private func listNodes() throws(Problem) -> [Node] {
        let count = quasi.reduce(1) {
            $0.multipliedReportingOverflow(by: $1.codes.count).partialValue
        }
        guard count > 0, count <= Self.nodesMax else {
            throw Problem(
                .tooComplexQuery, title: "There are too many ways to generalise",
                detail: "\(count) combinations of levels; at most \(Self.nodesMax).",
                remedy: "Give fewer quasi-identifiers or fewer levels.")
        }
        var nodes = [Node(levels: [], loss: 0)]
        for one in quasi {
            nodes = nodes.flatMap { node in
                one.losses.indices.map { level in
                    Node(levels: node.levels + [level], loss: node.loss + one.losses[level])
                }
            }
        }
        let width = Double(max(quasi.count, 1))
        return nodes.map { Node(levels: $0.levels, loss: $0.loss / width) }
            .sorted { ($0.loss, $0.levels.reduce(0, +)) < ($1.loss, $1.levels.reduce(0, +)) }
    }

    // MARK: - Classes

    struct Classes {
        var numbers: [Int32]
        var sizes: [Int]
    }

    /// Rows with the same coarse values share a number. Columns are added one by one: when the first
    /// few already leave too many rows in small classes, more columns only make it worse, and the
    /// levels are given up there; what was found for the first columns serves all that begin alike.
    /// - Returns: `nil` when k cannot be reached.
    private func classes(_ levels: [Int], _ memory: inout Memory) -> Classes? {
        for count in 1...levels.count where memory.hopeless.contains(Array(levels[..<count])) {
            return nil
        }
        let known = (0..<levels.count).reversed().first {
            memory.beginnings[Array(levels[..<$0])] != nil
        }
        var depth = known ?? 0
        var classes =
            memory.beginnings[Array(levels[..<depth])]
            ?? Classes(numbers: Array(repeating: 0, count: rowCount), sizes: [rowCount])
        while depth < levels.count {
            split(&classes, column: depth, level: levels[depth])
            depth += 1
            let beginning = Array(levels[..<depth])
            guard mayReachK(classes) else {
                memory.hopeless.insert(beginning)
                return nil
            }
            if depth < levels.count, memory.beginnings.count < Memory.beginningsMax {
                memory.beginnings[beginning] = classes
            }
        }
        return classes
    }

    private struct Memory {
        /// Each holds a number for each row.
        static let beginningsMax = 64

        var beginnings: [[Int]: Classes] = [:]
        var hopeless: Set<[Int]> = []
    }

    private func split(_ classes: inout Classes, column: Int, level: Int) {
        let codes = rowCodes[column]
        let coarse = quasi[column].codes[level]
        let width = quasi[column].names[level].count
        if width == 1 { return }
        let places = classes.sizes.count.multipliedReportingOverflow(by: width)
        classes =
            places.overflow || places.partialValue > Self.tableMax
            ? Self.split(classes, by: SparseNumbers()) { Int(coarse[Int(codes[$0])]) + $1 * width }
            : Self.split(classes, by: DenseNumbers(count: places.partialValue)) {
                Int(coarse[Int(codes[$0])]) + $1 * width
            }
    }

    /// Places of a table that numbers classes without hashing.
    private static let tableMax = 4_000_000

    private static func split(
        _ classes: Classes, by start: some ClassNumbers, _ key: (_ row: Int, _ number: Int) -> Int
    ) -> Classes {
        var known = start
        var numbers = classes.numbers
        var sizes: [Int] = []
        for row in numbers.indices {
            let place = key(row, Int(numbers[row]))
            let number = known.number(of: place, next: sizes.count)
            if number == sizes.count {
                sizes.append(1)
            } else {
                sizes[number] += 1
            }
            numbers[row] = Int32(number)
        }
        return Classes(numbers: numbers, sizes: sizes)
    }

    private func mayReachK(_ classes: Classes) -> Bool {
        let small = classes.sizes.reduce(0) { $0 + ($1 < goal.k ? $1 : 0) }
        return Double(small) <= goal.suppressedShareMax * Double(rowCount) && small < rowCount
    }

    /// Leaves out classes that fail until those that stay all reach the goal.
    private func judge(
        _ levels: [Int], _ classes: Classes
    ) -> (isKept: [Bool], report: AnonymityReport)? {
        var isGood = classes.sizes.map { $0 >= goal.k }
        while true {
            let measured = sensitive.map {
                $0.measure(classes.numbers, count: classes.sizes.count, isKept: isGood)
            }
            var hasChanged = false
            for number in isGood.indices where isGood[number] {
                let fails = measured.contains { one in
                    goal.l.map { one.diversity[number] < $0 } ?? false
                        || goal.t.map { one.distance[number] > $0 + 1e-12 } ?? false
                }
                if fails {
                    isGood[number] = false
                    hasChanged = true
                }
            }
            guard hasChanged else {
                return verdict(classes, isGood, measured)
            }
        }
    }

    private func verdict(
        _ classes: Classes, _ isGood: [Bool], _ measured: [SensitiveColumn.Measured]
    ) -> (isKept: [Bool], report: AnonymityReport)? {
        let kept = classes.sizes.indices.filter { isGood[$0] }
        let rows = kept.reduce(0) { $0 + classes.sizes[$1] }
        let left = rowCount - rows
        guard rows > 0, Double(left) <= goal.suppressedShareMax * Double(rowCount) else {
            return nil
        }
        var discernibility = Double(left) * Double(rowCount)
        for number in kept {
            discernibility += Double(classes.sizes[number]) * Double(classes.sizes[number])
        }
        let report = AnonymityReport(
            k: kept.map { classes.sizes[$0] }.min() ?? 0,
            l: measured.isEmpty
                ? nil
                : measured.map { one in kept.map { one.diversity[$0] }.min() ?? 0 }.min(),
            t: measured.isEmpty
                ? nil
                : measured.map { one in kept.map { one.distance[$0] }.max() ?? 0 }.max(),
            classes: kept.count, rows: rows, suppressed: left,
            discernibility: discernibility)
        return (classes.numbers.map { isGood[Int($0)] }, report)
    }
}
