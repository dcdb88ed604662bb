import CityBroker
import CityKernel
import CityStore
import CityTesting
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@Suite("NGSIv2 の購読", .timeLimit(.minutes(5)))
struct NGSIv2SubscriptionTests {
    private static let format = HTTPField.Name("Ngsiv2-AttrsFormat")!
    private static let servicePath = HTTPField.Name("Fiware-ServicePath")!

    /// A city whose notifications go out, and somebody who gets them.
    private func town(
        _ engine: TestEngine = .sqlite, _ subscriber: FakeSubscriber = FakeSubscriber(),
        _ body:
            @Sendable @escaping (NGSIv2Visitor, Broker, FakeSubscriber, String) async throws ->
            Void
    ) async throws {
        try await NGSIv2Visitor.visit(engine, clock: SystemClock()) { visitor, broker in
            try await subscriber.serving { address in
                var logger = Logger(label: "city.test")
                logger.logLevel = .critical
                let dispatcher = OutboxDispatcher(
                    store: broker.store,
                    receivers: [
                        NotificationSender(
                            broker: broker,
                            carriers: [HTTPNotificationCarrier(.publicOnly.openToLoopback())])
                    ],
                    owner: "処理", clock: SystemClock(), logger: logger)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await dispatcher.run() }
                    try await body(visitor, broker, subscriber, address)
                    group.cancelAll()
                }
            }
        }
    }

    private static let room = """
        {"id":"Room1","type":"Room","temperature":{"type":"Float","value":21.5,
          "metadata":{"unitCode":{"type":"Text","value":"CEL"}}},
         "open":{"type":"Boolean","value":true}}
        """

    private func set(_ visitor: NGSIv2Visitor, _ value: String, _ query: String = "") async throws {
        try await visitor.send(
            .patch, "/entities/Room1/attrs" + query,
            #"{"temperature":{"type":"Float","value":\#(value)}}"#, expect: 204)
    }

    @Test("既定の形の知らせが届き、数えられ、NGSI-LD からも見える", arguments: TestEngine.available)
    func usual(engine: TestEngine) async throws {
        try await town(engine) { visitor, broker, subscriber, address in
            let id = try await visitor.made(
                "/subscriptions",
                """
                {"description":"室温","subject":{"entities":[{"idPattern":".*","type":"Room"}],
                 "condition":{"attrs":["temperature"],"expression":{"q":"temperature>20"}}},
                 "notification":{"http":{"url":"\(address)/notify"},"attrs":["temperature"]}}
                """)
            #expect(id.utf8.count == 24)
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            // Too cold, without change, and another attribute: nobody hears of those.
            try await set(visitor, "10")
            try await set(visitor, "10")
            try await visitor.send(
                .patch, "/entities/Room1/attrs", #"{"open":{"type":"Boolean","value":false}}"#,
                expect: 204)
            try await set(visitor, "22")
            await subscriber.parcels.reached(2)
            let first = subscriber.parcels.elements[0]
            #expect(
                first.body == [
                    "subscriptionId": .string(id),
                    "data": [
                        [
                            "id": "Room1", "type": "Room",
                            "temperature": [
                                "type": "Float", "value": 21.5,
                                "metadata": ["unitCode": ["type": "Text", "value": "CEL"]],
                            ],
                        ]
                    ],
                ])
            #expect(first.headers[Self.format] == "normalized")
            #expect(first.headers[Self.servicePath] == "/")
            #expect(
                subscriber.parcels.elements[1].body["data"]?[0]?["temperature"]?["value"] == 22)
            let shown = try await found("two deliveries") { () -> JSONValue? in
                let json = try await visitor.json("/subscriptions/\(id)")
                return json["notification"]?["timesSent"] == 2 ? json : .none
            }
            #expect(shown["status"] == "active" && shown["description"] == "室温")
            #expect(shown["notification"]?["lastSuccess"] != nil)
            let other = try await visitor.client.execute(
                uri: "/ngsi-ld/v1/subscriptions/urn:ngsi-v2:subscription:\(id)", method: .get)
            let json = try JSONValue(parsing: other.body.readableBytesView)
            #expect(json["notification"]?["format"] == "x-ngsiv2-normalized")
            #expect(json["watchedAttributes"] == ["temperature"])
            try await visitor.send(.delete, "/subscriptions/\(id)", expect: 204)
            try await visitor.send(.get, "/subscriptions/\(id)", expect: 404)
        }
    }

    @Test("注文の知らせ: 印が値になり、方法・問い・ヘッダー・本文が思いどおりになる")
    func custom() async throws {
        try await town { visitor, _, subscriber, address in
            for (name, body) in [
                ("text", #""payload":"{%22t%22:${temperature},%22none%22:%22${nothing}%22}""#),
                (
                    "json",
                    #""json":{"value":"${temperature}","text":"is ${temperature}","${id}":[1]}"#
                ),
                ("ngsi", #""ngsi":{"id":"copy-${id}","extra":{"type":"Text","value":"${type}"}}"#),
            ] {
                _ = try await visitor.made(
                    "/subscriptions",
                    """
                    {"subject":{"entities":[{"id":"Room1"}]},
                     "notification":{"attrsFormat":"keyValues","httpCustom":{
                       "url":"\(address)/\(name)/${id}","method":"PUT","qs":{"v":"${temperature}"},
                       "headers":{"X-Room":"${type}-${id}"},\(body)}}}
                    """)
            }
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            await subscriber.parcels.reached(3)
            var byName: [String: FakeSubscriber.Parcel] = [:]
            for parcel in subscriber.parcels.elements {
                #expect(parcel.method == .put && parcel.query == "v=21.5")
                #expect(parcel.path.hasSuffix("/Room1"))
                #expect(parcel.headers[HTTPField.Name("X-Room")!] == "Room-Room1")
                byName[String(parcel.path.split(separator: "/")[0])] = parcel
            }
            let text = try #require(byName["text"])
            #expect(text.text == #"{"t":21.5,"none":""}"#)
            #expect(text.headers[.contentType] == "text/plain")
            #expect(text.headers[Self.format] == "custom")
            let json = try #require(byName["json"])
            #expect(json.body == ["value": 21.5, "text": "is 21.5", "Room1": [1]])
            #expect(json.headers[.contentType] == "application/json")
            let ngsi = try #require(byName["ngsi"])
            #expect(
                ngsi.body["data"] == [
                    [
                        "id": "copy-Room1", "type": "Room", "temperature": 21.5, "open": true,
                        "extra": "Room",
                    ]
                ])
        }
    }

    @Test("変更の種類、同じ値の書き込み、変わった属性だけ、前の値")
    func alterations() async throws {
        try await town { visitor, _, subscriber, address in
            func subscribe(_ name: String, _ condition: String, _ more: String) async throws {
                _ = try await visitor.made(
                    "/subscriptions",
                    """
                    {"subject":{"entities":[{"idPattern":".*","typePattern":"^Ro"}],
                     "condition":{\(condition)}},
                     "notification":{"http":{"url":"\(address)/\(name)"}\(more)}}
                    """)
            }
            try await subscribe("made", #""alterationTypes":["entityCreate"]"#, "")
            try await subscribe(
                "gone", #""alterationTypes":["entityDelete"]"#, #","attrs":["alterationType"]"#)
            try await subscribe(
                "any", #""alterationTypes":["entityUpdate"]"#, #","attrsFormat":"values""#)
            try await subscribe(
                "change", #""alterationTypes":["entityChange"],"notifyOnMetadataChange":false"#,
                #","onlyChangedAttrs":true,"metadata":["previousValue","actionType"]"#)
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            try await set(visitor, "21.5")
            try await visitor.send(
                .patch, "/entities/Room1/attrs",
                #"{"open":{"type":"Boolean","value":true,"metadata":{"m":{"value":1}}}}"#,
                expect: 204)
            try await set(visitor, "30")
            try await visitor.send(.delete, "/entities/Room1", expect: 204)
            await subscriber.parcels.reached(8)
            var byName: [String: [JSONValue]] = [:]
            for parcel in subscriber.parcels.elements {
                byName[String(parcel.path.dropFirst()), default: []].append(
                    parcel.body["data"]?[0] ?? .null)
            }
            #expect(byName["made"]?.count == 1)
            #expect(byName["gone"]?.map { $0["alterationType"]?["value"] } == ["entityDelete"])
            #expect(byName["any"] == [[21.5, true], [21.5, true], [21.5, true], [30, true]])
            let changes = byName["change"] ?? []
            #expect(changes.count == 2)
            let change = try #require(changes.last)
            #expect(change["open"] == nil)
            #expect(change["temperature"]?["metadata"]?["previousValue"]?["value"] == 21.5)
            #expect(change["temperature"]?["metadata"]?["actionType"]?["value"] == "update")
        }
    }

    @Test("一度だけの購読は黙り、状態を書けばまた話す。forcedUpdate は同じ値でも知らせる")
    func oneShot() async throws {
        try await town { visitor, _, subscriber, address in
            let id = try await visitor.made(
                "/subscriptions",
                """
                {"subject":{"entities":[{"id":"Room1","type":"Room"}]},"status":"oneshot",
                 "notification":{"http":{"url":"\(address)/once"}}}
                """)
            try await visitor.send(.post, "/entities", Self.room, expect: 201)
            try await set(visitor, "22")
            #expect(try await visitor.json("/subscriptions/\(id)")["status"] == "inactive")
            try await visitor.send(
                .patch, "/subscriptions/\(id)", #"{"status":"oneshot"}"#, expect: 204)
            #expect(try await visitor.json("/subscriptions/\(id)")["status"] == "oneshot")
            try await set(visitor, "22")
            #expect(try await visitor.json("/subscriptions/\(id)")["status"] == "oneshot")
            try await set(visitor, "22", "?options=forcedUpdate")
            await subscriber.parcels.reached(2)
            #expect(try await visitor.json("/subscriptions/\(id)")["status"] == "inactive")
            #expect(
                subscriber.parcels.elements.map {
                    $0.body["data"]?[0]?["temperature"]?["value"]?.double
                } == [21.5, 22])
        }
    }

    @Test("失敗が続けば黙る。サービスパスごとに分かれて届く")
    func failures() async throws {
        let subscriber = FakeSubscriber { parcel in
            parcel.path == "/broken" ? .badRequest : .ok
        }
        try await town(.sqlite, subscriber) { visitor, _, subscriber, address in
            let id = try await visitor.made(
                "/subscriptions",
                """
                {"subject":{"entities":[{"idPattern":".*"}]},
                 "notification":{"http":{"url":"\(address)/broken"},"maxFailsLimit":1}}
                """)
            _ = try await visitor.made(
                "/subscriptions",
                """
                {"subject":{"entities":[{"idPattern":".*"}]},
                 "notification":{"http":{"url":"\(address)/paths"}}}
                """, scope: "/#")
            for number in 1...2 {
                try await visitor.send(
                    .post, "/entities", #"{"id":"E\#(number)","type":"T","n":{"value":1}}"#,
                    scope: "/part\(number)", expect: 201)
            }
            _ = try await found("it has fallen silent") { () -> JSONValue? in
                let json = try await visitor.json("/subscriptions/\(id)")
                return json["status"] == "inactive" ? json : .none
            }
            let attempts = subscriber.parcels.elements.filter { $0.path == "/broken" }.count
            try await visitor.send(
                .patch, "/entities/E1/attrs", #"{"n":{"value":2}}"#, expect: 204)
            _ = try await found("three notifications of the other") {
                subscriber.parcels.elements.filter { $0.path == "/paths" }.count == 3 ? true : nil
            }
            #expect(
                subscriber.parcels.elements.filter { $0.path == "/broken" }.count == attempts)
            #expect(
                subscriber.parcels.elements.filter { $0.path == "/paths" }.map {
                    $0.headers[Self.servicePath]
                } == ["/part1", "/part2", "/part1"])
            #expect(try await visitor.json("/subscriptions", scope: "/#").array?.count == 2)
            #expect(
                try await visitor.json("/subscriptions", scope: "/other").array?.isEmpty == true)
        }
    }

    @Test("直せるように断る")
    func refusals() async throws {
        try await NGSIv2Visitor.visit { visitor, _ in
            func refuses(_ body: String, _ words: String, _ status: Int = 400) async throws {
                let answer = try await visitor.send(.post, "/subscriptions", body, expect: status)
                let json = try JSONValue(parsing: answer.body.readableBytesView)
                #expect(json["description"]?.string?.contains(words) == true, "\(json.text)")
            }
            func subscription(_ notification: String, _ more: String = "") -> String {
                #"{"subject":{"entities":[{"idPattern":".*"}]\#(more)},"#
                    + #""notification":{\#(notification)}}"#
            }
            let http = #""http":{"url":"http://example.com/"}"#
            try await refuses("{}", "subject")
            try await refuses(#"{"subject":{"entities":[]},"notification":{\#(http)}}"#, "entities")
            try await refuses(
                #"{"subject":{"entities":[{"id":"a","idPattern":"b"}]},"notification":{\#(http)}}"#,
                "exclusive")
            try await refuses(subscription(""), "target")
            try await refuses(subscription(#""http":{"url":"ftp://x"}"#), "URL")
            try await refuses(subscription(#""http":{"url":"http://10.1.2.3/"}"#), "network")
            try await refuses(subscription(#""http":{"url":"http://${id}/"}"#), "URL")
            try await refuses(subscription(http + #","attrsFormat":"legacy""#), "attrsFormat")
            try await refuses(subscription(http + #","attrs":["a"],"exceptAttrs":["b"]"#), "attrs")
            try await refuses(subscription(http + #","covered":true"#), "covered")
            try await refuses(
                subscription(http, #","condition":{"expression":{"q":"a~=["}}"#), "")
            try await refuses(
                subscription(http, #","condition":{"expression":{"georel":"near"}}"#), "geo")
            try await refuses(
                subscription(http, #","condition":{"alterationTypes":["never"]}"#), "alteration")
            try await refuses(
                subscription(
                    #""httpCustom":{"url":"http://example.com/","payload":"a","json":{}}"#),
                "only one")
            try await refuses(
                subscription(#""mqtt":{"url":"mqtt://example.com","topic":"a/#"}"#), "topic")
            try await visitor.send(.patch, "/subscriptions/none", "{}", expect: 404)
        }
    }
}
