import CityKernel
import Testing

@Suite("JSONの値と書き方")
struct JSONValueTests {
    @Test(
        "数は最も短い正確な文になる",
        arguments: [
            (3.1, "3.1"), (0.1, "0.1"), (-0.05, "-0.05"), (3.46, "3.46"), (130.7412, "130.7412"),
            (3.0, "3"), (-0.0, "0"), (0.1 + 0.2, "0.30000000000000004"), (1e20, "1e+20"),
            (1e-7, "1e-07"), (.leastNonzeroMagnitude, "5e-324"),
            (9_007_199_254_740_991, "9007199254740991"),
            (9_007_199_254_740_992, "9007199254740992.0"),
            (-9_223_372_036_854_775_808, "-9.223372036854776e+18"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) throws {
        #expect(JSONValue.number(value).text == text)
        if value.isFinite { #expect(try JSONValue(parsing: text).double == value) }
    }

    @Test(
        "整数はそのまま書く",
        arguments: [
            (0, "0"), (-1, "-1"), (1_000, "1000"), (.max, "9223372036854775807"),
            (.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func integers(value: Int64, text: String) {
        #expect(JSONValue.integer(value).text == text)
    }

    @Test(
        "文字列は要る字だけを逃がして書く",
        arguments: [
            ("", #""""#), ("水位 3.1 m", #""水位 3.1 m""#), ("\"\\/", #""\"\\/""#),
            ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1}\u{8}\u{C}\u{1F}", #""\u0000\u0001\u0008\u000c\u001f""#),
            ("a\nb\nc", #""a\nb\nc""#), ("\u{7F}\u{2028}🌊", "\"\u{7F}\u{2028}🌊\""),
            ("\n", #""\n""#), ("終わりの\"", #""終わりの\"""#),
        ])
    func strings(value: String, text: String) throws {
        #expect(JSONValue.string(value).text == text)
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test("物の鍵は書かれた順のまま、空白なしで書く")
    func compactInOrder() throws {
        let text = #"{"z":[1,2.5,null],"a":{"b":{},"c":[]},"m":true}"#
        #expect(try JSONValue(parsing: text).text == text)
        var bytes = Array("x".utf8)
        JSONValue.array([1]).write(to: &bytes)
        #expect(bytes == Array("x[1]".utf8))
    }

    @Test("乱数で作ったどの値も、書いて読めば同じ値に戻る")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 2_026)
        for _ in 0..<3_000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            let read = try JSONValue(parsing: value.bytes)
            #expect(read == value)
            #expect(read.hashValue == value.hashValue)
            #expect(read.text == value.text)
        }
    }

    @Test("数は値で比べる: 3.0 と 3 は同じ、文字列の3は違う")
    func equalityOfNumbers() {
        #expect(JSONValue.number(3) == .integer(3))
        #expect(JSONValue.integer(3) == .number(3))
        #expect(Set([JSONValue.number(3), .integer(3), .number(3.5), "3"]).count == 3)
        #expect(JSONValue.number(3.5) != .integer(3))
        #expect(JSONValue.integer(9_007_199_254_740_993) != .number(9_007_199_254_740_992))
        #expect(JSONValue.integer(.max) != .number(9_223_372_036_854_775_808))
        #expect(JSONValue.bool(true) != .integer(1))
        #expect(JSONValue.null != .bool(false))
        #expect(["a": [1.0]] as JSONValue == ["a": [1]])
    }

    @Test("物は順によらず等しい", arguments: [2, 16, 17, 100])
    func equalityOfObjects(count: Int) {
        let members = (0..<count).map { ("key\($0)", JSONValue.integer(Int64($0))) }
        let object = JSONObject(members)
        let shuffled = JSONObject(members.reversed())
        #expect(object == shuffled)
        #expect(object.hashValue == shuffled.hashValue)
        var other = shuffled
        other["key0"] = -1
        #expect(object != other)
        var renamed = shuffled
        renamed["key0"] = nil
        renamed["other"] = 0
        #expect(object != renamed)
        renamed["more"] = 0
        #expect(object != renamed)
    }

    @Test("種類の違う値は読み出せない")
    func reading() {
        let value: JSONValue = ["n": 3.0, "f": 3.5, "s": "3", "a": [1], "b": false, "z": nil]
        #expect(value["n"]?.integer == 3)
        #expect(value["f"]?.integer == nil)
        #expect(value["f"]?.double == 3.5)
        #expect(value["s"]?.double == nil)
        #expect(value["s"]?.string == "3")
        #expect(value["b"]?.bool == false)
        #expect(value["z"]?.isNull == true)
        #expect(value["none"] == nil)
        #expect(value["a"]?[0] == 1)
        #expect(value["a"]?[1] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(JSONValue.number(1e300).integer == nil)
        #expect(JSONValue.integer(.max).double == 9_223_372_036_854_775_808)
    }

    @Test("物の鍵を足し、替え、消す")
    func editing() {
        var object = JSONObject()
        #expect(object.isEmpty)
        object["a"] = 1
        object.append("b", 2)
        object["a"] = 3
        #expect(object.keys == ["a", "b"])
        #expect(object["a"] == 3)
        object["a"] = nil
        object["none"] = nil
        #expect(object.map(\.key) == ["b"])
        object["b"] = .null
        #expect(object.count == 1)
    }
}

extension JSONValue {
    fileprivate static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue
    {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .integer(Int64(bitPattern: generator.next()) >> (generator.next() % 64))
        case 3:
            .number(
                Double(Int.random(in: -1_000_000...1_000_000, using: &generator))
                    / Double([1, 10, 100, 1_000, 3].randomElement(using: &generator)!))
        case 4:
            // Any finite bit pattern, subnormals included.
            .number([Double(bitPattern: generator.next())].first { $0.isFinite } ?? 0)
        case 5: .string(randomText(using: &generator))
        case 6:
            .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    random(depth: depth - 1, using: &generator)
                })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0...20, using: &generator)).map { index in
                        (
                            "\(index)" + randomText(using: &generator),
                            random(depth: depth - 1, using: &generator)
                        )
                    }))
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...24, using: &generator) {
            let limit: UInt32 = [0x80, 0x80, 0x3100, 0x11_0000].randomElement(using: &generator)!
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
