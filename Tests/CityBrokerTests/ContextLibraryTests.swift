import CityBroker
import CityKernel
import CityTesting
import Logging
import Testing

@Suite("@context の書庫")
struct ContextLibraryTests {
    private static func url(_ name: String) -> String { "https://example.org/\(name).jsonld" }

    @Test("公開された版の核の文脈は、網なしですべて同じに解ける")
    func coreVersions() async throws {
        let library = ContextLibrary()
        for version in ["-v1.3", "-v1.6", "-v1.7", "-v1.8", "-v1.9", ""] {
            let url = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context\(version).jsonld"
            #expect(try await library.resolve(url: url) == .core)
        }
        await #expect(throws: Problem.self) {
            try await library.resolve(
                url: "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-other.jsonld")
        }
    }

    @Test("輪になった文脈と、深すぎる文脈は断る")
    func circles() async throws {
        let library = ContextLibrary([
            Self.url("a"): .string(Self.url("b")), Self.url("b"): .string(Self.url("a")),
        ])
        let problem = await #expect(throws: Problem.self) {
            try await library.resolve(url: Self.url("a"))
        }
        #expect(problem?.kind == .badRequestData)
        var nested: JSONValue = ["x": "https://x.org/x"]
        for _ in 0...ContextLibrary.depthMax { nested = .array([nested]) }
        await #expect(throws: Problem.self) { try await library.resolve(nested) }
        let many = JSONValue.array(
            (0...ContextLibrary.partsMax).map { ["x": .string("https://x.org/\($0)")] })
        await #expect(throws: Problem.self) { try await library.resolve(many) }
    }

    @Test("id と type の別名は、どの深さでも読まれる")
    func keywords() async throws {
        let library = ContextLibrary()
        let context = try await library.resolve(["identifier": "@id", "kind": ["@id": "@type"]])
        let json: JSONValue = [
            "identifier": "urn:x:1", "kind": "Lamp", "level": ["kind": "Property", "value": 3],
        ]
        #expect(
            context.withKeywords(json)
                == [
                    "id": "urn:x:1", "type": "Lamp",
                    "level": ["type": "Property", "value": 3],
                ])
    }

    @Test("語彙・接頭辞・値の型づけを読む")
    func definitions() async throws {
        let library = ContextLibrary()
        let context = try await library.resolve([
            "@vocab": "https://v.org/", "ex": ["@id": "https://ex.org/n", "@prefix": true],
            "seen": ["@id": "ex:seen", "@type": "@vocab"],
        ])
        #expect(context.name(of: "free") == "https://v.org/free")
        #expect(context.name(of: "seen") == "https://ex.org/nseen")
        #expect(context.coercion(of: "seen") == "@vocab")
        #expect(context.term(for: "https://ex.org/nother") == "ex:other")
    }

    @Test("遠くの文脈は一度だけ取りに行き、写しを残し、取り直せる")
    func remote() async throws {
        let server = FakeWebServer()
        server.answerWith(.init(body: Array(#"{"@context":{"a":"https://x.org/a"}}"#.utf8)))
        try await server.serving { address in
            try await TestBroker.with(outbound: .publicOnly.openToLoopback()) {
                (broker: Broker) async throws in
                let url = address + "/context.jsonld"
                for _ in 0..<3 {
                    let context = try await broker.contexts.resolve(url: url)
                    #expect(context.name(of: "a") == "https://x.org/a")
                }
                #expect(server.requests.count == 1)
                // Reading what is stored under it is no use of it.
                _ = try broker.contexts.context(url: url)
                let kept = try await broker.contexts.list(.cached)
                #expect(kept.map(\.url) == [url])
                #expect(kept.first?.hits == 3)
                server.answerWith(.init(body: Array(#"{"@context":{"a":"https://x.org/b"}}"#.utf8)))
                try await broker.contexts.reload(url)
                let fresh = try await broker.contexts.resolve(url: url)
                #expect(fresh.name(of: "a") == "https://x.org/b")
                server.answerWith(.init(status: 500))
                await #expect(throws: Problem.self) { try await broker.contexts.reload(url) }
                #expect(try await broker.contexts.resolve(url: url) == fresh)
                #expect(try await broker.contexts.delete(url))
                let problem = await #expect(throws: Problem.self) {
                    try await broker.contexts.resolve(url: url)
                }
                #expect(problem?.kind == .contextUnavailable)
            }
        }
    }

    @Test(
        "文脈でない文書は 400 の形の問題になり、写しを残さない",
        arguments: ["no json {", #"{"note":1}"#, #"{"@context":7}"#])
    func invalidDocuments(text: String) async throws {
        let server = FakeWebServer()
        server.answerWith(.init(body: Array(text.utf8)))
        try await server.serving { address in
            try await TestBroker.with(outbound: .publicOnly.openToLoopback()) {
                (broker: Broker) async throws in
                let problem = await #expect(throws: Problem.self) {
                    try await broker.contexts.resolve(url: address + "/x.jsonld")
                }
                #expect(problem?.kind == .badRequestData)
                #expect(try await broker.contexts.list(nil).isEmpty)
            }
        }
    }

    @Test("大きすぎる文書は読みきらない")
    func tooLarge() async throws {
        let server = FakeWebServer()
        let padding = String(repeating: "x", count: 1_100_000)
        server.answerWith(
            .init(body: Array(#"{"@context":{"a":"https://x.org/\#(padding)"}}"#.utf8)))
        try await server.serving { address in
            try await TestBroker.with(outbound: .publicOnly.openToLoopback()) {
                (broker: Broker) async throws in
                let problem = await #expect(throws: Problem.self) {
                    try await broker.contexts.resolve(url: address + "/x.jsonld")
                }
                #expect(problem?.kind == .badRequestData)
            }
        }
    }

    @Test("市の内側を指す文脈には、つながない")
    func inside() async throws {
        let server = FakeWebServer()
        try await server.serving { address in
            try await TestBroker.with(outbound: .publicOnly) { (broker: Broker) async throws in
                let problem = await #expect(throws: Problem.self) {
                    try await broker.contexts.resolve(url: address + "/x.jsonld")
                }
                #expect(problem?.kind == .contextUnavailable)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("登録した文脈は再起動の後も、どの番地の名で呼ばれても使える", arguments: TestEngine.available)
    func hosted(engine: TestEngine) async throws {
        try await TestBroker.with(engine) { (broker: Broker) async throws in
            let kept = try await broker.contexts.host(["@context": ["a": "https://x.org/a"]])
            let again = try Broker(
                store: broker.store, rules: [], clock: SystemClock(), logger: Logger(label: "x"))
            let context = try await again.contexts.resolve(
                url: "http://city.example/ngsi-ld/v1/jsonldContexts/\(kept.localID)")
            #expect(context.name(of: "a") == "https://x.org/a")
            #expect(try await again.contexts.delete(kept.localID))
            #expect(try await again.contexts.list(nil).isEmpty)
        }
    }

    @Test("同じ文脈の購読がいくつあっても、暗黙の文脈は一つ")
    func implicit() async throws {
        try await TestBroker.with { (broker: Broker) async throws in
            let body: JSONValue = [["a": "https://x.org/a"]]
            let first = try await broker.contexts.keepImplicitly(body)
            #expect(try await broker.contexts.keepImplicitly(body).localID == first.localID)
            #expect(try await broker.contexts.list(.implicitlyCreated).count == 1)
            let problem = await #expect(throws: Problem.self) {
                try await broker.contexts.reload(first.localID)
            }
            #expect(problem?.kind == .badRequestData)
        }
    }
}
