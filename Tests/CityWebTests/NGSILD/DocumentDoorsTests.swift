import CityKernel
import CityWeb
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite("購読と登録の扉")
struct DocumentDoorsTests {
    private static let root = "/ngsi-ld/v1"
    private static let link = HTTPField.Name("Link")!

    @Test(
        "頁の案内は、送られた順の条件とJSON-LDで書く",
        arguments: [
            ("subscriptions", ""), ("csourceSubscriptions", ""),
            ("csourceRegistrations", "type=Lamp&"),
        ])
    func pages(path: String, selection: String) async throws {
        try await NGSILDVisitor.visit { visitor in
            for number in 1...3 {
                let body =
                    path == "csourceRegistrations"
                    ? #""endpoint":"http://127.0.0.1:1","information":[{"entities":[{"type":"Lamp"}]}]"#
                    : #""entities":[{"type":"Lamp"}],"notification":{"endpoint":{"uri":"http://127.0.0.1:1"}}"#
                let type =
                    path == "csourceRegistrations" ? "ContextSourceRegistration" : "Subscription"
                try await visitor.write(
                    .post, "\(Self.root)/\(path)",
                    #"{"id":"urn:x:\#(number)","type":"\#(type)",\#(body)}"#)
            }
            let page = try await visitor.send(
                .get, "\(Self.root)/\(path)?\(selection)limit=1&offset=1&count=true")
            #expect(page.headers[HTTPField.Name("NGSILD-Results-Count")!] == "3")
            let links = page.headers[values: Self.link]
            for (relation, offset) in [("next", 2), ("prev", 0)] {
                let target =
                    "<\(Self.root)/\(path)?\(selection)limit=1&offset=\(offset)&count=true>; "
                    + "rel=\"\(relation)\"; type=\"application/ld+json\""
                #expect(links.contains(target), "\(links)")
            }
            let last = try await visitor.json("\(Self.root)/\(path)?\(selection)offset=2")
            #expect(last.array?.count == 1)
            #expect(last[0]?["createdAt"] == nil)
            let timed = try await visitor.json("\(Self.root)/\(path)/urn:x:1?sysAttrs=true")
            #expect(timed["createdAt"] != nil)
        }
    }

    @Test(
        "その操作にない条件は断る",
        arguments: [
            "attributes?limit=5", "attributes/level?details=true", "types?q=a",
            "types/Lamp?lang=ja",
            "subscriptions?type=Lamp", "csourceRegistrations/urn:x:1?limit=1",
        ])
    func foreignParameters(path: String) async throws {
        try await NGSILDVisitor.visit { visitor in
            let answer = try await visitor.send(.get, "\(Self.root)/\(path)")
            try NGSILDVisitor.expectProblem(answer, 400, "InvalidRequest")
        }
    }

    @Test("種類を言わず、JSONでもない本文は、JSONとして断る")
    func namelessBody() async throws {
        try await NGSILDVisitor.visit { visitor in
            for (body, status) in [("{\"a\":1,,}", 400), ("{\"a\":1}", 415)] {
                var fields = HTTPFields()
                fields[.contentLength] = String(body.utf8.count)
                let answer = try await visitor.client.execute(
                    uri: "\(Self.root)/subscriptions", method: .post, headers: fields,
                    body: ByteBuffer(string: body))
                #expect(answer.status.code == status)
            }
        }
    }
}

@Suite("一つを読むときの控え")
struct EntityMapRetrievalTests {
    private static let lamp = "/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1"
    private static let map = HTTPField.Name("NGSILD-EntityMap")!

    @Test("控えは頼まれれば作られ、生きているものはそのまま名指しされる")
    func maps() async throws {
        try await NGSILDVisitor.visit { visitor in
            try await visitor.write(
                .post, "/ngsi-ld/v1/entities",
                #"{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp","level":{"value":1}}"#)
            #expect(try await visitor.send(.get, Self.lamp).headers[Self.map] == nil)
            let made = try await visitor.send(.get, "\(Self.lamp)?entityMap=true")
            #expect(made.status == .ok)
            let place = try #require(made.headers[Self.map])
            let map = try await visitor.json(place)
            #expect(map["entityMap"] == ["urn:ngsi-ld:Lamp:1": ["@none"]])
            let again = try await visitor.send(.get, Self.lamp, nil, [Self.map: place])
            #expect(again.headers[Self.map] == place)
            let lost = try await visitor.send(
                .get, Self.lamp, nil, [Self.map: "urn:ngsi-ld:EntityMap:lost"])
            #expect(lost.status == .ok)
            #expect(lost.headers[Self.map]?.hasSuffix("lost") == false)
        }
    }
}
