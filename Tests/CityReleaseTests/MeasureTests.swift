import CityKernel
import CityRelease
import Testing

struct MeasureTests {
    private static func refusal(
        _ table: ReleaseTable, _ definition: ReleaseDefinition
    ) -> [String] {
        do {
            _ = try AnonymisedRelease(of: table, by: definition, random: Dice(seed: 1))
            return []
        } catch {
            return error.places.map(\.place)
        }
    }

    /// The table with one more column.
    private static func rows(
        _ name: String, _ value: (Int) -> String, count: Int = 1_000
    ) -> ReleaseTable {
        let base = InventedTown.rows(count)
        var table = ReleaseTable(columns: InventedTown.names + [name])
        for row in 0..<count {
            table.append(base.columns.map { $0.text(row) } + [value(row)])
        }
        return table
    }

    private static func definition(
        _ name: String, _ role: ReleaseDefinition.Role, rareBelow: Int? = nil
    ) -> ReleaseDefinition {
        var definition = InventedTown.definition()
        definition.columns.append(.init(name, role, rareBelow: rareBelow))
        return definition
    }

    @Test("一号: 消した列の値がほかの列に残っていれば公表しない")
    func identifiersLeft() {
        let table = Self.rows("備考") { $0 < 100 ? "住民7号" : "なし" }
        #expect(Self.refusal(table, Self.definition("備考", .plain)) == ["62条1号"])
        #expect(Self.refusal(table, Self.definition("備考", .omit)) == [])
    }

    @Test("二号: 個人番号の形の値が残っていれば公表しない")
    func numbersLeft() {
        // The example number of the ministry's own tests: its last digit checks the others.
        let table = Self.rows("番号") { $0 < 500 ? "123456789018" : "123456789012" }
        #expect(Self.refusal(table, Self.definition("番号", .plain)) == ["62条2号"])
        let other = Self.rows("番号") { _ in "123456789012" }
        #expect(Self.refusal(other, Self.definition("番号", .plain)) == [])
    }

    @Test("三号: 行ごとに違う値の列は、名が何であれ符号とみなす")
    func codesLeft() {
        let table = Self.rows("整理") { "Q\($0)" }
        #expect(
            Self.refusal(table, Self.definition("整理", .plain, rareBelow: 1)) == ["62条3号"])
        #expect(Self.refusal(table, Self.definition("整理", .link)) == [])
    }

    @Test("四号: 珍しい値はその他になり、年齢の端はまとめられる")
    func peculiar() throws {
        let table = Self.rows("職業") { $0 < 4 ? "鵜匠" : $0 % 2 == 0 ? "会社員" : "農業" }
        let release = try AnonymisedRelease(
            of: table, by: Self.definition("職業", .plain), random: Dice(seed: 1))
        let column = try #require(release.rows.column("職業"))
        #expect(!column.values.contains("鵜匠"))
        #expect(release.items.first { $0.name == "職業" }?.replacedRows == 4)
        let ends = Hierarchy.numbers(bands: [5, 10], lowest: 20, highest: 89)
        #expect(ends.value("104", level: 0) == ">89")
        #expect(ends.value("104", level: 1) == "85-")
        #expect(ends.value("3", level: 2) == "20-29")
        #expect(ends.value("x", level: 1) == nil)
        #expect(ends.value("x", level: 3) == "*")
    }

    @Test("階層そのもののまちがいは名指しされる")
    func hierarchies() {
        #expect(Hierarchy.numbers(bands: [5, 12], lowest: 0, highest: 90).fault != nil)
        #expect(Hierarchy.numbers(bands: [5, 10], lowest: 90, highest: 0).fault != nil)
        #expect(Hierarchy.tree([:]).fault != nil)
        #expect(Hierarchy.tree(["a": ["x"], "b": ["x", "y"]]).fault != nil)
        #expect(Hierarchy.tree(["a": ["x", "p"], "b": ["x", "q"]]).fault != nil)
        #expect(Hierarchy.tree(InventedTown.areas()).fault == nil)
        #expect(Hierarchy.date.value("2026-13-01", level: 1) == nil)
        #expect(Hierarchy.date.value("2026-12-01", level: 1) == "2026-12")
        #expect(Hierarchy.date.value("2026-12-01", level: 2) == "2026")
        #expect(
            Hierarchy.numbers(bands: [30], lowest: 0, highest: 89).domain(level: 1)
                == ["0-29", "30-59", "60-"])
    }
}
