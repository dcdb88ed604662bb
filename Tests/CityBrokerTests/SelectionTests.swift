import CityBroker
import CityKernel
import Testing

@Suite("型と範囲と項目の選び方")
struct SelectionTests {
    @Test(
        "型の式",
        arguments: [
            ("A", ["A"], true), ("A,B", ["B"], true), ("A|B", ["C"], false), ("A;B", ["A"], false),
            ("A;B", ["B", "A"], true), ("(A;B),C", ["C"], true), ("(A;B),C", ["A"], false),
            ("A;(B|C)", ["A", "C"], true), ("((A))", ["A"], true), ("A,B;C", ["B"], false),
        ])
    func types(text: String, types: [String], expected: Bool) throws {
        let selection = try TypeSelection.parse(text)
        #expect(selection.matches(types) == expected)
        let isCandidate = selection.candidates.contains(where: types.contains)
        #expect(isCandidate || !expected, "candidates hold every match")
        if selection.isListOfTypes { #expect(isCandidate == expected) }
    }

    @Test("読めない型の式は断る", arguments: ["", ",", "A,", "(A", "A)", "A;;B", "A B", "9A", "()"])
    func refusesTypes(text: String) {
        #expect(throws: Problem.self) { try TypeSelection.parse(text) }
    }

    @Test(
        "範囲の式",
        arguments: [
            ("/a/b", ["/a/b"], true), ("/a/b", ["/a"], false), ("/a/b", ["/a/b/c"], false),
            ("/a/+", ["/a/b"], true), ("/a/+", ["/a/b/c"], false), ("/+/b", ["/a/b"], true),
            ("/a/#", ["/a/b/c"], true), ("/a/#", ["/a"], true), ("/a/#", ["/b/a"], false),
            ("/#", ["/x"], true), ("/#", [], false), ("a", ["/a"], true),
            ("/a;/b", ["/a"], false), ("/a;/b", ["/b", "/a"], true), ("/a,/b", ["/b"], true),
            ("(/a;/b)|/c", ["/c"], true),
        ])
    func scopes(text: String, scopes: [String], expected: Bool) throws {
        #expect(try ScopeSelection.parse(text).matches(scopes) == expected)
    }

    @Test("読めない範囲の式は断る", arguments: ["", "/", "//a", "/a;", "(/a", "/#/a", "/9", "/a b"])
    func refusesScopes(text: String) {
        #expect(throws: Problem.self) { try ScopeSelection.parse(text) }
    }

    @Test("示す項目と、その先の実体の項目")
    func projection() throws {
        let projection = try Projection(pick: "id,name,at{name|in{id}}", omit: nil, .core)
        #expect(projection.shows("id"))
        #expect(projection.shows("at"))
        #expect(!projection.shows("type"))
        #expect(projection.linkDepth == 2)
        #expect(projection.inside("at").shows("name"))
        #expect(!projection.inside("at").shows("id"))
        #expect(projection.inside("at").inside("in").shows("id"))
        #expect(projection.inside("name") == .all)
        let without = try Projection(pick: nil, omit: "type,at{name}", .core)
        #expect(!without.shows("type"))
        #expect(without.shows("at"))
        #expect(!without.inside("at").shows("name"))
        #expect(without.inside("at").shows("type"))
    }

    @Test(
        "読めない項目の並びは断る",
        arguments: ["", "a,,b", "a{", "a{}", "a{{b}}", "a{,b}", "a;b", "a}", "a b"])
    func refusesProjection(text: String) {
        #expect(throws: Problem.self) { try Projection(pick: text, omit: nil, .core) }
    }

    @Test("同じ項目を示し、かつ除くことはできない")
    func contradiction() {
        #expect(throws: Problem.self) { try Projection(pick: "a,b", omit: "b", .core) }
        #expect(throws: Never.self) { try Projection(pick: "a,b", omit: "b{c}", .core) }
    }

    @Test(
        "言葉の好み",
        arguments: [
            ("fr;q=0.2,nl;q=0.9", ["fr", "nl"], "nl"), ("FR", ["nl", "fr"], "fr"),
            ("nl-BE", ["fr", "nl"], "nl"), ("en", ["de", "en-US"], "en-US"),
            ("pt", ["fr", "nl"], "fr"), ("pt", ["fr", "@none"], "@none"),
            ("*", ["fr", "nl"], "fr"),
            ("de;q=0,nl", ["de", "nl"], "nl"),
        ])
    func languages(wishes: String, tags: [String], expected: String) {
        let map = JSONObject(tags.map { ($0, .string($0)) })
        let attribute = Attribute(.languageProperty, .object(map))
        let representation = NGSILDRepresentation(
            .simplified, languages: LanguageRange.parse(wishes))
        #expect(NGSILDCodec().json(attribute, representation) == .string(expected))
    }
}
