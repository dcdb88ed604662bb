import CityKernel
import CityRelease
import Testing

struct AnonymityTests {
    private static let quasi = ["年齢", "町内", "受診日", "性別"]

    /// Rows by their quasi-identifiers, counted anew.
    private static func classes(_ table: ReleaseTable) -> [[String]: [String]] {
        var classes: [[String]: [String]] = [:]
        for row in 0..<table.rowCount {
            let key = quasi.compactMap { table.column($0)?.text(row) }
            classes[key, default: []].append(table.column("判定")?.text(row) ?? "")
        }
        return classes
    }

    @Test("公表された行は、どの組もk行以上ある", arguments: [2, 5, 10, 50])
    func kAnonymity(k: Int) throws {
        let release = try AnonymisedRelease(
            of: InventedTown.rows(3_000), by: InventedTown.definition(k: k), random: Dice(seed: 1))
        let sizes = Self.classes(release.rows).values.map(\.count)
        #expect(sizes.min() == release.report.k)
        #expect(release.report.k >= k)
        #expect(release.report.classes == sizes.count)
        #expect(release.rows.rowCount == 3_000 - release.report.suppressed)
        #expect(release.suppressedShare <= 0.05)
        #expect((0...1).contains(release.informationLoss))
        #expect(release.checks.map(\.measure.rawValue) == [1, 2, 3, 4, 5])
        #expect(release.checks.allSatisfy { $0.holds && !$0.evidence.isEmpty })
        #expect(release.rows.columns.map(\.name) == Self.quasi + ["判定"])
    }

    @Test("kを大きくするほど、失われる情報は減らない")
    func monotonous() throws {
        let rows = InventedTown.rows(2_000)
        let losses = try [2, 10, 40].map {
            try AnonymisedRelease(
                of: rows, by: InventedTown.definition(k: $0, share: 0), random: Dice(seed: 1)
            ).informationLoss
        }
        #expect(losses == losses.sorted())
    }

    @Test("lとtは、残った行だけで数え直しても満たされる")
    func diversityAndCloseness() throws {
        let release = try AnonymisedRelease(
            of: InventedTown.rows(3_000),
            by: InventedTown.definition(k: 10, l: 3, t: 0.25, share: 0.1), random: Dice(seed: 1))
        let classes = Self.classes(release.rows)
        #expect(classes.values.map { Set($0).count }.min() == release.report.l)
        #expect((release.report.l ?? 0) >= 3)
        let all = classes.values.flatMap { $0 }
        func share(_ value: String, _ values: [String]) -> Double {
            Double(values.count { $0 == value }) / Double(values.count)
        }
        let farthest = classes.values.map { values in
            Set(all).reduce(0) { $0 + abs(share($1, values) - share($1, all)) } / 2
        }.max()
        #expect(abs((farthest ?? 1) - (release.report.t ?? 0)) < 1e-9)
        #expect((release.report.t ?? 1) <= 0.25 + 1e-9)
    }

    @Test("届かない求めには、何も公表しない")
    func unreachable() {
        #expect(throws: Problem.self) {
            try AnonymisedRelease(
                of: InventedTown.rows(30), by: InventedTown.definition(k: 31),
                random: Dice(seed: 1))
        }
        #expect(throws: Problem.self) {
            try AnonymisedRelease(
                of: InventedTown.rows(500), by: InventedTown.definition(k: 2, l: 4),
                random: Dice(seed: 1))
        }
    }

    @Test("定義にない列、階層にない値があれば止まる")
    func misfits() {
        var short = InventedTown.definition()
        short.columns.removeLast()
        #expect(throws: Problem.self) {
            try AnonymisedRelease(
                of: InventedTown.rows(100), by: short, random: Dice(seed: 1))
        }
        var table = InventedTown.rows(100)
        table.append(["甲", "H1", "S1", "三十", "中原0丁目", "2026-01-10", "女", "要観察"])
        #expect(throws: Problem.self) {
            try AnonymisedRelease(
                of: table, by: InventedTown.definition(), random: Dice(seed: 1))
        }
    }

    @Test("表は名前の行と同じ数の欄を持つ行だけを読み、違う行を名指す")
    func reading() throws {
        let table = try ReleaseTable(csv: Array("a,b\n1,\"x,y\"\n2,z\n".utf8))
        #expect(table.rowCount == 2)
        #expect(table.column("b")?.text(0) == "x,y")
        #expect(ReleaseCSV.line(["a", "x,\"y\"", "z"]) == "a,\"x,\"\"y\"\"\",z\r\n")
        for text in ["", "a,b\n", "a,a\n1,2\n", "a,\n1,2\n"] {
            #expect(throws: Problem.self) { try ReleaseTable(csv: Array(text.utf8)) }
        }
        do {
            _ = try ReleaseTable(csv: Array("a,b\n1,2\n3\n".utf8))
            Issue.record("a short row is refused")
        } catch {
            #expect(error.places.map(\.place) == ["line 3"])
        }
    }
}
