import CityKernel
import Testing

@Suite("実体の名(URI)")
struct EntityIDTests {
    @Test(
        "絶対URIを受け入れる",
        arguments: [
            "urn:ngsi-ld:Shelter:E4320300001201", "urn:ngsi-ld:Shelter:人吉:東小", "http://a/b?c=d#e",
            "https://example.jp:8080/a/b", "a:b", "A+1-.x:y", "mailto:a@b", "urn:a::b", "urn:x:%E6",
            "geo:32.2,130.7", "urn:" + String(repeating: "a", count: EntityID.bytesMax - 4),
        ])
    func accepts(text: String) {
        #expect(EntityID(text)?.text == text)
        #expect(EntityID.isURI(text))
    }

    @Test(
        "URIでない文字列は断る",
        arguments: [
            "", ":", ":a", "a", "a:", "urn:ngsi-ld:Shelter:", "1a:b", "-a:b", "a_b:c", "a/b:c",
            "人:b", "a b:c", "urn:a b", " urn:a", "urn:a ", "urn:a\n", "urn:\ta", "urn:a\0",
            "urn:a\u{7F}", "urn:<a>", "urn:\"a\"", "urn:{a}", "urn:a|b", #"urn:a\b"#, "urn:a^b",
            "urn:a`b", "urn:a\u{85}", "urn:a\u{A0}b", "urn:a\u{3000}b", "urn:a\u{200B}b",
            "urn:a\u{202E}b", "urn:a\u{2028}b", "urn:a\u{FEFF}",
            "urn:" + String(repeating: "a", count: EntityID.bytesMax - 3),
            "urn:" + String(repeating: "水", count: EntityID.bytesMax / 3),
        ])
    func refuses(text: String) {
        #expect(EntityID(text) == nil)
        #expect(!EntityID.isURI(text))
    }

    @Test(
        "同じ物についての名詞は、型の後ろの名を分けあう",
        arguments: [
            ("urn:ngsi-ld:FloodStage:hitoyoshi", "hitoyoshi"),
            ("urn:ngsi-ld:FloodStage:hitoyoshi:hitoyoshi", "hitoyoshi:hitoyoshi"),
            ("urn:ngsi-ld:FloodStage", "urn:ngsi-ld:FloodStage"),
            ("urn:other:a:b", "urn:other:a:b"), ("http://a/b:c:d:e", "http://a/b:c:d:e"),
        ])
    func name(text: String, name: String) {
        #expect(EntityID(text)?.name == name)
    }

    @Test("どのURIの物にも、その名をもつ名詞を作れる")
    func namesFromAnyURI() throws {
        let longest = "http://a/" + String(repeating: "a", count: EntityID.bytesMax - 9)
        for text in ["http://a/b", "a:b", longest] {
            let thing = try #require(EntityID(text))
            let about = EntityID(type: "FloodStage", name: thing.name)
            #expect(about.name == text)
        }
    }

    @Test("並びは文字列の順")
    func order() throws {
        let ids = ["urn:b:1", "urn:a:2", "urn:a:10"].compactMap { EntityID($0) }
        #expect(ids.sorted().map(\.text) == ["urn:a:10", "urn:a:2", "urn:b:1"])
        #expect("\(ids[0])" == "urn:b:1")
    }
}
