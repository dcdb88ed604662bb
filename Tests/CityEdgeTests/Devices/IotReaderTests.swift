import CityBroker
import CityKernel
import CityTesting
import Testing

@testable import CityEdge

@Suite("IoTエージェントの書き方")
struct IotReaderTests {
    @Test(
        "トピックの形を見分ける",
        arguments: [
            ("/k1/d1/attrs", IotTopic.Matter.measures, nil),
            ("k1/d1/attrs", .measures, nil),
            ("/ul/k1/d1/attrs", .measures, .ultraLight),
            ("json/k1/d1/attrs/t", .measure("t"), .json),
            ("/k1/d1/cmdexe", .answer, nil),
        ] as [(String, IotTopic.Matter, DeviceModel.Speech?)])
    func topics(text: String, matter: IotTopic.Matter, speech: DeviceModel.Speech?) throws {
        let topic = try #require(IotTopic(text))
        #expect(topic.key == "k1")
        #expect(topic.device == "d1")
        #expect(topic.matter == matter)
        #expect(topic.speech == speech)
        #expect(!topic.shown.contains("k1"))
    }

    @Test("ほかの形のトピックは読まない", arguments: ["/k1/attrs", "a/b/c/d/attrs", "/k1//attrs", ""])
    func foreign(text: String) { #expect(IotTopic(text) == nil) }

    @Test("UltraLightは、値の組・時刻・いくつもの組を読む")
    func ultraLight() throws {
        let all = try UltraLight.measures(
            Array("2026-06-01T00:00:00Z|t|21.5|h|40#t|22|TimeInstant|2026-06-01T00:01:00Z".utf8))
        #expect(all.count == 2)
        #expect(all[0].values.map(\.name) == ["t", "h"])
        #expect(all[0].observedAt == TestDevices.morning)
        #expect(all[1].observedAt == TestDevices.morning + .minutes(1))
        for broken in ["", "t", "|1", "yesterday|t|1"] {
            #expect(throws: DeviceRefusal.self) {
                try UltraLight.measures(Array(broken.utf8))
            }
        }
        #expect(throws: DeviceRefusal.tooManyValues) {
            try UltraLight.measures(
                Array(repeating: "t|1", count: UltraLight.groupsMax + 1).joined(separator: "#")
                    .utf8.map { $0 })
        }
    }

    /// One message, read and stored as the feed does it.
    private static func send(
        _ topic: String, _ payload: String, to devices: TestDevices, isRetained: Bool = false
    ) async throws -> MqttRefusal? {
        let reader = IotReader(register: devices.register, desk: devices.desk)
        let message = MqttMessage(
            topic: topic, payload: Array(payload.utf8), isRetained: isRetained)
        switch reader.read(message, now: devices.clock.now) {
        case .foreign: return .noMapping
        case .taken(let intake):
            try await devices.register.store(intake, source: "test")
            return nil
        case .refused(let refusal, _, let noting):
            if let noting { try await devices.register.store(noting, source: "test") }
            return refusal
        }
    }

    @Test("単位・倍率・場所・電池・品質を決めたとおりに残す", arguments: TestEngine.available)
    func measures(engine: TestEngine) async throws {
        try await TestDevices.with(engine) { devices in
            try await devices.provisionLamp()
            let topic = "/\(TestDevices.key)/lamp1/attrs"
            let refusal = try await Self.send(
                topic,
                #"{"t": 21.5, "w": "80", "on": "off", "gps": "32.21,130.76", "bat": 15, "x": 1}"#,
                to: devices)
            #expect(refusal == nil)
            let entity = try #require(try await devices.broker.entity(TestDevices.lamp))
            #expect(entity["temperature"]?.value == 21.5)
            #expect(entity["temperature"]?.unitCode == "CEL")
            #expect(entity["temperature"]?.observedAt == TestDevices.morning)
            #expect(entity["temperature"]?.sub("quality")?.value == "measured")
            #expect(entity["power"]?.value == 0.08)
            #expect(entity["isLit"]?.value == false)
            #expect(
                entity["location"]?.geometry
                    == .point(GeoPoint(latitude: 32.21, longitude: 130.76)))
            #expect(entity["batteryLevel"] == nil)
            let device = try #require(
                try await devices.broker.entity(devices.register.deviceEntityID("lamp1")))
            #expect(device["batteryLevel"]?.value == 0.15)
            let state = try await devices.register.state(of: "lamp1")
            #expect(state.messages == 1)
            #expect(state.battery == 0.15)
            #expect(state.unmapped == ["x"])
            #expect(
                state.standing(isActive: true, silentAfter: .minutes(10), at: devices.clock.now)
                    == .doubtful)
            _ = try await Self.send(topic + "/t", "99.5", to: devices)
            #expect(
                try await devices.broker.entity(TestDevices.lamp)?["temperature"]?.sub("quality")?
                    .value == "suspect")
        }
    }

    @Test("鍵が違う・やめた・読めない・保持された古い知らせは、わけとともに断る")
    func refusals() async throws {
        try await TestDevices.with { devices in
            try await devices.provisionLamp()
            let topic = "/\(TestDevices.key)/lamp1/attrs"
            #expect(
                try await Self.send("/wrong-key/lamp1/attrs", "{\"t\": 1}", to: devices)
                    == .device(.unknownDevice))
            #expect(
                try await Self.send(topic, "{", to: devices) == .device(.payloadUnreadable))
            #expect(
                try await Self.send(topic, "{\"q\": 1}", to: devices)
                    == .device(.nothingMapped(["q"])))
            #expect(
                try await Self.send(topic, "{\"t\": \"warm\"}", to: devices)
                    == .device(.valueInvalid("t")))
            #expect(
                try await Self.send(
                    topic, #"{"t": 1, "TimeInstant": "2030-01-01T00:00:00Z"}"#, to: devices)
                    == .device(.timeInFuture))
            #expect(
                try await Self.send(topic, "{\"t\": 1}", to: devices, isRetained: true)
                    == .device(.timeEmpty))
            let state = try await devices.register.state(of: "lamp1")
            #expect(state.refused == 5)
            // It speaks, and says nothing that is believed: no calm.
            #expect(
                state.standing(isActive: true, silentAfter: .minutes(10), at: devices.clock.now)
                    != .well)
            #expect(try await devices.value("temperature") == nil)
        }
    }

    @Test("共通の鍵を知る装置は、送るだけで台帳に載る")
    func registersUnknown() async throws {
        try await TestDevices.with { devices in
            try await devices.register.keep(
                try DeviceModel(
                    id: "tag", name: "札", entityType: "Tag", speech: .ultraLight,
                    sharedKey: "shared-key", registersUnknown: true,
                    measures: [MeasureMapping(measure: "b", attribute: "beats")]), by: "staff:1")
            for _ in 0..<2 {
                #expect(
                    try await Self.send("/ul/shared-key/tag7/attrs", "b|3", to: devices) == nil)
            }
            let id = EntityID(type: "Tag", name: "hitoyoshi:tag7")
            #expect(try await devices.broker.entity(id)?["beats"]?.value == 3)
            #expect(devices.register.book.contents.devices["tag7"]?.entityID == id)
            let editions = try await devices.register.editions(.device, "tag7")
            #expect(editions.map(\.madeBy) == ["edge/device"])
            #expect(
                try await Self.send("/ul/other-key/tag8/attrs", "b|3", to: devices)
                    == .device(.unknownDevice))
        }
    }

    @Test("ほかの仕事が書く種類は、装置には渡さない")
    func ownedTypes() async throws {
        try await TestDevices.with { devices in
            await #expect(throws: Problem.self) {
                try await devices.register.keep(
                    try DeviceModel(
                        id: "bad", name: "x", entityType: "Shelter", measures: []), by: "staff:1")
            }
        }
    }
}
