import CityKernel
import Testing

@testable import CityBroker

@Suite("正規表現")
struct TextPatternTests {
    @Test(
        "合うもの、合わないもの",
        arguments: [
            ("", "", true), ("", "x", true), ("abc", "xabcx", true), ("abc", "abd", false),
            ("^a", "ba", false), ("a$", "ba", true), ("^$", "", true), ("^a*$", "aaa", true),
            ("^a+b?$", "aab", true), ("^a{2,3}$", "a", false), ("^a{2,3}$", "aaa", true),
            ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true), ("^(a|bc)+$", "abca", true),
            ("^(?:x|y)$", "y", true), ("[0-9]+", "no", false), ("[^0-9]", "7", false),
            ("^[a-c\\-]+$", "a-c", true), ("^\\d{4}$", "2026", true), ("\\w+\\s\\w+", "a b", true),
            ("^\\S$", " ", false), ("^[\\d_]+$", "1_2", true), ("\\.", "a", false),
            ("a.c", "a\nc", false), ("^止", "止まれ", true), ("^.{3}$", "止まれ", true),
            ("\\bcat\\b", "a cat", true), ("\\bcat\\b", "concat", false), ("a*?b", "aab", true),
            ("urn:ngsi-ld:Building:.*", "urn:ngsi-ld:Building:1", true), ("[]a]", "]", true),
        ])
    func matches(pattern: String, text: String, expected: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == expected)
    }

    @Test(
        "読めない式は断る",
        arguments: [
            "*", "a**", "(", ")", "(a", "[a", "[z-a]", "a{2", "a{3,2}", "{2}", "\\", "\\1", "(?=a)",
            "a{1001}", "[]",
        ])
    func refuses(pattern: String) {
        #expect {
            try TextPattern(pattern)
        } throws: { ($0 as? Problem)?.kind == .badRequestData }
    }

    @Test("どんな式も、文の長さに比べて時間がかかりすぎることはない")
    func takesNoTime() throws {
        let text = String(repeating: "a", count: TextPattern.textBytesMax)
        let clock = ContinuousClock()
        for pattern in ["(a+)+$x", "(a|a)*b", "(a*)*c", "(.*)(.*)(.*)(.*)(.*)[b-z]", "(a?){50}b"] {
            let ready = try TextPattern(pattern)
            let time = clock.measure { #expect(!ready.matches(text), "\(pattern)") }
            #expect(time < .seconds(2), "\(pattern)")
        }
    }

    @Test("広がりすぎる式と長すぎる式は断る")
    func tooLarge() {
        for pattern in [
            "((a{50}){50}){50}", String(repeating: "a", count: TextPattern.bytesMax + 1),
        ] {
            #expect {
                try TextPattern(pattern)
            } throws: { ($0 as? Problem)?.kind == .tooComplexQuery }
        }
    }
}
