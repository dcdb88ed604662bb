import CityBroker
import CityKernel
import CityStore
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@Suite("NGSIv2 の入口")
struct NGSIv2RoutesTests {
    private func visit(
        _ body: @Sendable @escaping (NGSIv2Visitor, Broker) async throws -> Void
    ) async throws {
        try await NGSIv2Visitor.visit(.sqlite, body)
    }

    private static let room = """
        {"id":"Room1","type":"Room",
         "temperature":{"type":"Float","value":23.5,"metadata":{
           "accuracy":{"type":"Number","value":0.1},"unitCode":{"type":"Text","value":"CEL"}}},
         "open":{"type":"Boolean","value":true},
         "seen":{"type":"DateTime","value":"2026-01-02T03:04:05Z"},
         "place":{"type":"geo:point","value":"32.2, 130.7"},
         "owner":{"type":"Relationship","value":"Person 7"},
         "note":{"type":"None","value":null},
         "address":{"type":"StructuredValue","value":{"city":"人吉"}}}
        """.replacing("Person 7", with: "Person7")

    @Test("書いたとおりに読め、NGSI-LD では意味のある属性になる")
    func roundTrip() async throws {
        try await visit { visitor, broker in
            let made = try await visitor.send(.post, "/entities", Self.room, expect: 201)
            #expect(made.headers[.location] == "/v2/entities/Room1?type=Room")
            var expected = try JSONValue(parsing: Self.room).object!
            for name in expected.keys where !["id", "type"].contains(name) {
                var attribute = expected[name]!.object!
                if attribute["metadata"] == nil { attribute["metadata"] = .object(JSONObject()) }
                if name == "seen" { attribute["value"] = "2026-01-02T03:04:05.000Z" }
                expected[name] = .object(attribute)
            }
            #expect(try await visitor.json("/entities/Room1") == .object(expected))
            let id = try #require(EntityID("urn:ngsi-v2:Room1"))
            let entity = try #require(try await broker.entity(id))
            #expect(entity["place"]?.kind == .geoProperty)
            #expect(entity["owner"]?.kind == .relationship)
            #expect(entity["temperature"]?.unitCode == "CEL")
            let values = try await visitor.json("/entities/Room1?options=keyValues&attrs=open,note")
            #expect(values == ["id": "Room1", "type": "Room", "open": true, "note": nil])
            #expect(
                try await visitor.json(
                    "/entities/Room1/attrs?options=values&attrs=temperature,open")
                    == [23.5, true])
        }
    }

    @Test("Orion と同じ言葉で断る")
    func refusals() async throws {
        try await visit { visitor, _ in
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            @Sendable func refuses(
                _ method: HTTPRequest.Method, _ path: String, _ body: String?, _ status: Int,
                _ word: String
            ) async throws {
                let answer = try await visitor.send(method, path, body, expect: status)
                let json = try JSONValue(parsing: answer.body.readableBytesView)
                #expect(json["error"]?.string == word)
                #expect(json["description"]?.string?.isEmpty == false)
            }
            try await refuses(.post, "/entities", Self.room, 422, "Unprocessable")
            try await refuses(.get, "/entities/None", nil, 404, "NotFound")
            try await refuses(.get, "/entities/Room1?type=Other", nil, 404, "NotFound")
            try await refuses(.get, "/entities/Room1/attrs/none", nil, 404, "NotFound")
            try await refuses(.post, "/entities", "{no", 400, "ParseError")
            try await refuses(.post, "/entities", #"{"type":"T"}"#, 400, "BadRequest")
            try await refuses(.post, "/entities", #"{"id":"a b"}"#, 400, "BadRequest")
            try await refuses(
                .post, "/entities", #"{"id":"a","x":{"value":"<b>"}}"#, 400, "BadRequest")
            try await refuses(
                .post, "/entities/Room1/attrs?options=append", #"{"open":{"value":false}}"#, 422,
                "Unprocessable")
            try await refuses(
                .patch, "/entities/Room1/attrs", #"{"new":{"value":1}}"#, 422, "Unprocessable")
            try await refuses(.get, "/entities?limit=0", nil, 400, "BadRequest")
            try await refuses(.get, "/entities?q=a%3D%3D", nil, 400, "BadRequest")
            try await refuses(.get, "/entities?georel=near&geometry=point", nil, 400, "BadRequest")
            let plain = try await visitor.send(
                .post, "/entities", "x", type: "text/plain", expect: 415)
            #expect(String(buffer: plain.body).contains("UnsupportedMediaType"))
        }
    }

    @Test("値だけを、文字でも JSON でも読み書きする")
    func values() async throws {
        try await visit { visitor, _ in
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            let path = "/entities/Room1/attrs/temperature/value"
            let text = try await visitor.send(.get, path, expect: 200)
            #expect(String(buffer: text.body) == "23.5")
            try await visitor.send(.put, path, "24.25", type: "text/plain", expect: 204)
            let attribute = try await visitor.json("/entities/Room1/attrs/temperature")
            #expect(attribute["value"] == 24.25)
            #expect(attribute["type"] == "Float")
            #expect(attribute["metadata"]?["accuracy"]?["value"] == 0.1)
            try await visitor.send(
                .put, "/entities/Room1/attrs/address/value", #"{"city":"八代"}"#, expect: 204)
            #expect(
                try await visitor.json("/entities/Room1/attrs/address/value") == ["city": "八代"])
            try await visitor.send(.put, path, "word", type: "text/plain", expect: 400)
            try await visitor.send(.delete, "/entities/Room1/attrs/address", expect: 204)
            try await visitor.send(.get, "/entities/Room1/attrs/address", expect: 404)
        }
    }

    @Test("問い合わせ: q、mq、場所、並び、数")
    func queries() async throws {
        try await visit { visitor, _ in
            for number in 1...5 {
                try await visitor.send(
                    .post, "/entities",
                    """
                    {"id":"R\(number)","type":"R","level":{"value":\(number * 10),
                     "metadata":{"quality":{"value":\(number)}}},
                     "name":{"value":"部屋\(number)"},"box":{"value":{"a":\(number)}},
                     "location":{"type":"geo:point","value":"32.\(number), 130.7"}}
                    """, expect: 201)
            }
            func ids(_ query: String) async throws -> [String] {
                try await visitor.json("/entities?attrs=level&" + query).array?
                    .compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids("type=R&q=level%3E%3D30;level!%3D40") == ["R3", "R5"])
            #expect(try await ids("q=level%3D%3D10..20,50") == ["R1", "R2", "R5"])
            #expect(try await ids("q=name%3D%3D'部屋2'") == ["R2"])
            #expect(try await ids("q=box.a%3E4") == ["R5"])
            #expect(try await ids("q=!missing;level:20") == ["R2"])
            #expect(try await ids("mq=level.quality%3C2") == ["R1"])
            #expect(try await ids("orderBy=!level&limit=2") == ["R5", "R4"])
            #expect(try await ids("idPattern=^R[12]$") == ["R1", "R2"])
            #expect(try await ids("typePattern=^R&id=R4") == ["R4"])
            #expect(
                try await ids("georel=near;maxDistance:2000&geometry=point&coords=32.3,130.7")
                    == ["R3"])
            #expect(
                try await ids("georel=coveredBy&geometry=box&coords=32.15,130;32.35,131")
                    == ["R2", "R3"])
            let page = try await visitor.send(
                .get, "/entities?type=R&options=count&limit=1", expect: 200)
            #expect(page.headers[HTTPField.Name("Fiware-Total-Count")!] == "5")
            let found = try await visitor.send(
                .post, "/op/query?options=keyValues&orderBy=!level",
                """
                {"entities":[{"idPattern":".*","type":"R"}],"attrs":["level"],
                 "expression":{"q":"level>30"}}
                """, expect: 200)
            #expect(
                try JSONValue(parsing: found.body.readableBytesView) == [
                    ["id": "R5", "type": "R", "level": 50],
                    ["id": "R4", "type": "R", "level": 40],
                ])
            let types = try await visitor.json("/types?options=values")
            #expect(types == ["R"])
            #expect(try await visitor.json("/types/R")["count"] == 5)
        }
    }

    @Test("一括の更新は、全部か無か")
    func batches() async throws {
        try await visit { visitor, _ in
            func update(_ action: String, _ entities: String, _ status: Int) async throws {
                try await visitor.send(
                    .post, "/op/update?options=keyValues",
                    #"{"actionType":"\#(action)","entities":[\#(entities)]}"#, expect: status)
            }
            try await update("append", #"{"id":"A","type":"T","x":1},{"id":"B","type":"T"}"#, 204)
            try await update("appendStrict", #"{"id":"A","type":"T","x":2}"#, 422)
            try await update("update", #"{"id":"A","type":"T","x":3},{"id":"C","x":1}"#, 404)
            #expect(try await visitor.json("/entities/A/attrs/x")["value"] == 1)
            try await update("update", #"{"id":"A","type":"T","x":3}"#, 204)
            #expect(try await visitor.json("/entities/A/attrs/x")["value"] == 3)
            try await update("replace", #"{"id":"A","type":"T","y":4}"#, 204)
            #expect(
                try await visitor.json("/entities/A?options=keyValues")
                    == ["id": "A", "type": "T", "y": 4])
            try await update("delete", #"{"id":"A","type":"T"},{"id":"B","type":"T"}"#, 204)
            #expect(try await visitor.json("/entities") == [])
            try await update("explode", #"{"id":"A"}"#, 400)
        }
    }

    @Test("Fiware-Service は借り手、Fiware-ServicePath は範囲")
    func services() async throws {
        try await visit { visitor, _ in
            #expect(try await visitor.json("/entities", service: "town") == [])
            try await visitor.send(
                .post, "/entities", #"{"id":"A","type":"T"}"#, service: "Town",
                scope: "/river/kuma", expect: 201)
            #expect(try await visitor.json("/entities") == [])
            func count(_ scope: String?) async throws -> Int? {
                try await visitor.json("/entities", service: "town", scope: scope).array?.count
            }
            #expect(try await count(nil) == 1)
            #expect(try await count("/#") == 1)
            #expect(try await count("/river/#") == 1)
            #expect(try await count("/river/kuma") == 1)
            #expect(try await count("/river") == 0)
            #expect(try await count("/other,/river/kuma") == 1)
            try await visitor.send(
                .get, "/entities", service: "town", scope: "river", expect: 400)
        }
    }
}
