import CityKernel
import Testing

@Suite("JSONを読む")
struct JSONParserTests {
    @Test(
        "RFC 8259の正しい文を読む",
        arguments: [
            ("null", .null), (" \t\r\n true \n", true), ("false", false),
            ("0", 0), ("-0", 0), ("-1", -1), ("10", 10), ("1.5", 1.5), ("-0.5", -0.5),
            ("1e2", 100.0), ("1E+2", 100.0), ("25e-1", 2.5), ("0e0", 0), ("0.0", 0),
            (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u3042""#, "Aéあ"), (#""\ud83c\udf0a""#, "🌊"),
            (#""\uD83C\uDF0A""#, "🌊"), (#""\u0000""#, "\0"), (#""水位🌊""#, "水位🌊"),
            ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"), (#""\uFFFF""#, "\u{FFFF}"),
            ("[]", []), ("[ ]", []), ("[1,[2,[3]]]", [1, [2, [3]]]), ("[ 1 , 2 ]", [1, 2]),
            ("{}", [:]), ("{ }", [:]), (#"{"a":1}"#, ["a": 1]), (#"{ "a" : [ ] }"#, ["a": []]),
            (#"{"":0}"#, ["": 0]), (#"{"a":{"a":{"a":null}}}"#, ["a": ["a": ["a": nil]]]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "正しくない文は、理由と場所を言って断る",
        arguments: [
            ("", .unexpectedEnd, 1, 1), ("  ", .unexpectedEnd, 1, 3),
            ("\n\n", .unexpectedEnd, 3, 1),
            ("[", .unexpectedEnd, 1, 2), ("[1", .unexpectedEnd, 1, 3),
            ("[1,", .unexpectedEnd, 1, 4),
            ("{", .unexpectedEnd, 1, 2), (#"{"a""#, .unexpectedEnd, 1, 5),
            (#"{"a":"#, .unexpectedEnd, 1, 6), (#"{"a":1"#, .unexpectedEnd, 1, 7),
            (#""a"#, .unexpectedEnd, 1, 3), (#""a\"#, .unexpectedEnd, 1, 4),
            (#""\u12"#, .unexpectedEnd, 1, 6), ("tru", .unexpectedEnd, 1, 4),
            ("[1,]", .unexpectedCharacter, 1, 4), ("[,1]", .unexpectedCharacter, 1, 2),
            ("[1 2]", .unexpectedCharacter, 1, 4), ("[1}", .unexpectedCharacter, 1, 3),
            ("{]", .unexpectedCharacter, 1, 2), ("{a:1}", .unexpectedCharacter, 1, 2),
            (#"{"a" 1}"#, .unexpectedCharacter, 1, 6), (#"{"a":1,}"#, .unexpectedCharacter, 1, 8),
            (#"{"a":1 "b":2}"#, .unexpectedCharacter, 1, 8), ("{1:2}", .unexpectedCharacter, 1, 2),
            ("'a'", .unexpectedCharacter, 1, 1), ("True", .unexpectedCharacter, 1, 1),
            ("[tru]", .unexpectedCharacter, 1, 5), ("nulL", .unexpectedCharacter, 1, 4),
            ("NaN", .unexpectedCharacter, 1, 1), ("Infinity", .unexpectedCharacter, 1, 1),
            ("+1", .unexpectedCharacter, 1, 1), (".5", .unexpectedCharacter, 1, 1),
            ("[\n  1,\n  x\n]", .unexpectedCharacter, 3, 3), ("/**/1", .unexpectedCharacter, 1, 1),
            ("\u{A0}1", .unexpectedCharacter, 1, 1), ("\u{3000}1", .unexpectedCharacter, 1, 1),
            ("01", .invalidNumber, 1, 1), ("-01", .invalidNumber, 1, 1),
            ("-", .invalidNumber, 1, 1), ("[-]", .invalidNumber, 1, 2),
            ("[-x]", .invalidNumber, 1, 2), ("1.", .invalidNumber, 1, 1),
            ("1.e1", .invalidNumber, 1, 1), ("1e", .invalidNumber, 1, 1),
            ("1e+", .invalidNumber, 1, 1), ("[2, 1.x]", .invalidNumber, 1, 5),
            ("1e400", .numberTooLarge, 1, 1), ("[-1e999999999]", .numberTooLarge, 1, 2),
            ("0x10", .trailingText, 1, 2), ("1 2", .trailingText, 1, 3),
            ("{} {}", .trailingText, 1, 4), ("\"a\"\nb", .trailingText, 2, 1),
            ("1\0", .trailingText, 1, 2),
            ("\"a\nb\"", .invalidString, 1, 3), ("\"a\tb\"", .invalidString, 1, 3),
            ("\"\0\"", .invalidString, 1, 2), ("\"\\n\u{1F}\"", .invalidString, 1, 4),
            (#""ab\x""#, .invalidString, 1, 4), (#""\'""#, .invalidString, 1, 2),
            (#""\u12G4""#, .invalidString, 1, 6), (#""\u12""#, .invalidString, 1, 6),
            (#""\ud800""#, .invalidString, 1, 2), (#""\udc00""#, .invalidString, 1, 2),
            (#""\ud800x""#, .invalidString, 1, 2), (#""\ud800\n""#, .invalidString, 1, 2),
            (#""\ud800\u0041""#, .invalidString, 1, 2), (#""\ud800\ud800""#, .invalidString, 1, 2),
            (#"{"a":1,"a":2}"#, .duplicateKey, 1, 8),
            (#"{"a":1,"\u0061":2}"#, .duplicateKey, 1, 8),
            ("{\"b\":{},\n \"b\":{}}", .duplicateKey, 2, 2),
        ] as [(String, JSONError.Reason, Int, Int)])
    func refuses(text: String, reason: JSONError.Reason, line: Int, column: Int) {
        expectRefusal(Array(text.utf8), reason, line: line, column: column)
    }

    @Test(
        "UTF-8でないバイトは断る",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xE3, 0x81, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22],
            Array("\"abcdefgh".utf8) + [0xFF] + Array("ijklmnopq\"".utf8),
        ] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        expectRefusal(bytes, .invalidUTF8, line: 1, column: 1)
    }

    @Test("先頭のBOMは読みとばし、列に数えない。途中のBOMは断る")
    func byteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(try JSONValue(parsing: mark + Array("[1]".utf8)) == [1])
        expectRefusal(mark + Array("[x]".utf8), .unexpectedCharacter, line: 1, column: 2)
        expectRefusal(mark, .unexpectedEnd, line: 1, column: 1)
        expectRefusal(mark + mark, .unexpectedCharacter, line: 1, column: 1)
        expectRefusal(Array("[".utf8) + mark, .unexpectedCharacter, line: 1, column: 2)
    }

    @Test("深さの限度までは読み、1つ超えると断る")
    func depth() throws {
        let limit = JSONValue.depthMax
        let fits = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        #expect(throws: Never.self) { try JSONValue(parsing: fits) }
        let tooDeep = String(repeating: "[", count: limit + 1)
        expectRefusal(Array(tooDeep.utf8), .tooDeep, line: 1, column: limit + 1)
        let objects = String(repeating: #"{"a":"#, count: limit + 1)
        expectRefusal(Array(objects.utf8), .tooDeep, line: 1, column: limit * 5 + 1)
        // Neighbours do not add up.
        let wide = "[" + Array(repeating: "[]", count: 1_000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: wide).array?.count == 1_000)
    }

    @Test(
        "64ビットの端まで整数は正確、その先は小数になる",
        arguments: [
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775806", .integer(.max - 1)),
            ("-9223372036854775807", .integer(.min + 1)),
            ("999999999999999999", .integer(999_999_999_999_999_999)),
            ("9007199254740993", .integer(9_007_199_254_740_993)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
            ("18446744073709551616", .number(18_446_744_073_709_551_616)),
            ("100000000000000000000", .number(1e20)),
        ] as [(String, JSONValue)])
    func integers(text: String, expected: JSONValue) throws {
        let value = try JSONValue(parsing: text)
        switch (value, expected) {
        case (.integer(let read), .integer(let expected)): #expect(read == expected)
        case (.number(let read), .number(let expected)): #expect(read == expected)
        default: Issue.record("\(value)")
        }
    }

    @Test("小数は標準の読み方とビットまで同じ")
    func decimals() throws {
        let texts = [
            "3.1", "0.1", "3.46", "130.7412", "32.21", "1e22", "1e23", "1e-22", "1e-23", "5e-324",
            "2.2250738585072011e-308", "1.7976931348623157e308", "9007199254740993.0",
            "0.000000000000000000000000000001", "123456789012345678", "1234567890123456789012e-3",
            "8.5", "4503599627370496.5", "9223372036854775807.5", "1e-400", "-1e-400",
        ]
        for text in texts {
            #expect(try JSONValue(parsing: text).double == Double(text), "\(text)")
        }
        var generator = SeededGenerator(seed: 346)
        for _ in 0..<5_000 {
            let whole = Int64.random(in: -99_999_999...99_999_999, using: &generator)
            let part = UInt64.random(in: 0...9_999_999_999, using: &generator)
            let exponent = Int.random(in: -30...30, using: &generator)
            let text = "\(whole).\(part)e\(exponent)"
            #expect(try JSONValue(parsing: text).double == Double(text), "\(text)")
        }
    }

    @Test("同じ鍵は、小さな物でも大きな物でも断る", arguments: [1, 2, 15, 16, 17, 18, 40, 500])
    func duplicateKeys(count: Int) throws {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        let object = "{" + members.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: object).object?.keys == (0..<count).map { "key\($0)" })
        for repeated in Set([0, count / 2, count - 1]) {
            let text = "{" + members.joined(separator: ",") + ",\"key\(repeated)\":0}"
            let place = members.joined(separator: ",").utf8.count + 3
            expectRefusal(Array(text.utf8), .duplicateKey, line: 1, column: place)
        }
    }

    @Test("文字列は、どの長さで引用符や特別な字が来ても正しく読む")
    func stringLengths() throws {
        for length in 0...40 {
            let plain = String(repeating: "a", count: length)
            #expect(try JSONValue(parsing: "\"\(plain)\"") == .string(plain))
            #expect(
                try JSONValue(parsing: "\"\(plain)\\n\(plain)\"") == .string("\(plain)\n\(plain)"))
            #expect(try JSONValue(parsing: "\"\(plain)水\(plain)\"") == .string("\(plain)水\(plain)"))
            #expect(try JSONValue(parsing: "[\"\(plain)\",\"水\"]") == [.string(plain), "水"])
            // A control character is found wherever it stands among eight bytes.
            let control = Array("\"\(plain)\u{1}bcdefghijk\"".utf8)
            expectRefusal(control, .invalidString, line: 1, column: length + 2)
        }
    }

    @Test("連続していないバイト列も読む")
    func otherCollections() throws {
        let bytes = Array("[1,2,3]".utf8)
        #expect(try JSONValue(parsing: bytes[...]) == [1, 2, 3])
        #expect(try JSONValue(parsing: bytes.lazy.map { $0 }) == [1, 2, 3])
    }
}

@Suite("悪意のあるJSON(1 MB)")
struct HostileJSONTests {
    let size = 1 << 20

    @Test("開き括弧だけの文は、深さの限度ですぐ断る", arguments: ["[", "{\"a\":", "[0,"])
    func brackets(opening: String) {
        let bytes = Array(String(repeating: opening, count: size / opening.utf8.count).utf8)
        expectRefusal(bytes, .tooDeep, line: 1, column: JSONValue.depthMax * opening.utf8.count + 1)
    }

    @Test("長い数字は、数として読むか、大きすぎると断る")
    func longNumbers() throws {
        let digits = Array(repeating: UInt8(ascii: "7"), count: size)
        expectRefusal(digits, .numberTooLarge, line: 1, column: 1)
        #expect(try JSONValue(parsing: Array("0.".utf8) + digits).double == 0.7777777777777778)
        #expect(try JSONValue(parsing: Array("1e-".utf8) + digits).double == 0)
        expectRefusal(Array("1e".utf8) + digits, .numberTooLarge, line: 1, column: 1)
    }

    @Test("大きな文字列も、閉じない文字列も終わる")
    func longStrings() throws {
        let escapes = String(repeating: #"\u6c34"#, count: size / 6)
        #expect(try JSONValue(parsing: "\"\(escapes)\"").string?.utf8.count == size / 6 * 3)
        let plain = String(repeating: "水", count: size / 3)
        #expect(try JSONValue(parsing: "\"\(plain)\"") == .string(plain))
        expectRefusal(Array("\"\(escapes)".utf8), .unexpectedEnd, line: 1, column: size / 6 * 6 + 2)
    }

    @Test("鍵の多い物は、読むのも、順を変えた物と比べるのも終わる")
    func manyKeys() throws {
        // Searching each key among 60,000 would take 1.8 billion comparisons.
        let keys = (0..<60_000).map { "k\($0)" }
        func text(_ keys: some Sequence<String>) -> String {
            "{" + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        }
        let object = try JSONValue(parsing: text(keys))
        let reversed = try JSONValue(parsing: text(keys.reversed()))
        #expect(object.object?.count == keys.count)
        #expect(object == reversed)
        #expect(object.hashValue == reversed.hashValue)
    }

    @Test("空の配列ばかりの文も読み、同じ文に戻る")
    func emptyArrays() throws {
        let text = "[" + Array(repeating: "[]", count: size / 4).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test("どんなバイトの並びでも、読むか断るかのどちらか")
    func noise() {
        var generator = SeededGenerator(seed: 8_259)
        let alphabet =
            Array(#"{}[]":,\u0123456789eE+-.truefalsn "#.utf8) + [0x0A, 0x80, 0xE3, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator)! }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.bytes)) == value)
        }
    }
}

private func expectRefusal(
    _ bytes: [UInt8], _ reason: JSONError.Reason, line: Int, column: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) {
        try JSONValue(parsing: bytes)
    }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
    #expect(error?.line == line, sourceLocation: sourceLocation)
    #expect(error?.column == column, sourceLocation: sourceLocation)
}
