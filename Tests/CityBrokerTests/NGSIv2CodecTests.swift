import CityBroker
import CityKernel
import Testing

@Suite("NGSIv2 と市のあいだの訳")
struct NGSIv2CodecTests {
    @Test(
        "どんな id も URI になり、もとに戻る",
        arguments: [
            "Room1", "urn:ngsi-ld:Room:1", "a:b", "部屋", "100%", "x{y}", "a|b", "urn:ngsi-v2:x",
            "end:",
        ])
    func ids(text: String) throws {
        let id = try NGSIv2Names.entityID(text)
        #expect(NGSIv2Names.text(of: id) == text)
        #expect(EntityID.isURI(id.text))
    }

    @Test(
        "使えない文字と長さは断る",
        arguments: ["", "a b", "a<b", "a&b", "a?b", "a#b", "a'b", "a\"b", "a=b", "a;b", "a(b"])
    func forbidden(text: String) {
        #expect(throws: Problem.self) { try NGSIv2Names.entityID(text) }
        #expect(throws: Problem.self) {
            try NGSIv2Names.entityID(
                String(repeating: "a", count: NGSIv2Names.lengthMax + 1))
        }
    }

    @Test(
        "q は Orion と同じに読む",
        arguments: [
            ("a==1", QueryExpression.compare(AttributePath("a"), .equal, [.value(1)])),
            ("a:1", .compare(AttributePath("a"), .equal, [.value(1)])),
            (
                "a.b=='x;y'",
                .compare(AttributePath("a", members: ["b"]), .equal, [.value("x;y")])
            ),
            ("'a.b'>=2.5", .compare(AttributePath("a.b"), .greaterOrEqual, [.value(2.5)])),
            (
                "a!=1..3,9",
                .compare(AttributePath("a"), .notEqual, [.range(1, 3), .value(9)])
            ),
            ("a;!b", .all([.exists(AttributePath("a")), .missing(AttributePath("b"))])),
            ("a~=^x", .compare(AttributePath("a"), .matches, [.value("^x")])),
            ("dateModified>2020", .compare(AttributePath("modifiedAt"), .greater, [.value(2_020)])),
        ])
    func queries(text: String, expected: QueryExpression) throws {
        #expect(try NGSIv2QueryParser.parse(text) == expected)
    }

    @Test("壊れた q と長すぎる q は断る", arguments: ["", "a==", ";", "a..b==1", "==1"])
    func brokenQueries(text: String) {
        #expect(throws: Problem.self) { try NGSIv2QueryParser.parse(text) }
        let long = Array(repeating: "a", count: NGSIv2QueryParser.statementsMax + 1)
        #expect(throws: Problem.self) {
            try NGSIv2QueryParser.parse(long.joined(separator: ";"))
        }
        #expect(throws: Problem.self) { try NGSIv2QueryParser.parse("a==1", .metadata) }
    }

    @Test(
        "場所の書き方は、そのまま戻る",
        arguments: [
            (#"{"type":"geo:point","value":"32.25, 130.75"}"#),
            (#"{"type":"geo:line","value":["32.25, 130.75","32.5, 130.75"]}"#),
            (#"{"type":"geo:box","value":["32.25, 130.75","32.5, 131"]}"#),
            (#"{"type":"geo:polygon","value":["0, 0","0, 1","1, 1","0, 0"]}"#),
            (#"{"type":"geo:json","value":{"type":"Point","coordinates":[130.75,32.25]}}"#),
        ])
    func places(text: String) throws {
        let json = try JSONValue(parsing: text)
        let attribute = try NGSIv2Codec().attribute(json)
        #expect(attribute.kind == .geoProperty)
        let shown = NGSIv2Codec().json(attribute, NGSIv2Representation())
        #expect(shown["type"] == json["type"])
        #expect(shown["value"] == json["value"])
    }

    @Test(
        "場所でない場所は断る",
        arguments: [
            #"{"type":"geo:point","value":"91, 0"}"#, #"{"type":"geo:point","value":7}"#,
            #"{"type":"geo:line","value":["1, 1"]}"#,
            #"{"type":"geo:polygon","value":["0, 0","0, 1","1, 1"]}"#,
            #"{"type":"geo:json","value":{"type":"Point"}}"#,
            #"{"type":"DateTime","value":"yesterday"}"#,
        ])
    func brokenPlaces(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: Problem.self) { try NGSIv2Codec().attribute(json) }
    }
}
