import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("実体の見せ方")
struct EntityShowingTests {
    private static let root = "/ngsi-ld/v1/entities"

    private static let town = [
        #"{"id":"urn:a:room","type":"Room","name":{"value":"101"},"in":{"object":"urn:a:hall"}}"#,
        """
        {"id":"urn:a:hall","type":"Hall","name":[{"value":"市役所"},
         {"value":"City Hall","datasetId":"urn:a:en"}],"in":{"object":"urn:a:town"},
         "location":{"type":"Point","coordinates":[130.7,32.2]},
         "motto":{"languageMap":{"ja":"水","en":"Water"}}}
        """,
        #"{"id":"urn:a:town","type":"Town","name":{"value":"人吉"},"seat":{"object":"urn:a:hall"}}"#,
    ]

    private func visit(_ body: @Sendable (NGSILDVisitor) async throws -> Void) async throws {
        try await NGSILDVisitor.visit { visitor in
            for entity in Self.town { try await visitor.write(.post, Self.root, entity) }
            try await body(visitor)
        }
    }

    private func shown(_ visitor: NGSILDVisitor, _ query: String) async throws -> String {
        try await visitor.json(Self.root + query).text
    }

    @Test("つながる実体を、中に、または並べて見せる")
    func joins() async throws {
        try await visit { visitor in
            let inline = try await visitor.json(
                Self.root + "/urn:a:room?join=inline&joinLevel=2&options=keyValues")
            #expect(inline["in"]?["id"] == "urn:a:hall")
            #expect(inline["in"]?["in"]?["name"] == "人吉")
            // The way back to the hall ends with its name.
            let deep = try await visitor.json(
                Self.root + "/urn:a:room?join=inline&joinLevel=3&options=keyValues")
            #expect(deep["in"]?["in"]?["seat"] == "urn:a:hall")
            let flat = try await visitor.json(Self.root + "?type=Room&join=flat&joinLevel=2")
            #expect(
                flat.array?.map { $0["id"]?.string } == ["urn:a:room", "urn:a:hall", "urn:a:town"])
            let known = try await visitor.json(
                Self.root + "/urn:a:room?join=inline&containedBy=urn:a:hall")
            #expect(known["in"]?["entity"] == nil)
        }
    }

    @Test("見せる項目を、つながる先まで選ぶ")
    func projections() async throws {
        try await visit { visitor in
            let cases = [
                ("?type=Room&pick=name", #"[{"name":{"type":"Property","value":"101"}}]"#),
                ("?type=Room,Hall&pick=motto&format=simplified&lang=en", #"[{"motto":"Water"}]"#),
                (
                    "?type=Room&pick=id,in%7Bid%7D&join=inline&format=simplified",
                    #"[{"id":"urn:a:room","in":{"id":"urn:a:hall"}}]"#
                ),
                (
                    "?type=Town&omit=type,seat&format=simplified",
                    #"[{"id":"urn:a:town","name":"人吉"}]"#
                ),
                (
                    "?type=Hall&pick=name&datasetId=urn:a:en&format=concise",
                    #"[{"name":{"value":"City Hall","datasetId":"urn:a:en"}}]"#
                ),
                (
                    "?type=Hall&attrs=name&datasetId=@none&format=simplified",
                    #"[{"id":"urn:a:hall","type":"Hall","name":"市役所"}]"#
                ),
            ]
            for (query, expected) in cases {
                #expect(try await shown(visitor, query) == expected, "\(query)")
            }
            for query in [
                "?type=Room&pick=name&attrs=name", "?type=Room&pick=in%7Bid%7D",
                "?type=Room&pick=in%7Bin%7Bid%7D%7D&join=inline", "?type=Room&join=around",
                "?type=Room&joinLevel=2", "?type=Room&join=flat&joinLevel=0",
                "?type=Room&attrs=id", "?type=Room&geometryProperty=location",
            ] {
                try NGSILDVisitor.expectProblem(
                    try await visitor.send(.get, Self.root + query), 400, "BadRequestData")
            }
            try NGSILDVisitor.expectProblem(
                try await visitor.send(.get, Self.root + "/urn:a:room?pick=none"), 404,
                "ResourceNotFound")
        }
    }

    @Test("q は、つながる先もたずねる")
    func linkedQueries() async throws {
        try await visit { visitor in
            let cases = [
                ("in%7Bname%7D==%22市役所%22", 1), ("in%7BHall:name%7D==%22市役所%22", 1),
                ("in%7BTown:name%7D==%22市役所%22", 0), ("in%7Bnone%7D", 0), ("!seat;name", 2),
                ("motto%5Ben%5D==Water", 1), ("motto%5B*%5D!=Water", 0), ("in%3E%22a%22", 0),
            ]
            for (q, count) in cases {
                let answer = try await visitor.json(
                    Self.root + "?type=*&join=inline&q=\(q.replacingJapanese)")
                #expect(answer.array?.count == count, "\(q)")
            }
            try NGSILDVisitor.expectProblem(
                try await visitor.send(.get, Self.root + "?type=Room&q=in%7Bname%7D"), 400,
                "BadRequestData")
        }
    }

    @Test("GeoJSON で見せる")
    func geoJSON() async throws {
        try await visit { visitor in
            let feature = try await visitor.json(
                Self.root + "/urn:a:hall?format=simplified", [.accept: "application/geo+json"])
            #expect(feature["type"] == "Feature")
            #expect(feature["geometry"]?["coordinates"]?[0] == 130.7)
            #expect(feature["properties"]?["type"] == "Hall")
            #expect(feature["properties"]?["id"] == nil)
            let all = try await visitor.json(
                Self.root + "?type=Hall,Room", [.accept: "application/geo+json"])
            #expect(all["features"]?.array?.map { $0["geometry"]?.isNull } == [false, true])
        }
    }

    @Test("古い版を好む読み手には、知らない種類の属性を言いかえる")
    func versions() async throws {
        try await visit { visitor in
            let prefer = HTTPField.Name("Prefer")!
            let applied = HTTPField.Name("Preference-Applied")!
            for (wish, status, type) in [
                ("ngsi-ld=1.3", 203, "Property"), ("NGSI-LD=\"1.9\";q=1", 200, "LanguageProperty"),
                ("respond-async, ngsi-ld=1.4", 200, "LanguageProperty"),
            ] {
                let answer = try await visitor.send(
                    .get, Self.root + "/urn:a:hall", nil, [prefer: wish])
                #expect(answer.status.code == status, "\(wish)")
                #expect(answer.headers[applied]?.hasPrefix("ngsi-ld=1.") == true)
                let json = try JSONValue(parsing: answer.body.readableBytesView)
                #expect(json["motto"]?["type"]?.string == type, "\(wish): \(json.text)")
            }
            let plain = try await visitor.send(
                .get, Self.root + "/urn:a:hall", nil,
                [prefer: "body=json", .accept: "application/geo+json"])
            #expect(plain.headers[applied] == nil)
            #expect(try JSONValue(parsing: plain.body.readableBytesView)["@context"] == nil)
        }
    }

    @Test("ページのリンクは、条件を保つ")
    func pages() async throws {
        try await visit { visitor in
            let answer = try await visitor.send(
                .get, Self.root + "?type=*&offset=1&limit=1&count=true&orderBy=name;desc")
            let links = answer.headers[values: HTTPField.Name("Link")!].joined(separator: ",")
            for (relation, offset) in [("next", 2), ("prev", 0)] {
                let link =
                    "<\(Self.root)?count=true&limit=1&offset=\(offset)&orderBy=name;desc&type=*>"
                #expect(links.contains("\(link); rel=\"\(relation)\""))
            }
            #expect(answer.headers[HTTPField.Name("NGSILD-Results-Count")!] == "3")
        }
    }
}

extension String {
    /// Escaped as a query in an address.
    fileprivate var replacingJapanese: String {
        utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "%" + String($0, radix: 16) }.joined()
    }
}
