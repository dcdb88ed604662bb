import CityKernel
import Testing

@testable import CityEdge

@Suite("取り込めないわけ")
struct ImportRefusalTests {
    @Test("どのわけも、3つのことばで言える", arguments: ImportRefusal.Reason.allCases)
    func languages(reason: ImportRefusal.Reason) {
        guard reason != .told, reason != .reading else { return }
        let refusal = ImportRefusal(reason, "11", "22")
        let said = Language.allCases.map { refusal.message[$0] }
        #expect(Set(said).count == 3, "\(said)")
        #expect(said.allSatisfy { !$0.isEmpty && !$0.contains("{") }, "\(said)")
        #expect(refusal.message.english.utf8.allSatisfy { $0 < 0x80 }, "\(said)")
        let mended = Language.allCases.map { refusal.remedy[$0] }
        #expect(mended.allSatisfy(\.isEmpty) || mended.allSatisfy { !$0.isEmpty }, "\(mended)")
        #expect(!refusal.sentence.english.contains("{"))
    }

    @Test("水位の行のわけも、3つのことばで言える", arguments: ReadingRefusal.allCases)
    func levels(reason: ReadingRefusal) {
        let refusal = ImportRefusal(reason)
        #expect(Set(Language.allCases.map { refusal.message[$0] }).count == 3)
        #expect(Set(Language.allCases.map { refusal.remedy[$0] }).count == 3)
        #expect(refusal.message.english == reason.message.english)
    }

    @Test("しまったわけは、あとで別のことばで読める。前の版がしまった言葉もそのまま読める")
    func kept() throws {
        var report = RowReport(read: 2, created: 1)
        report.add([
            RowFault(
                line: 3, column: "緯度", seen: "130, 32", refusal: ImportRefusal(.coordinatesSwapped))
        ])
        report.add([
            RowFault(line: 4, column: "", seen: "", refusal: ImportRefusal(.idTwice, "2"))
        ])
        let again = RowReport(kept: try JSONValue(parsing: report.kept.text.utf8))
        #expect(again == report)
        #expect(again.faults[1].refusal.message.english.contains("line 2"))
        let failure = ImportRefusal(.columnsMissing, "ID")
        #expect(ImportRefusal(keptText: failure.kept.text) == failure)

        let before = try JSONValue(
            parsing: #"{"bad":1,"faults":[{"line":3,"message":"空です","remedy":"値が必要です"}]}"#.utf8)
        let old = RowReport(kept: before).faults[0].refusal
        #expect(old.sentence.english == "空です. 値が必要です.")
        #expect(ImportRefusal(keptText: "列がありません。").message.japanese == "列がありません。")
    }

    @Test("長い値は切って言う")
    func longValues() {
        let long = String(repeating: "x", count: 5_000)
        let refusal = ImportRefusal(.columnsMissing, long)
        #expect(refusal.message.english.count < ImportRefusal.valueCharactersMax + 100)
    }
}
