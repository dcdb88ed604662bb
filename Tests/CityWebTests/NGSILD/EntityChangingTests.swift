import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("実体の変え方")
struct EntityChangingTests {
    private static let root = "/ngsi-ld/v1/entities"
    private static let bus = root + "/urn:a:bus"

    private func visit(_ body: @Sendable (NGSILDVisitor) async throws -> Void) async throws {
        try await NGSILDVisitor.visit { visitor in
            try await visitor.write(
                .post, Self.root,
                """
                {"id":"urn:a:bus","type":"Bus","scope":"/city",
                 "speed":{"value":10,"unitCode":"KMH","observedAt":"2026-06-01T00:00:00Z"},
                 "name":{"languageMap":{"ja":"バス","en":"Bus"}},
                 "address":{"value":{"city":"人吉","road":"1"}},
                 "driver":{"object":"urn:a:driver"}}
                """)
            try await body(visitor)
        }
    }

    private func bus(_ visitor: NGSILDVisitor, _ query: String = "") async throws -> JSONValue {
        try await visitor.json(Self.bus + query)
    }

    @Test("併合は、書かれた所だけを変え、消す印を消す")
    func merges() async throws {
        try await visit { visitor in
            try await visitor.write(
                .patch, Self.bus,
                """
                {"speed":{"value":12},"address":{"value":{"road":"urn:ngsi-ld:null","no":3}},
                 "driver":"urn:ngsi-ld:null","wheels":6}
                """)
            var json = try await bus(visitor)
            #expect(json["speed"]?["value"] == 12)
            #expect(json["speed"]?["unitCode"] == "KMH")
            #expect(json["address"]?["value"] == ["city": "人吉", "no": 3])
            #expect(json["driver"] == nil)
            #expect(json["wheels"]?["value"] == 6)
            try await visitor.write(
                .patch, Self.bus + "?lang=en&observedAt=2026-06-02T00:00:00Z&format=simplified",
                #"{"name":"Coach","speed":15,"wheels":8}"#)
            json = try await bus(visitor)
            #expect(json["name"]?["languageMap"] == ["ja": "バス", "en": "Coach"])
            #expect(json["speed"]?["observedAt"] == "2026-06-02T00:00:00Z")
            #expect(json["wheels"]?["observedAt"] == nil)
        }
    }

    @Test("部分の更新と置き換えと追加")
    func attributes() async throws {
        try await visit { visitor in
            try await visitor.write(.patch, Self.bus + "/attrs/speed", #"{"value":20}"#)
            #expect(try await bus(visitor)["speed"]?["unitCode"] == "KMH")
            try await visitor.write(.put, Self.bus + "/attrs/speed", #"{"value":21}"#)
            #expect(try await bus(visitor)["speed"]?["unitCode"] == nil)
            try await visitor.write(
                .patch, Self.bus + "/attrs", #"{"speed":{"value":1,"datasetId":"urn:a:gps"}}"#)
            #expect(try await bus(visitor)["speed"]?.array?.count == 2)
            try await visitor.write(.delete, Self.bus + "/attrs/speed?datasetId=urn:a:gps")
            #expect(try await bus(visitor)["speed"]?["value"] == 21)
            let mixed = try await visitor.send(
                .post, Self.bus + "/attrs?options=noOverwrite", #"{"speed":1,"doors":2}"#)
            #expect(mixed.status.code == 207)
            let json = try JSONValue(parsing: mixed.body.readableBytesView)
            let vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/"
            #expect(json["updated"] == [.string(vocabulary + "doors")])
            #expect(json["notUpdated"]?[0]?["attributeName"] == .string(vocabulary + "speed"))
            try await visitor.write(.delete, Self.bus + "/attrs/scope")
            #expect(try await bus(visitor)["scope"] == nil)
        }
    }

    @Test("型が合わなければ、ないものとして扱う")
    func typeSelector() async throws {
        try await visit { visitor in
            let cases: [(HTTPRequest.Method, String, String?)] = [
                (.get, "", nil), (.delete, "", nil), (.patch, "", "{}"),
                (.put, "", #"{"type":"Bus"}"#), (.post, "/attrs", #"{"a":1}"#),
                (.patch, "/attrs", #"{"speed":1}"#), (.patch, "/attrs/speed", #"{"value":1}"#),
                (.put, "/attrs/speed", #"{"value":1}"#), (.delete, "/attrs/speed", nil),
            ]
            for (method, path, body) in cases {
                try NGSILDVisitor.expectProblem(
                    try await visitor.send(method, Self.bus + path + "?type=Tram", body), 404,
                    "ResourceNotFound")
            }
            #expect(try await bus(visitor, "?type=Tram,Bus")["speed"]?["value"] == 10)
        }
    }

    @Test("まとめて消す、属性だけを消す、残す")
    func purges() async throws {
        try await visit { visitor in
            try await visitor.write(.delete, Self.root + "?type=Bus&drop=name,driver")
            var json = try await bus(visitor)
            #expect(json["name"] == nil)
            #expect(json["speed"] != nil)
            try await visitor.write(.delete, Self.root + "?q=speed%3E5&keep=address")
            json = try await bus(visitor)
            #expect(json["speed"] == nil)
            #expect(json["address"] != nil)
            for query in [
                "", "?id=urn:a:bus", "?idPattern=.*", "?attrs=createdAt", "?type=Bus&drop=a&keep=b",
                "?q=modifiedAt%3E%222020-01-01T00:00:00Z%22", "?type=Bus&q=driver%7Bname%7D",
            ] {
                try NGSILDVisitor.expectProblem(
                    try await visitor.send(.delete, Self.root + query), 400, "BadRequestData")
            }
            try await visitor.write(.delete, Self.root + "?local=true")
            #expect(try await visitor.send(.get, Self.bus).status == .notFound)
        }
    }

    @Test("終わりを決める、変える、なくす")
    func expiry() async throws {
        try await visit { visitor in
            try await visitor.write(.patch, Self.bus, #"{"expiresAt":"2100-01-01T00:00:00Z"}"#)
            #expect(try await bus(visitor)["expiresAt"] == nil)
            #expect(
                try await bus(visitor, "?options=sysAttrs")["expiresAt"] == "2100-01-01T00:00:00Z")
            try await visitor.write(.patch, Self.bus, #"{"expiresAt":"urn:ngsi-ld:null"}"#)
            #expect(try await bus(visitor, "?options=sysAttrs")["expiresAt"] == nil)
            try await visitor.write(.patch, Self.bus, #"{"expiresAt":"2020-01-01T00:00:00Z"}"#)
            #expect(try await visitor.send(.get, Self.bus).status == .notFound)
        }
    }

    @Test("悪い入力には、はっきりした断り")
    func badInput() async throws {
        try await visit { visitor in
            let deep = String(repeating: "[", count: 5_000)
            let huge =
                #"{"id":"urn:a:1","type":"A","b":""# + String(repeating: "x", count: 10 << 20)
            let cases: [(String, Int, String)] = [
                (#"{"id":"urn:a:1","type":"A","b":\#(deep)"#, 400, "InvalidRequest"),
                (huge, 413, "tooLarge"),
                (#"{"id":"urn:a:1","type":"A","b":1,"b":2}"#, 400, "InvalidRequest"),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"type":"Point","coordinates":[1]}}"#, 400,
                    "BadRequestData"
                ),
                (#"{"id":"urn:a:1","type":"A","b c":1}"#, 400, "BadRequestData"),
                (#"{"id":"urn:a:1","type":"A","scope":"9"}"#, 400, "BadRequestData"),
                (
                    #"{"id":"urn:a:1","type":"A","location":{"type":"Property","value":1}}"#, 400,
                    "BadRequestData"
                ),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"value":{"c":"urn:ngsi-ld:null"}}}"#, 400,
                    "BadRequestData"
                ),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"value":1,"object":"urn:a:2"}}"#, 400,
                    "BadRequestData"
                ),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"object":"urn:a:2","unitCode":"MTR"}}"#, 400,
                    "BadRequestData"
                ),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"value":1,"@context":{}}}"#, 400,
                    "BadRequestData"
                ),
                (
                    #"{"id":"urn:a:1","type":"A","b":{"value":1,"observedAt":"2026-06-01T09:00:00+09:00"}}"#,
                    400, "BadRequestData"
                ),
            ]
            for (body, status, type) in cases {
                try NGSILDVisitor.expectProblem(
                    try await visitor.send(.post, Self.root, body), status, type)
            }
            let notUTF8 = Array(#"{"id":"urn:a:1","type":"A","b":""#.utf8) + [0xFF, 0x22, 0x7D]
            try NGSILDVisitor.expectProblem(
                try await visitor.send(.post, Self.root, bytes: notUTF8), 400, "InvalidRequest")
            let queries = [
                ("idPattern=(a%2B)%2B%5C1", 400, "BadRequestData"),
                ("idPattern=((a%7B99%7D)%7B99%7D)%7B99%7D", 403, "TooComplexQuery"),
                ("q=a~=%22((b%7B99%7D)%7B99%7D)%7B99%7D%22", 403, "TooComplexQuery"),
                (
                    "georel=within&geometry=Polygon&coordinates=%5B%5B%5B1,2%5D%5D%5D", 400,
                    "BadRequestData"
                ),
                (
                    "georel=near;maxDistance==0&geometry=Point&coordinates=%5B1,2%5D", 400,
                    "BadRequestData"
                ),
                ("orderBy=location;dist-asc", 400, "BadRequestData"),
                ("limit=100000", 403, "TooManyResults"),
            ]
            for (query, status, type) in queries {
                try NGSILDVisitor.expectProblem(
                    try await visitor.send(.get, Self.root + "?type=Bus&" + query), status, type)
            }
        }
    }
}
