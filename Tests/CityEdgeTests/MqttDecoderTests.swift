import CityEdge
import CityKernel
import CityVocabulary
import Testing

@Suite("MQTTの読み取り")
struct MqttDecoderTests {
    private let gauge = EntityID(type: "WaterLevelObserved", name: "90")
    private let now = Timestamp(seconds: 1_719_130_000)

    private func decoder(_ mappings: [MqttMapping]) -> MqttDecoder {
        MqttDecoder(mappings: mappings, rules: .for(["90"]))
    }

    private func standard() throws -> MqttDecoder { decoder([try .standard(tenant: "hitoyoshi")]) }

    private func topic(_ id: String = "urn:ngsi-ld:WaterLevelObserved:90") -> String {
        "city/hitoyoshi/\(id)/attrs"
    }

    @Test("既定のトピックの本文は、水位と観測時刻の事実になる")
    func attributes() throws {
        let facts = try standard().facts(
            topic: topic(),
            payload: Array(
                #"{"waterLevel": 3.41, "battery": 12, "observedAt": "2024-06-23T16:00+09:00"}"#.utf8
            ), now: now)
        #expect(facts.count == 1)
        let entity = Entity(
            id: gauge, types: ["WaterLevelObserved"],
            attributes: [NamedAttribute(facts[0].name, facts[0].attribute)])
        let observed = try WaterLevelObserved(entity)
        #expect(observed.levelCentimetres == 341)
        #expect(observed.observedAt == Timestamp(iso8601: "2024-06-23T07:00:00Z"))
        #expect(observed.quality == .measured)
    }

    @Test("水位が null なら欠測の事実になる")
    func missing() throws {
        let facts = try standard().facts(
            topic: topic(),
            payload: Array(#"{"waterLevel": null, "observedAt": "2024-06-23T07:00:00Z"}"#.utf8),
            now: now)
        #expect(WaterLevelObserved.quality(facts[0].attribute) == .missing)
    }

    @Test("信じられない本文は、理由とともに断られる")
    func refusals() throws {
        let decoder = try standard()
        func refusal(_ payload: String, _ topic: String) -> MqttRefusal? {
            do throws(MqttRefusal) {
                _ = try decoder.facts(topic: topic, payload: Array(payload.utf8), now: now)
                return nil
            } catch { return error }
        }
        let time = #""observedAt": "2024-06-23T07:00:00Z""#
        #expect(refusal("{", topic()) == .notJSON("1行2列"))
        #expect(refusal("[]", topic()) == .notAnObject)
        #expect(refusal(#"{"waterLevel": 1}"#, topic()) == .reading(.timeEmpty))
        #expect(
            refusal(#"{"waterLevel": 1, "observedAt": "soon"}"#, topic()) == .reading(.timeInvalid))
        #expect(
            refusal(#"{"waterLevel": 1, "observedAt": "2124-06-23T07:00:00Z"}"#, topic())
                == .reading(.timeInFuture))
        #expect(
            refusal("{\"waterLevel\": \"high\", \(time)}", topic()) == .reading(.levelNotANumber))
        #expect(refusal("{\"waterLevel\": 99999, \(time)}", topic()) == .reading(.levelOutOfRange))
        #expect(refusal("{\"level\": 1, \(time)}", topic()) == .nothingToWrite)
        #expect(
            refusal("{\"waterLevel\": 1, \(time)}", topic("urn:ngsi-ld:WaterLevelObserved:91"))
                == .reading(.gaugeUnknown))
        #expect(
            refusal("{\"colour\": \"#FF0000\", \(time)}", topic("urn:ngsi-ld:LampCommand:mizunote"))
                == .typeNotAllowed("LampCommand"))
        #expect(refusal("{\"waterLevel\": 1, \(time)}", topic("90")) == .entityInvalid)
        #expect(refusal("{}", "city/other/90/attrs") == .noMapping)
        #expect(
            refusal(String(repeating: " ", count: MqttMapping.payloadBytesMax + 1), topic())
                == .payloadTooLarge)
    }

    @Test("数だけの本文、JSONの中の値、NGSI-LDのエンティティも読める")
    func otherBodies() throws {
        let decoder = decoder([
            MqttMapping(
                topic: try MqttTopicPattern("level/{gauge}"),
                body: .number(attribute: "waterLevel", unit: .centimetres),
                entity: "urn:ngsi-ld:WaterLevelObserved:{gauge}"),
            MqttMapping(
                topic: try MqttTopicPattern("lora/{gauge}/up"),
                body: .path(
                    attribute: "waterLevel", unit: .metres, value: ["object", "level"],
                    time: ["time"]),
                entity: "urn:ngsi-ld:WaterLevelObserved:{gauge}"),
            MqttMapping(topic: try MqttTopicPattern("ngsi"), body: .entity),
        ])
        func level(_ topic: String, _ payload: String) throws -> Int? {
            let facts = try decoder.facts(topic: topic, payload: Array(payload.utf8), now: now)
            #expect(facts.map(\.entityID) == [gauge])
            return WaterLevelObserved.levelCentimetres(facts[0].attribute)
        }
        #expect(try level("level/90", "341") == 341)
        #expect(
            try level(
                "lora/90/up", #"{"time": "2024-06-23T07:00:00Z", "object": {"level": 1.5}}"#) == 150
        )
        #expect(
            try level(
                "ngsi",
                #"""
                {"id": "urn:ngsi-ld:WaterLevelObserved:90", "type": "WaterLevelObserved",
                 "waterLevel": {"type": "Property", "value": 250, "unitCode": "CMT",
                 "observedAt": "2024-06-23T07:00:00Z"}}
                """#) == 250)
    }

    @Test("トピックの型は一段ずつ比べられる")
    func patterns() throws {
        let pattern = try MqttTopicPattern("city/hitoyoshi/{entity}/attrs")
        #expect(pattern.filter == "city/hitoyoshi/+/attrs")
        #expect(pattern.match("city/hitoyoshi/a/attrs") == ["entity": "a"])
        #expect(pattern.match("city/hitoyoshi/a/b/attrs") == nil)
        #expect(pattern.match("city/hitoyoshi/a") == nil)
        #expect(throws: Problem.self) { try MqttTopicPattern("city/+/attrs") }
    }
}
