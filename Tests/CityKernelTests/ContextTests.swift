import CityKernel
import Testing

@Suite("実体と属性")
struct ContextTests {
    let id = EntityID(type: "Shelter", name: "x")
    let words = LocalizedText("避難所", easy: "にげる ところ", en: "Shelter")

    @Test("三つの言葉は属性を通って戻り、欠けた言葉は日本語で補う")
    func localizedText() {
        #expect(Attribute.text(words).localizedText == words)
        #expect(Attribute(.languageProperty, ["ja": "川"]).localizedText == LocalizedText("川"))
        #expect(Attribute(.languageProperty, ["@none": "川"]).localizedText == LocalizedText("川"))
        #expect(Attribute(.languageProperty, ["en": "river"]).localizedText == nil)
        #expect(Attribute.property("川").localizedText == LocalizedText("川"))
        #expect(Attribute.property(1).localizedText == nil)
        #expect(Language.allCases.map { words[$0] } == ["避難所", "にげる ところ", "Shelter"])
        #expect(LocalizedText { $0.rawValue } == LocalizedText("ja", easy: "easy", en: "en"))
        #expect(Language.allCases.map(\.tag) == ["ja", "ja-x-easy", "en"])
    }

    @Test("場所は場所の属性からだけ読む")
    func geometry() {
        let point = Geometry.point(GeoPoint(latitude: 32, longitude: 130))
        #expect(Attribute.place(point).geometry == point)
        #expect(Attribute.property(point.geoJSON).geometry == nil)
        #expect(Attribute(.geoProperty, ["type": "Point"]).geometry == nil)
    }

    @Test("属性は既定の一つを読み、なければ最初の一つを読む")
    func defaultInstance() {
        let other = Attribute(.property, 1, datasetID: "urn:a:1")
        let normal = Attribute.property(2)
        var entity = Entity(
            id: id, types: ["Shelter"],
            attributes: [NamedAttribute("a", other), NamedAttribute("a", normal)])
        #expect(entity["a"]?.value == 2)
        entity.attributes.removeLast()
        #expect(entity["a"]?.value == 1)
        #expect(entity["b"] == nil)
        #expect(entity.has(type: "Shelter") && !entity.has(type: "shelter"))
    }

    @Test("要る値がないか別の種類なら、実体と属性の名を言って断る")
    func requiredValues() throws {
        let entity = Entity(
            id: id, types: ["Shelter"],
            attributes: [
                NamedAttribute("text", .property("川")), NamedAttribute("number", .property(3.0)),
                NamedAttribute("half", .property(3.5)),
                NamedAttribute(
                    "line",
                    .place(
                        .lineString([
                            .init(latitude: 0, longitude: 0), .init(latitude: 1, longitude: 1),
                        ]))
                ),
            ])
        #expect(try entity.requireString("text") == "川")
        #expect(try entity.requireText("text") == LocalizedText("川"))
        #expect(try entity.requireInteger("number") == 3)
        #expect(throws: NounError(id, "number", "a text is needed")) {
            try entity.requireString("number")
        }
        #expect(throws: NounError(id, "half", "a whole number is needed")) {
            try entity.requireInteger("half")
        }
        #expect(throws: NounError(id, "none", "a text is needed")) {
            try entity.requireText("none")
        }
        #expect(throws: NounError(id, "line", "a GeoProperty with a Point is needed")) {
            try entity.requirePoint("line")
        }
        let problem = NounError(id, "half", "a whole number is needed").problem
        #expect(problem.kind == .badRequestData)
        #expect(problem.detail == "urn:ngsi-ld:Shelter:x: half: a whole number is needed")
        #expect(problem.remedy?.contains("half") == true)
    }

    @Test("属性に属性を足しても、元の属性は変わらない")
    func subAttributes() {
        let level = Attribute.property(3.46, unitCode: "MTR")
        let judged = level.adding("quality", .property("measured"))
        #expect(judged.sub("quality")?.value == "measured")
        #expect(level.sub("quality") == nil)
        #expect(judged.unitCode == "MTR")
    }

    @Test("JSONの誤りは、場所と直し方を言う問題になる")
    func problems() throws {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[\n1,]") }
        let problem = try #require(error).problem
        #expect(problem.kind == .invalidRequest)
        #expect(problem.remedy == "Correct the JSON at line 2, column 3.")
        #expect(problem.places.map(\.place) == ["line 2, column 3"])
        #expect(problem.problem == problem)
    }

    @Test("ファイルの指摘は、ファイル・行・直し方を一行で言う")
    func diagnostics() {
        let whole = Diagnostic(file: "city.yaml", line: 0, message: "missing")
        #expect("\(whole)" == "city.yaml: error: missing")
        let line = Diagnostic(
            .warning, file: "city.yaml", line: 12, message: "old key", remedy: "write gauges")
        #expect("\(line)" == "city.yaml:12: warning: old key → write gauges")
    }
}
