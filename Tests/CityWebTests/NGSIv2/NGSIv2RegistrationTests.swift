import CityBroker
import CityKernel
import CityTesting
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite("NGSIv2 の登録", .timeLimit(.minutes(5)))
struct NGSIv2RegistrationTests {
    @Test("登録された相手に聞き、両方の入口で答え、変更を渡す")
    func forwards() async throws {
        try await Neighbour.serving { neighbour, address in
            try await NGSIv2Visitor.visit { visitor, _ in
                let id = try await visitor.made(
                    "/registrations",
                    """
                    {"description":"遠い部屋","dataProvided":{
                      "entities":[{"idPattern":"^Far","type":"Room"}],"attrs":["temperature"]},
                     "provider":{"http":{"url":"\(address)/v2"}}}
                    """)
                let far = try #require(EntityID("urn:ngsi-v2:Far1"))
                try await neighbour.apply(
                    [
                        Fact(far, type: "Room", "temperature", .property(5)),
                        Fact(far, type: "Room", "secret", .property(1)),
                    ], source: "test")
                try await visitor.send(
                    .post, "/entities",
                    #"{"id":"Near1","type":"Room","temperature":{"value":20}}"#, expect: 201)
                let found = try await visitor.json("/entities/Far1?type=Room")
                #expect(found["temperature"]?["value"] == 5 && found["secret"] == nil)
                let list = try await visitor.json("/entities?type=Room&options=keyValues")
                #expect(list.array?.map { $0["id"]?.string } == ["Far1", "Near1"])
                // The source was told of no condition; its answer is judged here.
                let warm = try await visitor.json("/entities?type=Room&q=temperature%3E10")
                #expect(warm.array?.map { $0["id"]?.string } == ["Near1"])
                let other = try await visitor.client.execute(
                    uri: "/ngsi-ld/v1/entities?type=Room", method: .get)
                let json = try JSONValue(parsing: other.body.readableBytesView)
                #expect(
                    json.array?.map { $0["id"]?.string }
                        == ["urn:ngsi-v2:Far1", "urn:ngsi-v2:Near1"])
                try await visitor.send(
                    .patch, "/entities/Far1/attrs?type=Room", #"{"temperature":{"value":7}}"#,
                    expect: 204)
                #expect(try await neighbour.entity(far)?["temperature"]?.value == 7)
                let shown = try await visitor.json("/registrations/\(id)")
                #expect(shown["provider"]?["supportedForwardingMode"] == "all")
                #expect(shown["status"] == "active" && shown["description"] == "遠い部屋")
                #expect(try await visitor.json("/registrations").array?.count == 1)
                try await visitor.send(.delete, "/registrations/\(id)", expect: 204)
                try await visitor.send(.get, "/registrations/\(id)", expect: 404)
                try await visitor.send(.get, "/entities/Far1", expect: 404)
            }
        }
    }

    @Test("ほかのブローカーの知らせを受けとる")
    func takesNotifications() async throws {
        try await NGSIv2Visitor.visit { visitor, broker in
            try await visitor.send(
                .post, "/op/notify",
                #"{"subscriptionId":"5","data":[{"id":"A","type":"T","x":{"value":1}}]}"#,
                expect: 200)
            try await visitor.send(
                .post, "/op/notify?options=keyValues",
                #"{"subscriptionId":"5","data":[{"id":"A","type":"T","x":2,"y":"z"}]}"#,
                expect: 200)
            #expect(
                try await visitor.json("/entities/A?options=keyValues")
                    == ["id": "A", "type": "T", "x": 2, "y": "z"])
            try await visitor.send(
                .post, "/op/notify", #"{"subscriptionId":"5","data":[]}"#, expect: 400)
        }
    }
}
