import CityRelease
import Testing

struct TableTests {
    /// Whether any hidden cell is the same in every table with the same sums and shown cells: found
    /// by looking for a ring of hidden cells through each (the definition, not the fast way).
    private static func isAnyCertain(_ table: SuppressedTable) -> Bool {
        func isHidden(_ row: Int, _ column: Int) -> Bool {
            if case .count = table.cells[row][column] { false } else { true }
        }
        let (rows, columns) = (table.rowNames.indices, table.columnNames.indices)
        for row in rows {
            for column in columns where isHidden(row, column) {
                // From the line to the column without that cell.
                var seen = Set([row])
                var line = [row]
                var reached = Set<Int>()
                while let from = line.popLast() {
                    for across in columns
                    where isHidden(from, across) && !(from == row && across == column) {
                        reached.insert(across)
                        for to in rows
                        where isHidden(to, across) && !(to == row && across == column) {
                            if seen.insert(to).inserted { line.append(to) }
                        }
                    }
                }
                if !reached.contains(column) { return true }
            }
        }
        return false
    }

    @Test("小さな数は隠され、合計から計算できないようにほかも隠される")
    func complementary() {
        let table = SuppressedTable(
            [[20, 3, 40], [15, 22, 8], [30, 18, 25]], rowNames: ["a", "b", "c"],
            columnNames: ["x", "y", "z"], threshold: 5)
        #expect(table.cells[0][1] == .primary)
        #expect(table.hiddenCount == (1, 3))
        #expect(table.isSafe)
        #expect(!Self.isAnyCertain(table))
        #expect(
            table.csv(corner: "", sum: "計").split(separator: "\r\n").last == "計,65,43,73,181")
    }

    @Test("どんな表でも、隠した数は一つに決まらない")
    func always() {
        var dice = Dice(seed: 7)
        for _ in 0..<200 {
            let rows = 2 + dice.roll(5)
            let columns = 2 + dice.roll(5)
            let counts = (0..<rows).map { _ in (0..<columns).map { _ in dice.roll(20) } }
            let table = SuppressedTable(
                counts, rowNames: (0..<rows).map { "\($0)" },
                columnNames: (0..<columns).map { "\($0)" }, threshold: 4)
            #expect(table.isSafe)
            #expect(!Self.isAnyCertain(table))
            for (row, line) in counts.enumerated() {
                for (column, count) in line.enumerated() where (1..<4).contains(count) {
                    #expect(table.cells[row][column] == .primary)
                }
            }
        }
    }

    @Test("一行だけの表では隠しきれないと分かる")
    func tooSmall() {
        let table = SuppressedTable(
            [[3, 40]], rowNames: ["a"], columnNames: ["x", "y"], threshold: 5)
        #expect(!table.isSafe)
        #expect(Self.isAnyCertain(table))
    }
}
