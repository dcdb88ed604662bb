import CityBroker
import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("NGSI-LD の入口")
struct NGSILDRoutesTests {
    private static let entities = "/ngsi-ld/v1/entities"
    private static let lamp = "urn:ngsi-ld:Lamp:1"

    private func visit(_ body: @Sendable (NGSILDVisitor) async throws -> Void) async throws {
        try await NGSILDVisitor.visit(body)
    }

    private func makeLamp(_ number: Int, brightness: Int) -> String {
        """
        {"id":"urn:ngsi-ld:Lamp:\(number)","type":"Lamp",
         "brightness":{"type":"Property","value":\(brightness)},
         "location":{"type":"GeoProperty",
          "value":{"type":"Point","coordinates":[\(130.7 + Double(number) / 100),32.2]}}}
        """
    }

    private func expectProblem(
        _ answer: TestResponse, _ status: Int, _ type: String
    ) throws {
        try NGSILDVisitor.expectProblem(answer, status, type)
    }

    @Test("作り、読み、消す")
    func lifecycle() async throws {
        try await visit { visitor in
            let made = try await visitor.send(
                .post, Self.entities, makeLamp(1, brightness: 5))
            #expect(made.status == .created)
            #expect(made.headers[.location] == "\(Self.entities)/\(Self.lamp)")
            let answer = try await visitor.send(.get, "\(Self.entities)/\(Self.lamp)")
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.headers[HTTPField.Name("Link")!]?.contains("ngsi-ld-core") == true)
            let linked = try await visitor.json(
                "\(Self.entities)/\(Self.lamp)", [.accept: "application/ld+json"])
            #expect(linked["@context"] != nil)
            #expect(linked["brightness"]?["value"] == 5)
            let escaped = try await visitor.json(
                "\(Self.entities)/urn%3Angsi-ld%3ALamp%3A1?options=keyValues")
            #expect(escaped["brightness"] == 5)
            let gone = try await visitor.send(.delete, "\(Self.entities)/\(Self.lamp)")
            #expect(gone.status == .noContent)
            try expectProblem(
                try await visitor.send(.get, "\(Self.entities)/\(Self.lamp)"), 404,
                "ResourceNotFound")
        }
    }

    @Test("書の通りに断る")
    func refusals() async throws {
        try await visit { visitor in
            _ = try await visitor.send(.post, Self.entities, makeLamp(1, brightness: 5))
            let cases: [(HTTPRequest.Method, String, String?, Int, String)] = [
                (.post, "", makeLamp(1, brightness: 5), 409, "AlreadyExists"),
                (.post, "", #"{"id": "#, 400, "InvalidRequest"),
                (.post, "", "", 400, "InvalidRequest"),
                (.post, "", #"{"id":"urn:a:1","type":"A","type":"B"}"#, 400, "InvalidRequest"),
                (.post, "", #"{"id":"no uri","type":"A"}"#, 400, "BadRequestData"),
                (.post, "", #"{"id":"urn:a:1","type":"A","@context":{}}"#, 400, "BadRequestData"),
                (.get, "", nil, 400, "BadRequestData"),
                (.get, "?type=Lamp&q=a>>1", nil, 400, "BadRequestData"),
                (.get, "?type=Lamp&georel=near", nil, 400, "BadRequestData"),
                (.get, "?type=Lamp&limit=-1", nil, 400, "BadRequestData"),
                (.get, "?type=Lamp&limit=0", nil, 400, "BadRequestData"),
                (.get, "?type=Lamp&limit=5000", nil, 403, "TooManyResults"),
                (.get, "?type=Lamp&scopeQ=//", nil, 400, "BadRequestData"),
                (.get, "/no-uri", nil, 400, "BadRequestData"),
                (.patch, "/urn:a:none/attrs", #"{"a":1}"#, 404, "ResourceNotFound"),
                (.delete, "/\(Self.lamp)/attrs/none", nil, 404, "ResourceNotFound"),
            ]
            for (method, path, body, status, type) in cases {
                let answer = try await visitor.send(method, Self.entities + path, body)
                try expectProblem(answer, status, type)
            }
        }
    }

    @Test("媒体、文脈、借り手を確かめる")
    func negotiation() async throws {
        try await visit { visitor in
            let media = try await visitor.send(
                .post, Self.entities, "a,b", [.contentType: "text/csv"])
            #expect(media.status == .unsupportedMediaType)
            let accept = try await visitor.send(
                .get, "\(Self.entities)?type=A", nil, [.accept: "text/csv"])
            #expect(accept.status == .notAcceptable)
            let tenant = try await visitor.send(
                .get, "\(Self.entities)?type=A", nil, [HTTPField.Name("NGSILD-Tenant")!: "other"])
            try expectProblem(tenant, 404, "NonexistentTenant")
            let link =
                "<https://x.org/c>; rel=\"http://www.w3.org/ns/json-ld#context\""
            let context = try await visitor.send(
                .get, "\(Self.entities)?type=A", nil, [HTTPField.Name("Link")!: link])
            try expectProblem(context, 504, "LdContextNotAvailable")
        }
    }

    @Test("送り手の文脈で広げて、全名で答える")
    func contexts() async throws {
        try await visit { visitor in
            let made = try await visitor.send(
                .post, Self.entities,
                #"""
                {"id":"urn:ngsi-ld:Lot:1","type":"Lot","places":{"value":4},
                 "@context":[{"places":"https://x.org/w#places","Lot":"https://x.org/w#Lot"}]}
                """#, [.contentType: "application/ld+json"])
            #expect(made.status == .created)
            let plain = try await visitor.json("\(Self.entities)/urn:ngsi-ld:Lot:1")
            #expect(plain["type"] == "https://x.org/w#Lot")
            #expect(plain["https://x.org/w#places"]?["value"] == 4)
            let found = try await visitor.json(
                "\(Self.entities)?type=https%3A%2F%2Fx.org%2Fw%23Lot"
                    + "&q=https%3A%2F%2Fx.org%2Fw%23places%3E3")
            #expect(found.array?.count == 1)
        }
    }

    @Test("条件で探し、頁をめくる")
    func queries() async throws {
        try await visit { visitor in
            for number in 0..<5 {
                _ = try await visitor.send(
                    .post, Self.entities, makeLamp(number, brightness: number * 10))
            }
            func ids(_ query: String) async throws -> [String] {
                try await visitor.json("\(Self.entities)?type=Lamp&\(query)").array?
                    .compactMap { $0["id"]?.string?.split(separator: ":").last.map(String.init) }
                    ?? []
            }
            #expect(try await ids("q=brightness%3E20") == ["3", "4"])
            #expect(try await ids("q=brightness==10%7Cbrightness==40") == ["1", "4"])
            let near = "georel=near%3BmaxDistance==1500&geometry=Point&coordinates=%5B130.7,32.2%5D"
            #expect(try await ids(near) == ["0", "1"])
            #expect(try await ids("id=urn:ngsi-ld:Lamp:2,urn:ngsi-ld:Lamp:9") == ["2"])
            #expect(try await ids("attrs=none") == [])
            let page = try await visitor.send(
                .get, "\(Self.entities)?type=Lamp&limit=2&offset=2&count=true")
            #expect(page.headers[HTTPField.Name("NGSILD-Results-Count")!] == "5")
            let links = page.headers[values: HTTPField.Name("Link")!]
            #expect(links.contains { $0.contains("rel=\"next\"") && $0.contains("offset=4") })
            #expect(links.contains { $0.contains("rel=\"prev\"") && $0.contains("offset=0") })
            let last = try await visitor.send(.get, "\(Self.entities)?type=Lamp&limit=2&offset=4")
            #expect(!last.headers[values: HTTPField.Name("Link")!].contains { $0.contains("next") })
            let features = try await visitor.json(
                "\(Self.entities)?type=Lamp", [.accept: "application/geo+json"])
            #expect(features["features"]?[0]?["geometry"]?["type"] == "Point")
        }
    }

    @Test("属性を足し、変え、消す")
    func attributes() async throws {
        try await visit { visitor in
            let path = "\(Self.entities)/\(Self.lamp)"
            _ = try await visitor.send(.post, Self.entities, makeLamp(1, brightness: 5))
            let appended = try await visitor.send(
                .post, "\(path)/attrs?options=noOverwrite",
                #"{"brightness":{"value":9},"colour":{"value":"red"}}"#)
            #expect(appended.status.code == 207)
            let updated = try await visitor.send(
                .patch, "\(path)/attrs",
                #"{"brightness":{"value":6},"none":{"value":"urn:ngsi-ld:null"}}"#)
            #expect(updated.status.code == 207)
            let partial = try await visitor.send(
                .patch, "\(path)/attrs/brightness",
                #"{"unitCode":"LUX","observedAt":"2026-06-01T00:00:00Z"}"#)
            #expect(partial.status == .noContent)
            let merged = try await visitor.send(
                .patch, path, #"{"colour":"urn:ngsi-ld:null","shape":{"value":"round"}}"#)
            #expect(merged.status == .noContent)
            var entity = try await visitor.json(path)
            #expect(entity["brightness"]?["value"] == 6)
            #expect(entity["brightness"]?["unitCode"] == "LUX")
            #expect(entity["colour"] == nil)
            #expect(entity["shape"]?["value"] == "round")
            let put = try await visitor.send(
                .put, "\(path)/attrs/shape", #"{"type":"Property","value":"flat"}"#)
            #expect(put.status == .noContent)
            let removed = try await visitor.send(.delete, "\(path)/attrs/brightness")
            #expect(removed.status == .noContent)
            entity = try await visitor.json("\(path)?pick=shape")
            #expect(entity == ["shape": ["type": "Property", "value": "flat"]])
            let replaced = try await visitor.send(
                .put, path, #"{"id":"\#(Self.lamp)","type":"Lamp","only":{"value":1}}"#)
            #expect(replaced.status == .noContent)
            #expect(try await visitor.json("\(path)?options=keyValues")["shape"] == nil)
        }
    }

    @Test("まとめて入れると、それぞれの結果が分かる")
    func batches() async throws {
        try await visit { visitor in
            let operations = "/ngsi-ld/v1/entityOperations"
            _ = try await visitor.send(.post, Self.entities, makeLamp(0, brightness: 1))
            let batch = "[\((0..<3).map { makeLamp($0, brightness: 7) }.joined(separator: ","))]"
            let upserted = try await visitor.send(.post, "\(operations)/upsert", batch)
            #expect(upserted.status == .created)
            let created = try JSONValue(parsing: upserted.body.readableBytesView)
            #expect(created == ["urn:ngsi-ld:Lamp:1", "urn:ngsi-ld:Lamp:2"])
            let again = try await visitor.send(
                .post, "\(operations)/upsert?options=update", batch)
            #expect(again.status == .noContent)
            let mixed = try await visitor.send(
                .post, "\(operations)/create",
                "[\(makeLamp(0, brightness: 1)),\(makeLamp(8, brightness: 1)),{\"id\":\"x\"}]")
            #expect(mixed.status.code == 207)
            let outcome = try JSONValue(parsing: mixed.body.readableBytesView)
            #expect(outcome["success"] == ["urn:ngsi-ld:Lamp:8"])
            #expect(outcome["errors"]?.array?.count == 2)
            let deleted = try await visitor.send(
                .post, "\(operations)/delete", #"["urn:ngsi-ld:Lamp:8"]"#)
            #expect(deleted.status == .noContent)
            let queried = try await visitor.send(
                .post, "\(operations)/query",
                #"{"type":"Query","entities":[{"type":"Lamp"}],"q":"brightness==7"}"#)
            #expect(try JSONValue(parsing: queried.body.readableBytesView).array?.count == 3)
        }
    }

    @Test("過去、購読、名前の一覧")
    func otherDoors() async throws {
        try await visit { visitor in
            _ = try await visitor.send(.post, Self.entities, makeLamp(1, brightness: 5))
            for minute in 1...3 {
                let body = """
                    {"brightness":{"value":\(minute),"observedAt":"2026-01-01T00:0\(minute):00Z"}}
                    """
                let answer = try await visitor.send(
                    .patch, "\(Self.entities)/\(Self.lamp)/attrs", body)
                #expect(answer.status == .noContent)
            }
            let past = try await visitor.json(
                "/ngsi-ld/v1/temporal/entities/\(Self.lamp)?timerel=after"
                    + "&timeAt=2026-01-01T00:01:00Z&attrs=brightness")
            #expect(past["brightness"]?.array?.compactMap { $0["value"] } == [1, 2, 3])
            let values = try await visitor.json(
                "/ngsi-ld/v1/temporal/entities?type=Lamp&timerel=between"
                    + "&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-01T00:02:30Z"
                    + "&options=temporalValues")
            #expect(values[0]?["brightness"]?["values"]?.array?.count == 2)

            let made = try await visitor.send(
                .post, "/ngsi-ld/v1/subscriptions",
                #"""
                {"type":"Subscription","entities":[{"type":"Lamp"}],"watchedAttributes":["colour"],
                 "notification":{"endpoint":{"uri":"http://127.0.0.1:1/"}}}
                """#)
            #expect(made.status == .created)
            let location = try #require(made.headers[.location])
            let changed = try await visitor.send(.patch, location, #"{"isActive":false}"#)
            #expect(changed.status == .noContent)
            let stored = try await visitor.json(location)
            #expect(stored["status"] == "paused")
            #expect(stored["watchedAttributes"] == ["colour"])
            #expect(try await visitor.json("/ngsi-ld/v1/subscriptions").array?.count == 1)
            #expect(try await visitor.send(.delete, location).status == .noContent)

            let types = try await visitor.json("/ngsi-ld/v1/types")
            #expect(types["typeList"] == ["Lamp"])
            let type = try await visitor.json("/ngsi-ld/v1/types/Lamp")
            #expect(type["entityCount"] == 1)
            let attribute = try await visitor.json("/ngsi-ld/v1/attributes/brightness")
            #expect(attribute["typeNames"] == ["Lamp"])
        }
    }

    @Test("大きすぎる本文と束は断り、何も残さない")
    func limits() async throws {
        try await visit { visitor in
            let long = String(repeating: "x", count: WebLimits.bodyBytesMax)
            let body = try await visitor.send(
                .post, Self.entities, #"{"id":"urn:a:1","type":"A","b":{"value":"\#(long)"}}"#)
            #expect(body.status == .contentTooLarge)
            let ids = (0...1_000).map { #"{"id":"urn:a:\#($0)","type":"A"}"# }
            let batch = try await visitor.send(
                .post, "/ngsi-ld/v1/entityOperations/upsert",
                "[" + ids.joined(separator: ",") + "]")
            #expect(batch.status == .contentTooLarge)
            #expect(try await visitor.json("\(Self.entities)?type=A").array?.isEmpty == true)
        }
    }
}
