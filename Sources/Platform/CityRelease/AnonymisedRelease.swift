package import CityKernel

/// 公表の作成: from rows and a definition to rows that may leave, with everything that the dossier tells.
/// Pure: the same rows, definition and random source give the same release.
package struct AnonymisedRelease: Sendable {
    /// What became of a column.
    package struct Item: Sendable, Hashable {
        package var name: String
        package var role: ReleaseDefinition.Role
        /// For a quasi-identifier: its level, and how many there are.
        package var level: Int?
        package var levelCount: Int?
        /// NCP of the column: 0 as it came, 1 says nothing.
        package var loss: Double?
        /// Rows whose rare value became その他.
        package var replacedRows: Int
    }

    package struct NoisyTable: Sendable, Hashable {
        package var by: [String]
        package var epsilon: Epsilon
        /// Every cell of the domain, those without anybody too.
        package var cells: [(names: [String], count: Int64)]

        package static func == (left: NoisyTable, right: NoisyTable) -> Bool {
            left.csv == right.csv && left.epsilon == right.epsilon
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(csv) }

        package var csv: String {
            ReleaseCSV.line(by + ["人数"])
                + cells.map { ReleaseCSV.line($0.names + [String($0.count)]) }.joined()
        }
    }

    package static let noisyCellsMax = 10_000

    package let definition: ReleaseDefinition
    package let rows: ReleaseTable
    package let items: [Item]
    package let report: AnonymityReport
    package let sourceRows: Int
    /// The mean loss of the quasi-identifiers (NCP), with a row left out as lost whole.
    package let informationLoss: Double
    package let levelsTried: Int
    package let checks: [MeasureCheck]
    package let tables: [SuppressedTable]
    package let counts: [NoisyTable]

    package var suppressedShare: Double { Double(report.suppressed) / Double(sourceRows) }

    /// - Throws: `Problem` when the definition does not fit the table, or the goal is not reached, or a
    ///   measure does not hold: then nothing leaves.
    package init(
        of source: ReleaseTable, by definition: ReleaseDefinition,
        random: some RandomNumberGenerator
    ) throws(Problem) {
        try Self.check(definition, fits: source)
        var random = random
        let quasi = try definition.columns(.quasi).map { column throws(Problem) in
            guard let found = source.column(column.name), let hierarchy = column.hierarchy else {
                throw Self.misfit("列 \(column.name) に階層がありません")
            }
            return try Generalisation(found, hierarchy)
        }
        let (coded, replaced) = Self.withoutRareValues(source, definition)
        let goal = AnonymityGoal(
            k: definition.k, l: definition.l, t: definition.t,
            suppressedShareMax: definition.suppressedShareMax)
        let sensitive = definition.columns(.sensitive).compactMap {
            coded.column($0.name).map { SensitiveColumn($0) }
        }
        let found = try LatticeSearch(coded, quasi: quasi, sensitive: sensitive, goal: goal).run()
        let rows = Self.rows(coded, definition, quasi, found, &random)
        self.definition = definition
        self.rows = rows
        report = found.report
        sourceRows = source.rowCount
        levelsTried = found.tried
        let kept = Double(found.report.rows) / Double(source.rowCount)
        informationLoss = found.loss * kept + (1 - kept)
        items = definition.columns.map { column in
            let place = quasi.firstIndex { $0.name == column.name }
            return Item(
                name: column.name, role: column.role, level: place.map { found.levels[$0] },
                levelCount: place.map { quasi[$0].codes.count },
                loss: place.map { quasi[$0].losses[found.levels[$0]] },
                replacedRows: replaced[column.name] ?? 0)
        }
        checks = MeasureChecks(
            source: source, result: rows, definition: definition, report: found.report,
            replaced: replaced, codedEnds: Self.codedEnds(source, definition)
        ).run()
        let failures = checks.flatMap { check in
            check.failures.map {
                Problem.Detail(place: "62条\(check.measure.rawValue)号", message: $0)
            }
        }
        guard failures.isEmpty else {
            throw Problem(
                .badRequestData, title: "措置が足りないため、公表物は作られません",
                detail: "規則62条の措置のうち満たされないものがあります。",
                remedy: "定義の列の扱いを直してください。", places: failures)
        }
        tables = try definition.tables.map { one throws(Problem) in
            try Self.table(one, rows)
        }
        var counts: [NoisyTable] = []
        for count in definition.counts {
            counts.append(try Self.noisy(count, source, definition, found.levels, &random))
        }
        self.counts = counts
    }

    // MARK: - Parts

    private static func misfit(_ detail: String) -> Problem {
        Problem(
            .badRequestData, title: "定義が表と合いません", detail: detail,
            remedy: "定義か表を直してください。何も公表されていません。")
    }

    /// Every column is named: what nobody thought of does not leave.
    private static func check(
        _ definition: ReleaseDefinition, fits table: ReleaseTable
    ) throws(Problem) {
        let named = Set(definition.columns.map(\.name))
        let there = Set(table.columns.map(\.name))
        let missing = named.subtracting(there).sorted()
        let extra = there.subtracting(named).sorted()
        guard missing.isEmpty, extra.isEmpty else {
            throw misfit(
                "定義にない列: \(extra.joined(separator: ", "));表にない列: "
                    + missing.joined(separator: ", "))
        }
        guard !definition.columns(.quasi).isEmpty else {
            throw misfit("準識別子 (quasi) が一つもありません")
        }
    }

    private static func withoutRareValues(
        _ source: ReleaseTable, _ definition: ReleaseDefinition
    ) -> (table: ReleaseTable, replacedRows: [String: Int]) {
        var isRare: [[Bool]] = []
        var replaced: [String: Int] = [:]
        for column in source.columns {
            let said = definition.columns.first { $0.name == column.name }
            guard let said, said.role == .sensitive || said.role == .plain else {
                isRare.append([])
                continue
            }
            var rows = [Int](repeating: 0, count: column.values.count)
            for code in column.codes { rows[Int(code)] += 1 }
            let least = said.rareBelow ?? definition.k
            isRare.append(rows.map { $0 < least })
            replaced[column.name] = rows.reduce(0) { $0 + ($1 < least ? $1 : 0) }
        }
        guard replaced.values.contains(where: { $0 > 0 }) else { return (source, replaced) }
        var table = ReleaseTable(columns: source.columns.map(\.name))
        for row in 0..<source.rowCount {
            table.append(
                source.columns.enumerated().map { index, column in
                    let code = Int(column.codes[row])
                    return !isRare[index].isEmpty && isRare[index][code]
                        ? ReleaseDefinition.other : column.values[code]
                })
        }
        return (table, replaced)
    }

    /// Rows that lay beyond the lowest or highest band of a number.
    private static func codedEnds(
        _ source: ReleaseTable, _ definition: ReleaseDefinition
    ) -> [String: Int] {
        var counts: [String: Int] = [:]
        for column in definition.columns(.quasi) {
            guard case .numbers(_, let lowest, let highest)? = column.hierarchy,
                let found = source.column(column.name)
            else { continue }
            let isBeyond = found.values.map { value in
                Int(value).map { $0 < lowest || $0 > highest } ?? false
            }
            counts[column.name] = found.codes.count { isBeyond[Int($0)] }
        }
        return counts
    }

    /// The rows that stay, coarser, in an order that tells nothing.
    private static func rows(
        _ table: ReleaseTable, _ definition: ReleaseDefinition, _ quasi: [Generalisation],
        _ found: LatticeSearch.Result, _ random: inout some RandomNumberGenerator
    ) -> ReleaseTable {
        let leaving = definition.columns.filter {
            [.quasi, .sensitive, .plain].contains($0.role)
        }
        var result = ReleaseTable(columns: leaving.map(\.name))
        let makers: [(Int) -> String] = leaving.map { column in
            guard let source = table.column(column.name) else { return { _ in "" } }
            guard let place = quasi.firstIndex(where: { $0.name == column.name }) else {
                return { source.text($0) }
            }
            let level = found.levels[place]
            let (codes, names) = (quasi[place].codes[level], quasi[place].names[level])
            return { names[Int(codes[Int(source.codes[$0])])] }
        }
        var order = (0..<table.rowCount).filter { found.isKept[$0] }
        order.shuffle(using: &random)
        for row in order { result.append(makers.map { $0(row) }) }
        return result
    }

    private static func table(
        _ asked: ReleaseDefinition.CountTable, _ rows: ReleaseTable
    ) throws(Problem) -> SuppressedTable {
        guard let lines = rows.column(asked.rows), let columns = rows.column(asked.columns) else {
            throw misfit("集計表の列 \(asked.rows), \(asked.columns) は公表される列ではありません")
        }
        guard lines.values.count * columns.values.count <= SuppressedTable.cellsMax else {
            throw misfit("集計表のセルが \(SuppressedTable.cellsMax) を超えます")
        }
        let lineOrder = lines.values.indices.sorted { lines.values[$0] < lines.values[$1] }
        let columnOrder = columns.values.indices.sorted { columns.values[$0] < columns.values[$1] }
        var counts = [[Int]](
            repeating: Array(repeating: 0, count: columns.values.count), count: lines.values.count)
        for row in 0..<rows.rowCount {
            counts[Int(lines.codes[row])][Int(columns.codes[row])] += 1
        }
        let table = SuppressedTable(
            lineOrder.map { line in columnOrder.map { counts[line][$0] } },
            rowNames: lineOrder.map { lines.values[$0] },
            columnNames: columnOrder.map { columns.values[$0] }, threshold: asked.threshold)
        guard table.isSafe else {
            throw misfit("集計表 \(asked.rows) × \(asked.columns) は小さすぎて秘匿できません")
        }
        return table
    }

    /// Counts over all rows of the source, noise on every cell of a domain that the rows do not decide.
    private static func noisy(
        _ asked: ReleaseDefinition.NoisyCount, _ source: ReleaseTable,
        _ definition: ReleaseDefinition, _ levels: [Int],
        _ random: inout some RandomNumberGenerator
    ) throws(Problem) -> NoisyTable {
        var cells: [[String]] = [[]]
        var keys: [(Int) -> String] = []
        for name in asked.by {
            guard let column = definition.columns.first(where: { $0.name == name }),
                let hierarchy = column.hierarchy, let values = source.column(name)
            else { throw misfit("雑音つきの数の列 \(name) に階層がありません") }
            // Level 0 of a tree or the finest band: decided by the definition, never by the rows.
            let level = (0..<hierarchy.levelCount).first { hierarchy.domain(level: $0) != nil } ?? 0
            guard let domain = hierarchy.domain(level: level) else {
                throw misfit("列 \(name) の取りうる値が定義から分かりません")
            }
            let names = values.values.map { hierarchy.value($0, level: level) ?? "" }
            keys.append { names[Int(values.codes[$0])] }
            cells = cells.flatMap { cell in domain.map { cell + [$0] } }
            guard cells.count <= noisyCellsMax else {
                throw misfit("雑音つきの数のセルが \(noisyCellsMax) を超えます")
            }
        }
        var counts: [[String]: Int64] = [:]
        for row in 0..<source.rowCount { counts[keys.map { $0(row) }, default: 0] += 1 }
        var noise = DiscreteLaplace(asked.epsilon, source: AnySource(random))
        return NoisyTable(
            by: asked.by, epsilon: asked.epsilon,
            cells: cells.map { ($0, max((counts[$0] ?? 0) + noise.draw(), 0)) })
    }
}

/// A copy of a random source whose type nobody needs to know.
private struct AnySource: RandomNumberGenerator {
    private var source: any RandomNumberGenerator

    init(_ source: any RandomNumberGenerator) { self.source = source }

    mutating func next() -> UInt64 { source.next() }
}
