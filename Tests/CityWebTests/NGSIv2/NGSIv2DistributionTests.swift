import CityBroker
import CityKernel
import CityTesting
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite("NGSIv2 の変更が、登録された NGSI-LD の相手にとどく", .timeLimit(.minutes(5)))
struct NGSIv2DistributionTests {
    /// Two cities; the second is registered at the first for rooms.
    private static func towns(
        _ mode: String, operations: String = #""redirectionOps""#, more: String = "",
        _ body: @escaping @Sendable (NGSIv2Visitor, Broker, Broker) async throws -> Void
    ) async throws {
        try await Neighbour.serving { neighbour, address in
            try await NGSIv2Visitor.visit { visitor, broker in
                let document = """
                    {"id":"urn:ngsi-ld:ContextSourceRegistration:rooms",
                     "type":"ContextSourceRegistration","mode":"\(mode)",
                     "information":[{"entities":[{"type":"Room"\(more)}]}],
                     "operations":[\(operations)],"endpoint":"\(address)"}
                    """
                let answer = try await visitor.client.execute(
                    uri: "/ngsi-ld/v1/csourceRegistrations", method: .post,
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: document))
                try #require(answer.status == .created, "\(String(buffer: answer.body))")
                try await body(visitor, broker, neighbour)
            }
        }
    }

    private static let room = EntityID(type: "Room", name: "1")
    private static let path = "/entities/urn:ngsi-ld:Room:1"
    private static let created =
        #"{"id":"urn:ngsi-ld:Room:1","type":"Room","temperature":{"value":20,"type":"Number"}}"#

    @Test("redirect なら、作成から削除まで、相手だけが変わる")
    func redirect() async throws {
        try await Self.towns("redirect") { visitor, mine, theirs in
            let (room, path) = (Self.room, Self.path)
            try await visitor.send(.post, "/entities", Self.created, expect: 201)
            #expect(try await mine.entity(room) == nil)
            let made = try #require(try await theirs.entity(room))
            #expect(made.types == ["Room"] && made["temperature"]?.value == 20)
            try await visitor.send(.post, "/entities", Self.created, expect: 422)
            try await visitor.send(
                .patch, path + "/attrs?type=Room", #"{"temperature":{"value":21}}"#, expect: 204)
            #expect(try await theirs.entity(room)?["temperature"]?.value == 21)
            try await visitor.send(
                .post, path + "/attrs?type=Room", #"{"seats":{"value":40}}"#, expect: 204)
            try await visitor.send(
                .put, path + "/attrs/seats?type=Room", #"{"value":41}"#, expect: 204)
            #expect(try await theirs.entity(room)?["seats"]?.value == 41)
            try await visitor.send(
                .put, path + "/attrs/seats/value?type=Room", "42", type: "text/plain", expect: 204)
            #expect(try await theirs.entity(room)?["seats"]?.value == 42)
            let shown = try await visitor.json(path + "?options=keyValues&type=Room")
            #expect(shown["seats"] == 42 && shown["temperature"] == 21)
            try await visitor.send(.delete, path + "/attrs/seats?type=Room", expect: 204)
            #expect(try await theirs.entity(room)?["seats"] == nil)
            try await visitor.send(
                .put, path + "/attrs?type=Room", #"{"colour":{"value":"red"}}"#, expect: 204)
            let replaced = try #require(try await theirs.entity(room))
            #expect(replaced.attributes.map(\.name) == ["colour"])
            try await visitor.send(.delete, path + "?type=Room", expect: 204)
            #expect(try await theirs.entity(room) == nil)
            try await visitor.send(.delete, path + "?type=Room", expect: 404)
        }
    }

    @Test("inclusive なら、両方が変わり、片方だけが知るものも変えられる")
    func inclusive() async throws {
        try await Self.towns("inclusive") { visitor, mine, theirs in
            let (room, path) = (Self.room, Self.path)
            try await visitor.send(.post, "/entities", Self.created, expect: 201)
            #expect(try await mine.entity(room)?["temperature"]?.value == 20)
            #expect(try await theirs.entity(room)?["temperature"]?.value == 20)
            try await visitor.send(
                .post, "/entities?options=upsert",
                #"{"id":"urn:ngsi-ld:Room:1","type":"Room","temperature":{"value":22}}"#,
                expect: 204)
            #expect(try await theirs.entity(room)?["temperature"]?.value == 22)
            try await theirs.apply([Fact(room, type: "Room", "floor", .property(3))], source: "t")
            try await visitor.send(
                .patch, path + "/attrs?type=Room", #"{"floor":{"value":4}}"#, expect: 204)
            #expect(try await theirs.entity(room)?["floor"]?.value == 4)
            #expect(try await mine.entity(room)?["floor"] == nil)
        }
    }

    @Test("まとめた変更も、それぞれを知る者にとどく")
    func batches() async throws {
        try await Self.towns("redirect") { visitor, mine, theirs in
            func update(_ action: String, _ entities: String, expect: Int = 204) async throws {
                try await visitor.send(
                    .post, "/op/update", #"{"actionType":"\#(action)","entities":[\#(entities)]}"#,
                    expect: expect)
            }
            try await update(
                "append",
                Self.created + #",{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp","on":{"value":1}}"#)
            #expect(try await theirs.entity(Self.room)?["temperature"]?.value == 20)
            #expect(try await mine.entity(Self.room) == nil)
            #expect(try await mine.entity(EntityID(type: "Lamp", name: "1")) != nil)
            try await update(
                "append",
                #"{"id":"urn:ngsi-ld:Room:1","type":"Room","temperature":{"value":25}}"#)
            #expect(try await theirs.entity(Self.room)?["temperature"]?.value == 25)
            try await update(
                "update", #"{"id":"urn:ngsi-ld:Room:9","type":"Room","temperature":{"value":1}}"#,
                expect: 404)
            try await update(
                "delete", #"{"id":"urn:ngsi-ld:Room:1","type":"Room","temperature":{}}"#)
            #expect(try await theirs.entity(Self.room)?["temperature"] == nil)
            try await update("delete", #"{"id":"urn:ngsi-ld:Room:1","type":"Room"}"#)
            #expect(try await theirs.entity(Self.room) == nil)
        }
    }

    @Test("持ち主が変更を受けないときと、つながらないときは、そう言う")
    func refusals() async throws {
        try await Self.towns("redirect", operations: #""retrieveOps""#) { visitor, mine, _ in
            try await visitor.send(.post, "/entities", Self.created, expect: 422)
            #expect(try await mine.entity(Self.room) == nil)
        }
        try await NGSIv2Visitor.visit { visitor, _ in
            _ = try await visitor.client.execute(
                uri: "/ngsi-ld/v1/csourceRegistrations", method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(
                    string: """
                        {"type":"ContextSourceRegistration","mode":"redirect",
                         "information":[{"entities":[{"type":"Room"}]}],
                         "operations":["redirectionOps"],"endpoint":"http://127.0.0.1:1"}
                        """))
            let answer = try await visitor.send(.post, "/entities", Self.created, expect: 502)
            #expect(String(buffer: answer.body).contains("not reachable"))
        }
    }
}
