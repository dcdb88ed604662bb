import CityKernel
import Foundation
import Testing

@testable import CityEdge

@Suite("外から来る表の読み方")
struct SourceTableTests {
    private static func table(
        _ text: String, at place: TablePlace = TablePlace()
    ) throws -> SourceTable {
        try SourceTable(Array(text.utf8), at: place)
    }

    @Test("CSVは、UTF-8でもShift_JIS(CP932)でも読む")
    func encodings() throws {
        let text = "名称,所在地\n㈱髙橋①,人吉市\n"
        let cp932 = String.Encoding(rawValue: 0x8000_0420)
        let bytes = try #require(text.data(using: cp932))
        let table = try SourceTable(Array(bytes))
        #expect(table.encoding == "Shift_JIS")
        #expect(table.columns == ["名称", "所在地"])
        #expect(table.rows == [.init(line: 2, cells: ["㈱髙橋①", "人吉市"])])
        #expect(try Self.table(text).rows == table.rows)
        #expect(try Self.table("\u{FEFF}" + text).columns == table.columns)
        #expect(throws: ImportRefusal.self) { try SourceTable([0x41, 0xFF, 0x00, 0xFD]) }
    }

    @Test("見出しの行・空の行・閉じない引用符・多すぎる列を見分ける")
    func csvFaults() throws {
        let table = try Self.table(
            "人吉市の表\n\nID,名称,名称\n1,a,x\n\n2,\"b\nb\",y\n3,c,z,more\n4,\"d\n",
            at: TablePlace(headerLine: 3))
        #expect(table.columns == ["ID", "名称", "名称(2)"])
        #expect(table.rows.map(\.line) == [4, 6])
        #expect(table.rows[1].cells[1] == "b\nb")
        #expect(table.faults.map(\.line) == [8, 9])
    }

    @Test("JSONは、配列・奥の配列・名前つきの並びを行にする")
    func json() throws {
        let list = try Self.table(#"[{"id": 1, "a": {"b": [2.5, 0]}}, {"id": 2, "c": null}]"#)
        #expect(list.columns == ["id", "a.b.0", "a.b.1", "c"])
        #expect(list.rows[0].cells == ["1", "2.5", "0", ""])
        let inner = try Self.table(
            #"{"result": {"records": [{"x": "y"}]}}"#,
            at: TablePlace(recordsPath: "result.records"))
        #expect(inner.rows[0].cells == ["y"])
        let keyed = try Self.table(#"{"86467": {"temp": [31.2, 0]}, "86477": {"temp": [30, 0]}}"#)
        #expect(keyed.columns == ["key", "temp.0", "temp.1"])
        #expect(keyed.rows.map { $0.cells[0] } == ["86467", "86477"])
        #expect(throws: ImportRefusal.self) { try Self.table("[1, 2") }
        #expect(throws: ImportRefusal.self) {
            try Self.table("{}", at: TablePlace(recordsPath: "result"))
        }
    }

    @Test("GeoJSONは、性質と場所を行にする")
    func geoJSON() throws {
        let table = try Self.table(
            """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "id": 7,
            "geometry": {"type": "Point", "coordinates": [130.7, 32.2]},
            "properties": {"名称": "第一小"}}]}
            """)
        #expect(table.format == .geoJSON)
        #expect(table.columns == ["id", "名称", "geometry"])
        #expect(table.rows[0].cells[2].contains("130.7"))
    }

    @Test("Excelは、文字のふりがなを除き、日付と時刻を書式から読む")
    func excel() throws {
        let table = try SourceTable(try Fixture.bytes("takamatsu-events.xlsx"))
        #expect(table.format == .xlsx)
        #expect(table.sheets == ["オープンデータ"])
        #expect(table.columns.prefix(4) == ["№", "対象", "開催日", "開始時間"])
        let first = try #require(table.rows.first)
        #expect(first.line == 2)
        // 0.375 of a day, shown as a time.
        #expect(first.cells[3] == "09:00")
        #expect(first.cells[5].hasPrefix("高松市歴史資料館"))
        #expect(!first.cells[5].contains("タカマツ"))
        #expect(table.rows.count > 40)
    }

    @Test("Excelの日付は1900年の数え方で読む")
    func excelDates() {
        #expect(ExcelReader.time(45_000, startsIn1904: false) == "2023-03-15")
        #expect(ExcelReader.time(45_000.5, startsIn1904: false) == "2023-03-15T12:00")
        #expect(ExcelReader.time(0.999_988_4, startsIn1904: false) == "23:59:59")
        #expect(ExcelReader.time(43_538, startsIn1904: true) == "2023-03-15")
        #expect(ExcelReader.time(-1, startsIn1904: false) == nil)
        #expect(ExcelReader.time(.infinity, startsIn1904: false) == nil)
    }

    @Test("壊れたzip・大きすぎる中身・行の多すぎる表は、わけを言って断る")
    func limits() throws {
        var bytes = try Fixture.bytes("takamatsu-wifi.xlsx")
        #expect(try SourceTable(bytes).rows.count == 3)
        let archive = try ZipArchive(bytes)
        #expect(throws: ImportRefusal.self) {
            try archive.read("xl/worksheets/sheet1.xml", bytesMax: 10)
        }
        bytes.removeLast(bytes.count / 2)
        #expect(throws: ImportRefusal.self) { try SourceTable(bytes) }
        #expect(throws: ImportRefusal.self) { try SourceTable([0x50, 0x4B, 3, 4]) }
        let many = "a\n" + String(repeating: "1\n", count: SourceTable.rowsMax + 1)
        #expect(throws: ImportRefusal.tooManyRows) { try Self.table(many) }
        let long = [UInt8](repeating: 0x61, count: SourceTable.bytesMax + 1)
        #expect(throws: ImportRefusal.self) { try SourceTable(long) }
    }
}
