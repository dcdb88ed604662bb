import CityKernel
package import CityRelease
package import Foundation

extension ReleaseDefinition {
    /// Reads a definition; every mistake is collected with its line.
    /// - Parameters:
    ///   - file: as it is shown in findings.
    ///   - folder: where the files of trees lie.
    /// - Returns: `nil` when something is wrong.
    package static func parse(
        _ text: String, file: String, folder: URL, into collector: DiagnosticCollector
    ) -> ReleaseDefinition? {
        guard let top = ConfigurationNode.parse(text, file: file, into: collector) else {
            return nil
        }
        top.checkKeys(
            required: ["id", "title", "nature", "k", "columns"],
            optional: ["l", "t", "suppressedShareMax", "tables", "counts", "budget"])
        let id = top["id"]?.string()
        let title = top["title"]?.string()
        let nature = top["nature"]?.string()
        let k = top["k"]?.integer(in: 2...100_000)
        let columns = top["columns"]?.list()?.compactMap { readColumn($0, folder, collector) } ?? []
        checkColumns(columns, top["columns"])
        let l = top["l"]?.integer(in: 2...1_000)
        let t = top["t"]?.number(in: 0.000_001...1)
        let share = top["suppressedShareMax"]?.number(in: 0...0.5)
        let tables = top["tables"]?.list()?.compactMap { readTable($0, columns) } ?? []
        let counts = top["counts"]?.list()?.compactMap { readCount($0, columns) } ?? []
        let budget = top["budget"].flatMap(readBudget)
        if !counts.isEmpty, top["budget"] == nil {
            top["counts"]?.report(
                "counts with noise use a budget", remedy: "add `budget: { dataset: …, limit: … }`")
        }
        if l != nil || t != nil, !columns.contains(where: { $0.role == .sensitive }) {
            top["columns"]?.report(
                "l and t need a sensitive column", remedy: "give one the role `sensitive`")
        }
        guard let id, let title, let nature, let k, collector.errors.isEmpty else { return nil }
        return ReleaseDefinition(
            id: id, title: title, nature: nature, columns: columns, k: k, l: l, t: t,
            suppressedShareMax: share ?? 0.05, tables: tables, counts: counts, budget: budget)
    }

    private static func checkColumns(_ columns: [Column], _ node: ConfigurationNode?) {
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted {
            node?.report("the column `\(column.name)` appears twice", remedy: "leave one of them")
        }
        let quasi = columns.count { $0.role == .quasi }
        if quasi == 0 || quasi > quasiMax {
            node?.report(
                "\(quasi) columns are quasi-identifiers", remedy: "name 1 to \(quasiMax)")
        }
    }

    private static func readColumn(
        _ node: ConfigurationNode, _ folder: URL, _ collector: DiagnosticCollector
    ) -> Column? {
        node.checkKeys(required: ["name", "role"], optional: ["hierarchy", "rareBelow"])
        let name = node["name"]?.string()
        let role = node["role"]?.choice(Role.self)
        let rareBelow = node["rareBelow"]?.integer(in: 1...100_000)
        let hierarchy = node["hierarchy"].flatMap { readHierarchy($0, folder, collector) }
        if role == .quasi, node["hierarchy"] == nil {
            node.report(
                "a quasi-identifier needs a hierarchy",
                remedy: "add for example `hierarchy: { kind: flat }`")
        }
        guard let name, let role else { return nil }
        return Column(name, role, hierarchy: hierarchy, rareBelow: rareBelow)
    }

    private enum HierarchyKind: String, CaseIterable { case numbers, tree, date, flat }

    private static func readHierarchy(
        _ node: ConfigurationNode, _ folder: URL, _ collector: DiagnosticCollector
    ) -> Hierarchy? {
        guard let kind = node["kind"]?.choice(HierarchyKind.self) else {
            node.checkKeys(required: ["kind"], optional: ["bands", "lowest", "highest", "file"])
            return nil
        }
        let hierarchy: Hierarchy?
        switch kind {
        case .date:
            node.checkKeys(required: ["kind"])
            hierarchy = .date
        case .flat:
            node.checkKeys(required: ["kind"])
            hierarchy = .flat
        case .numbers:
            node.checkKeys(required: ["kind", "bands", "lowest", "highest"])
            let range = -1_000_000...1_000_000
            let bands = node["bands"]?.list()?.compactMap { $0.integer(in: 1...100_000) }
            let lowest = node["lowest"]?.integer(in: range)
            let highest = node["highest"]?.integer(in: range)
            guard let bands, let lowest, let highest else { return nil }
            hierarchy = .numbers(bands: bands, lowest: lowest, highest: highest)
        case .tree:
            node.checkKeys(required: ["kind", "file"])
            hierarchy = node["file"].flatMap { readTree($0, folder, collector) }
        }
        if let fault = hierarchy?.fault {
            node.report(fault, remedy: "correct the hierarchy")
            return nil
        }
        return hierarchy
    }

    /// A table without names: the value, then its coarser names.
    private static func readTree(
        _ node: ConfigurationNode, _ folder: URL, _ collector: DiagnosticCollector
    ) -> Hierarchy? {
        guard let path = node.string() else { return nil }
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains(".."),
            let bytes = FileManager.default.contents(
                atPath: folder.appendingPathComponent(path).path)
        else {
            node.report(
                "`\(path)` cannot be read", remedy: "put the file beside the definition")
            return nil
        }
        var reader = CSVRecordReader()
        reader.append(bytes)
        reader.finish()
        var tree: [String: [String]] = [:]
        while let element = reader.next() {
            guard case .record(let record) = element, record.fields.count >= 2 else {
                if case .record(let record) = element, record.isEmptyLine { continue }
                node.report("`\(path)` has a line without a coarser name", remedy: "complete it")
                return nil
            }
            tree[record.fields[0]] = Array(record.fields.dropFirst())
        }
        return .tree(tree)
    }

    private static func readTable(_ node: ConfigurationNode, _ columns: [Column]) -> CountTable? {
        node.checkKeys(required: ["rows", "columns", "threshold"])
        let rows = node["rows"].flatMap { leaving($0, columns) }
        let across = node["columns"].flatMap { leaving($0, columns) }
        let threshold = node["threshold"]?.integer(in: 2...100_000)
        guard let rows, let across, let threshold else { return nil }
        guard rows != across else {
            node.report("a table needs two columns", remedy: "name another column")
            return nil
        }
        return CountTable(rows: rows, columns: across, threshold: threshold)
    }

    private static func leaving(_ node: ConfigurationNode, _ columns: [Column]) -> String? {
        guard let name = node.string() else { return nil }
        let leaves = columns.contains {
            $0.name == name && [.quasi, .sensitive, .plain].contains($0.role)
        }
        if !leaves {
            node.report("`\(name)` is not a column that is released", remedy: "name one that is")
        }
        return leaves ? name : nil
    }

    private static func readCount(_ node: ConfigurationNode, _ columns: [Column]) -> NoisyCount? {
        node.checkKeys(required: ["by", "epsilon"])
        let by = node["by"]?.list()?.compactMap { entry -> String? in
            guard let name = entry.string() else { return nil }
            let hierarchy = columns.first { $0.name == name }?.hierarchy
            let hasDomain = hierarchy.map { one in
                (0..<one.levelCount - 1).contains { one.domain(level: $0) != nil }
            }
            guard hasDomain == true else {
                entry.report(
                    "the values of `\(name)` are not known without the rows",
                    remedy: "count by a column with a hierarchy of numbers or a tree")
                return nil
            }
            return name
        }
        let epsilon = node["epsilon"].flatMap(readEpsilon)
        guard let by, !by.isEmpty, let epsilon else { return nil }
        return NoisyCount(by: by, epsilon: epsilon)
    }

    private static func readBudget(_ node: ConfigurationNode) -> Budget? {
        node.checkKeys(required: ["dataset", "limit"])
        guard let dataset = node["dataset"]?.string(),
            let limit = node["limit"].flatMap(readEpsilon)
        else { return nil }
        return Budget(dataset: dataset, limit: limit)
    }

    private static func readEpsilon(_ node: ConfigurationNode) -> Epsilon? {
        guard let number = node.number(in: 0.001...100) else { return nil }
        let thousandths = (number * 1_000).rounded()
        guard abs(thousandths - number * 1_000) < 1e-6 else {
            node.report("\(number) has more than three decimals", remedy: "round it")
            return nil
        }
        return Epsilon(thousandths: Int64(thousandths))
    }
}
