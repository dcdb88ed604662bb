import CityEdge
import CityKernel
import Foundation
import Testing

@Suite("水位の表")
struct LevelTableReaderTests {
    private func read(
        _ bytes: some Sequence<UInt8>, rules: ReadingRules, now: Timestamp
    )
        -> [LevelTableReader.Row]
    {
        var reader = LevelTableReader(file: "levels.csv", rules: rules, now: now)
        reader.append(bytes)
        reader.finish()
        var rows: [LevelTableReader.Row] = []
        while let row = reader.next() { rows.append(row) }
        return rows
    }

    @Test("汚れた表の1行1行が、期待した理由で分けられる")
    func dirtyTable() throws {
        let expected = try JSONValue(parsing: try Fixture.bytes("levels-dirty.expected.json"))
        let assumes = try #require(expected["assumes"])
        let gauges = try #require(assumes["knownGauges"]?.array).compactMap(\.string)
        let nowText = try #require(assumes["now"]?.string)
        let now = try #require(Timestamp(iso8601: nowText))
        let rows = read(
            try Fixture.bytes("levels-dirty.csv"), rules: .for(gauges), now: now)

        var accepted: [Int: LevelReading] = [:]
        var rejected: [Int: String] = [:]
        for row in rows {
            switch row {
            case .reading(let reading, let line): accepted[line] = reading
            case .missing(_, let line): rejected[line] = "missing"
            case .repeated(let line): rejected[line] = "repeated"
            case .refused(let reason, let line, _): rejected[line] = reason.rawValue
            case .fileRefused(let diagnostic): Issue.record("\(diagnostic)")
            }
        }
        let expectedRows = try #require(expected["accepted"]?.array)
        #expect(accepted.count == expectedRows.count)
        for row in expectedRows {
            let line = Int(try #require(row["line"]?.integer))
            let reading = try #require(accepted[line], "line \(line)")
            #expect(reading.gaugeID.name == row["gauge"]?.string)
            #expect(reading.observedAt.iso8601Japan == row["observedAt"]?.string, "line \(line)")
            #expect(reading.levelCentimetres == row["levelCentimetres"]?.integer.map(Int.init))
        }
        let expectedRejections = try #require(expected["rejected"]?.object)
        #expect(rejected.count == expectedRejections.count)
        for (line, reason) in expectedRejections {
            let missing = ["levelEmpty", "levelMissingMark"]
            let wanted = missing.contains(reason.string ?? "") ? "missing" : reason.string
            #expect(rejected[Int(line) ?? 0] == wanted, "line \(line)")
        }
    }

    @Test("見出しが違う表は、直し方とともに全体が断られる")
    func wrongHeader() throws {
        let rows = read(
            try Fixture.bytes("levels-wrong-header.csv"), rules: .for(["90"]),
            now: Timestamp(seconds: 0))
        guard case .fileRefused(let diagnostic)? = rows.first else {
            Issue.record("the file must be refused")
            return
        }
        #expect(rows.count == 1)
        #expect(diagnostic.line == 1)
        #expect(diagnostic.remedy?.contains("日時,河川水位,id") == true)
    }

    @Test("水位の文字はセンチメートルちょうどになる")
    func levels() throws {
        #expect(try ReadingText.centimetres(metres: "3.41") == 341)
        #expect(try ReadingText.centimetres(metres: "-0.05") == -5)
        #expect(try ReadingText.centimetres(metres: "2.5") == 250)
        #expect(try ReadingText.centimetres(metres: "571.94") == 57_194)
        for text in ["", "-", ".5", "1.", "1.234", "+1", "１", "1e2", "0x1", "--1", "1.2.3"] {
            #expect(throws: ReadingRefusal.levelNotANumber) {
                try ReadingText.centimetres(metres: text)
            }
        }
    }

    @Test("24時は翌日の0時、日付だけは日時ではない")
    func times() {
        #expect(
            ReadingText.time("2023-12-31T24:00") == Timestamp(iso8601: "2024-01-01T00:00:00+09:00"))
        #expect(
            ReadingText.time("2024-06-23T07:20Z") == Timestamp(iso8601: "2024-06-23T07:20:00Z"))
        #expect(ReadingText.time("2024-06-23") == nil)
        #expect(ReadingText.time("2024-06-23T24:10") == nil)
    }
}
