import CityBroker
import CityKernel
import CityTesting
import Testing

@Suite("NGSI-LD の文書")
struct CodecTests {
    private func context(_ text: String) throws -> LDContext {
        try ContextLibrary().context(try JSONValue(parsing: text))
    }

    @Test("標準の語彙の名前は短いまま、ほかは IRI になる")
    func names() throws {
        let words = try context(
            """
            {"ex":"https://x.org/voc#","speed":"ex:speed","Bus":{"@id":"https://x.org/Bus"},
             "status":"https://x.org/mine","near":"https://uri.etsi.org/ngsi-ld/default-context/close"}
            """)
        let cases = [
            ("temperature", "temperature"), ("speed", "https://x.org/voc#speed"),
            ("ex:other", "https://x.org/voc#other"), ("Bus", "https://x.org/Bus"),
            ("status", "status"), ("location", "location"), ("near", "close"),
            ("https://uri.etsi.org/ngsi-ld/default-context/temperature", "temperature"),
            ("https://uri.etsi.org/ngsi-ld/status", "status"),
            ("https://y.org/a", "https://y.org/a"),
        ]
        for (term, name) in cases { #expect(words.name(of: term) == name, "\(term)") }
        let back = [
            ("temperature", "temperature"), ("https://x.org/voc#speed", "speed"),
            ("https://x.org/voc#other", "ex:other"), ("https://x.org/Bus", "Bus"),
            ("status", "status"), ("close", "near"), ("https://y.org/a", "https://y.org/a"),
            ("near", "ngsi-ld:default-context/near"),
        ]
        for (name, term) in back { #expect(words.term(for: name) == term, "\(name)") }
        #expect(LDContext.core.term(for: "https://x.org/Bus") == "https://x.org/Bus")
    }

    @Test("@vocab と文脈の並び")
    func vocabulary() throws {
        let words = try context(
            """
            ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld",
             {"@vocab":"https://x.org/"},{"a":"https://y.org/a"}]
            """)
        #expect(words.name(of: "b") == "https://x.org/b")
        #expect(words.term(for: "https://x.org/b") == "b")
        #expect(words.name(of: "a") == "https://y.org/a")
    }

    @Test("知らない URL の文脈は、はっきり断る")
    func unknownContext() {
        #expect {
            try ContextLibrary().context(url: "https://x.org/context.jsonld")
        } throws: { ($0 as? Problem)?.kind == .contextUnavailable }
        let library = ContextLibrary(["https://x.org/c": ["@context": ["a": "https://x.org/a"]]])
        #expect(throws: Never.self) {
            let context = try library.context(url: "https://x.org/c")
            #expect(context.name(of: "a") == "https://x.org/a")
        }
    }

    private static let whole = """
        {"id":"urn:ngsi-ld:Bus:1","type":["Bus","Vehicle"],"scope":"/city",\
        "speed":{"type":"Property","value":12.5,"unitCode":"KMH",\
        "observedAt":"2026-06-01T00:00:00Z","quality":{"type":"Property","value":"measured"}},\
        "driver":{"type":"Relationship","object":"urn:ngsi-ld:Person:1"},\
        "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[130.7,32.2]}},\
        "name":{"type":"LanguageProperty","languageMap":{"ja":"バス","en":"Bus"}},\
        "kind":{"type":"VocabProperty","vocab":"night"},\
        "raw":{"type":"JsonProperty","json":{"a":null}},\
        "stops":{"type":"ListProperty","valueList":[1,2]},\
        "next":{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]},\
        "load":[{"type":"Property","value":1},\
        {"type":"Property","value":2,"datasetId":"urn:x:two"}]}
        """

    @Test("標準形は読んで書くと同じになる")
    func normalized() throws {
        let json = try JSONValue(parsing: Self.whole)
        let entity = try NGSILDCodec().entity(json)
        #expect(entity["speed"]?.sub("quality")?.value == "measured")
        #expect(entity.attributes.filter { $0.name == "load" }.count == 2)
        #expect(NGSILDCodec().json(entity).text == Self.whole)
    }

    @Test("簡潔形も読んで書くと同じ実体になる")
    func concise() throws {
        let entity = try NGSILDCodec().entity(try JSONValue(parsing: Self.whole))
        let concise = NGSILDCodec().json(entity, NGSILDRepresentation(.concise))
        #expect(concise["location"]?["type"] == "Point")
        #expect(concise["speed"]?["type"] == nil)
        #expect(try NGSILDCodec().entity(concise) == entity)
    }

    @Test("単純形は値だけ")
    func simplified() throws {
        let entity = try NGSILDCodec().entity(try JSONValue(parsing: Self.whole))
        let json = NGSILDCodec().json(entity, NGSILDRepresentation(.simplified))
        #expect(json["speed"] == 12.5)
        #expect(json["driver"] == "urn:ngsi-ld:Person:1")
        #expect(json["name"]?["languageMap"]?["ja"] == "バス")
        #expect(json["load"]?["dataset"]?["@none"] == 1)
        let japanese = NGSILDCodec().json(
            entity, NGSILDRepresentation(.simplified, languages: ["ja"]))
        #expect(japanese["name"] == "バス")
    }

    @Test(
        "決まりに合わない文書は、場所を示して断る",
        arguments: [
            (#"{"type":"A"}"#, "/id"),
            (#"{"id":"no uri","type":"A"}"#, "/id"),
            (#"{"id":"urn:a:1"}"#, "/type"),
            (#"{"id":"urn:a:1","type":"A","b":null}"#, "/b"),
            (#"{"id":"urn:a:1","type":"A","b":{"type":"Property"}}"#, "/b"),
            (#"{"id":"urn:a:1","type":"A","b":{"type":"Thing","value":1}}"#, "/b/type"),
            (#"{"id":"urn:a:1","type":"A","b":{"type":"Relationship","object":"x"}}"#, "/b/object"),
            (#"{"id":"urn:a:1","type":"A","b":{"value":1,"observedAt":"today"}}"#, "/b/observedAt"),
            (
                #"{"id":"urn:a:1","type":"A","b":{"type":"GeoProperty","value":{"type":"Point","coordinates":[200,0]}}}"#,
                "/b/value"
            ),
            (
                #"{"id":"urn:a:1","type":"A","b":[{"type":"Property","value":1},{"type":"Property","value":2}]}"#,
                "/b"
            ),
            (#"{"id":"urn:a:1","type":"A","b":"urn:ngsi-ld:null"}"#, "/b"),
        ])
    func refuses(text: String, place: String) throws {
        let json = try JSONValue(parsing: text)
        #expect {
            try NGSILDCodec().entity(json)
        } throws: { error in
            let problem = error as? Problem
            return problem?.kind == .badRequestData && problem?.places.first?.place == place
        }
    }

    private static let old = Attribute.property(
        ["a": 1, "b": 2], unitCode: "MTR", observedAt: Town.morning
    ).adding("quality", .property("measured"))

    private func patch(
        _ text: String, _ purpose: NGSILDCodec.Purpose
    ) throws -> (patch: AttributePatch, isDeletion: Bool) {
        try NGSILDCodec().patch(try JSONValue(parsing: text), of: "level", for: purpose)
    }

    @Test("併合は、値の中まで書かれた所だけを変える")
    func merge() throws {
        let text = """
            {"value":{"b":3,"c":{"d":4},"a":"urn:ngsi-ld:null"},"by":{"value":"x"},
             "unitCode":"urn:ngsi-ld:null"}
            """
        let merged = try patch(text, .merge).patch.applied(to: Self.old, isMerge: true)
        #expect(merged.value == ["b": 3, "c": ["d": 4]])
        #expect(merged.unitCode == nil)
        #expect(merged.observedAt == Town.morning)
        #expect(merged.subAttributes.map(\.name) == ["quality", "by"])
    }

    @Test("部分の更新は、属性の書かれた項目を置き換える")
    func partialUpdate() throws {
        let changed = try patch(#"{"value":{"b":3},"quality":"urn:ngsi-ld:null"}"#, .update)
            .patch.applied(to: Self.old, isMerge: false)
        #expect(changed.value == ["b": 3])
        #expect(changed.unitCode == "MTR")
        #expect(changed.subAttributes.isEmpty)
        #expect(try patch(#"{"value":"urn:ngsi-ld:null"}"#, .update).isDeletion)
        #expect(throws: Problem.self) { try patch(#"{"value":{"b":"urn:ngsi-ld:null"}}"#, .update) }
        #expect(throws: Problem.self) { try patch(#"{"datasetId":"urn:ngsi-ld:null"}"#, .update) }
    }
}
