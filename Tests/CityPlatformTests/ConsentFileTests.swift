import CityConsent
import CityKernel
import CityPlatform
import Testing

@Suite("同意の案内のファイル")
struct ConsentFileTests {
    private static let whole = """
        kinds:
          contact: { ja: "連絡先", easy: "れんらくさき", en: "Contact" }
        recipients:
          fire: { ja: "消防", easy: "しょうぼう", en: "Fire brigade" }
        notices:
          - id: evacuation
            recipient: fire
            kinds: [contact]
            retentionDays: 365
            title: { ja: "手助け", easy: "てだすけ", en: "Help" }
            purpose: { ja: "迎えに行く", easy: "むかえに 行く", en: "To fetch you" }
            anonymisation: { ja: "数だけ", easy: "数だけ", en: "Counts alone" }
            benefit: { ja: "早い", easy: "はやい", en: "Sooner" }
            safety: { ja: "暗号", easy: "ひみつ", en: "Encrypted" }
        """

    private func read(_ text: String) -> (ConsentCatalogue, [Diagnostic]) {
        let collector = DiagnosticCollector()
        let found = ConsentFile.parse(text, file: "consent.yaml", into: collector)
        return (found, collector.diagnostics)
    }

    @Test("そろっていれば読める")
    func reads() throws {
        let (catalogue, findings) = read(Self.whole)
        #expect(findings.isEmpty)
        let notice = try #require(catalogue.notice("evacuation"))
        #expect(notice.retention == .days(365) && notice.kinds == ["contact"])
        #expect(notice.safety.english == "Encrypted" && notice.version.count == 64)
    }

    @Test(
        "三つの事か三つの言葉のどれかが欠ければ、行を示して断る",
        arguments: [
            (
                "            benefit: { ja: \"早い\", easy: \"はやい\", en: \"Sooner\" }\n", "", 6,
                "benefit"
            ),
            ("{ ja: \"数だけ\", easy: \"数だけ\", en: \"Counts alone\" }", "{ ja: \"数だけ\" }", 12, "easy"),
            ("recipient: fire", "recipient: water", 7, "no recipient"),
            ("kinds: [contact]", "kinds: [blood]", 8, "no kind"),
            ("kinds: [contact]", "kinds: []", 8, "1 to 20"),
            ("retentionDays: 365", "retentionDays: 0", 9, "retentionDays"),
            ("id: evacuation", "id: \"Evacuation 1\"", 6, "no name"),
        ])
    func refuses(old: String, new: String, line: Int, words: String) throws {
        let (old, new) = (old.replacing("            b", with: "    b"), new)
        let text = Self.whole.replacing(old, with: new)
        #expect(text != Self.whole)
        let found = try #require(read(text).1.first)
        #expect(found.line == line && found.severity == .error, "\(found)")
        #expect(found.message.contains(words), "\(found.message)")
    }

    @Test("同じ名の案内は二つ置けない")
    func twice() {
        let again = Self.whole.split(separator: "\n").dropFirst(5).joined(separator: "\n")
        let (catalogue, findings) = read(Self.whole + "\n" + again)
        #expect(catalogue.notices.count == 1)
        #expect(findings.contains { $0.message.contains("twice") })
    }
}
