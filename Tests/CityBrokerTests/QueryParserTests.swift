import CityBroker
import CityKernel
import Testing

@Suite("q の文法")
struct QueryParserTests {
    private static let a = AttributePath("a")
    private static let b = AttributePath("b")

    private static let readable: [(String, QueryExpression)] = [
        ("a", .exists(a)),
        ("a==5", .compare(a, .equal, [.value(5)])),
        ("a!=5.5", .compare(a, .notEqual, [.value(5.5)])),
        ("a>=-2", .compare(a, .greaterOrEqual, [.value(-2)])),
        ("a<1e3", .compare(a, .less, [.value(1_000.0)])),
        ("a==\"open\"", .compare(a, .equal, [.value("open")])),
        ("a==\"say \\\"x\\\";|(\"", .compare(a, .equal, [.value("say \"x\";|(")])),
        ("a==true", .compare(a, .equal, [.value(true)])),
        ("a==\"true\"", .compare(a, .equal, [.value("true")])),
        ("a==open", .compare(a, .equal, [.value("open")])),
        ("a==urn:ngsi-ld:B:1", .compare(a, .equal, [.value("urn:ngsi-ld:B:1")])),
        (
            "a>=2026-06-01T00:00:00Z",
            .compare(a, .greaterOrEqual, [.value("2026-06-01T00:00:00Z")])
        ),
        ("a==1..5", .compare(a, .equal, [.range(1, 5)])),
        ("a==1,2,\"x\"", .compare(a, .equal, [.value(1), .value(2), .value("x")])),
        ("a~=^x.*[0-9]$", .compare(a, .matches, [.value("^x.*[0-9]$")])),
        ("a!~=\"^(x|y);\"", .compare(a, .notMatches, [.value("^(x|y);")])),
        ("a~=(x|y);b", .all([.compare(a, .matches, [.value("(x|y)")]), .exists(b)])),
        ("a;b", .all([.exists(a), .exists(b)])),
        ("a|b;a", .any([.exists(a), .all([.exists(b), .exists(a)])])),
        ("(a|b);a", .all([.any([.exists(a), .exists(b)]), .exists(a)])),
        ("a.b.c", .exists(AttributePath("a", subAttributes: ["b", "c"]))),
        ("a[b.c]==1", .compare(AttributePath("a", members: ["b", "c"]), .equal, [.value(1)])),
        (
            "a.b[c]>1",
            .compare(
                AttributePath("a", subAttributes: ["b"], members: ["c"]), .greater, [.value(1)])
        ),
        ("https://x.org/a==1", .compare(AttributePath("https://x.org/a"), .equal, [.value(1)])),
    ]

    @Test("読める文", arguments: readable)
    func reads(text: String, expression: QueryExpression) throws {
        #expect(try QueryParser.parse(text) == expression)
    }

    @Test(
        "読めない文は場所を示して断る",
        arguments: [
            "", ";", "a;", "a==", "a>>1", "a==\"open", "(a", "a)", "a..b", "a[b", "a[]", "==1",
            "a{B}.c==1", "a=1",
        ])
    func refuses(text: String) {
        #expect(throws: Problem.self) { try QueryParser.parse(text) }
    }

    @Test("名前は文脈で広げられる")
    func expands() throws {
        let context = try ContextLibrary().context(["a": "https://x.org/voc#a"])
        #expect(
            try QueryParser.parse("a.b>1", context)
                == .compare(
                    AttributePath("https://x.org/voc#a", subAttributes: ["b"]), .greater,
                    [.value(1)]))
    }

    @Test("条件が多すぎる文は断る")
    func tooMany() {
        let text = Array(repeating: "a", count: QueryParser.termsMax + 1).joined(separator: ";")
        #expect {
            try QueryParser.parse(text)
        } throws: { ($0 as? Problem)?.kind == .tooComplexQuery }
    }

    @Test("georel の読み方")
    func geo() throws {
        let near = try GeoQueryParser.parse(
            georel: "near;maxDistance==2000", geometry: "Point", coordinates: "[130.7,32.2]",
            geoproperty: nil)
        #expect(
            near
                == GeoQuery(
                    .near(minimum: nil, maximum: 2_000),
                    .point(GeoPoint(latitude: 32.2, longitude: 130.7))))
        for georel in ["near", "near;maxDistance=1", "near;max==1", "beside", "within;x"] {
            #expect(throws: Problem.self) {
                try GeoQueryParser.parse(
                    georel: georel, geometry: "Point", coordinates: "[130.7,32.2]",
                    geoproperty: nil)
            }
        }
    }
}
