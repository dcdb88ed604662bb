import CityKernel
import CityStore
import CityTesting
import Testing

@testable import CityBroker
@testable import CityEdge

@Suite("MQTTで出す知らせ", .serialized, .timeLimit(.minutes(3)))
struct MqttNotificationTests {
    private static let carrier = MqttNotificationCarrier(
        .publicOnly.openToLoopback(), clock: SystemClock())

    private func parcel(
        _ uri: String, _ id: String = "urn:x:1", info: [(String, String)] = [],
        settings: [(String, String)] = [("MQTT-QoS", "1")]
    ) -> NotificationParcel {
        NotificationParcel(
            endpoint: NotificationEndpoint(
                uri: uri, receiverInfo: info.map { .init(key: $0.0, value: $0.1) },
                notifierInfo: settings.map { .init(key: $0.0, value: $0.1) },
                timeout: .seconds(5)),
            mediaType: "application/json", link: "<https://x.org/c>", id: id,
            body: Array("{\"id\":\"\(id)\"}".utf8))
    }

    /// Messages as another client reads them.
    private func reading(
        _ server: MosquittoServer, _ count: Int, _ body: () async throws -> Void
    ) async throws -> [MqttMessage] {
        let reader = try MqttConnection(
            try MqttConfiguration(host: "127.0.0.1", port: server.port, clientID: "reader"),
            filters: ["town/#"])
        try await until("the reader is connected") {
            _ = try reader.gather(timeoutMilliseconds: 10)
            return reader.isConnected
        }
        // The subscription's answer.
        _ = try reader.gather(timeoutMilliseconds: 200)
        try await body()
        var messages: [MqttMessage] = []
        try await until("\(count) messages") {
            messages += try reader.gather(timeoutMilliseconds: 50)
            try reader.acknowledge()
            return messages.count >= count
        }
        return messages
    }

    @Test("本文と、HTTPならヘッダーに書くことが、一つのJSONで届く", arguments: ["mqtt3.1.1", "mqtt5.0"])
    func delivers(version: String) async throws {
        let server = try MosquittoServer()
        let messages = try await reading(server, 2) {
            for (number, quality) in ["0", "1"].enumerated() {
                try await Self.carrier.carry(
                    parcel(
                        "mqtt://127.0.0.1:\(server.port)/town/lamps", "urn:x:\(number)",
                        info: [("X-City", "hitoyoshi"), ("Content-Type", "application/ld+json")],
                        settings: [("MQTT-QoS", quality), ("MQTT-Version", version)]))
            }
        }
        #expect(messages.map(\.topic) == ["town/lamps", "town/lamps"])
        let json = try messages.map { try JSONValue(parsing: $0.payload) }
        #expect(json.map { $0["body"]?["id"]?.string } == ["urn:x:0", "urn:x:1"])
        let metadata = try #require(json[0]["metadata"])
        #expect(metadata["X-City"]?.string == "hitoyoshi")
        #expect(metadata["Content-Type"]?.string == "application/ld+json")
        #expect(metadata["Link"]?.string == "<https://x.org/c>")
        try server.remove()
    }

    @Test(
        "送れない宛先は、すぐに断る",
        arguments: [
            "mqtt://127.0.0.1:1/", "mqtt://127.0.0.1:1/town/+", "mqtt://127.0.0.1:1/#",
            "mqtt:///town", "mqtt://10.0.0.1:1883/town", "mqtt://192.168.1.1/town",
        ])
    func refuses(uri: String) async {
        await #expect {
            try await Self.carrier.carry(parcel(uri))
        } throws: { error in
            if case DeliveryError.permanent = error { true } else { false }
        }
    }

    @Test("止まったサーバーには後でもう一度送れ、戻れば新しい線で届く")
    func restarts() async throws {
        let server = try MosquittoServer()
        let uri = "mqtt://127.0.0.1:\(server.port)/town/x"
        try await Self.carrier.carry(parcel(uri))
        server.stop()
        await #expect {
            try await Self.carrier.carry(parcel(uri))
        } throws: { error in
            if case DeliveryError.temporary = error { true } else { false }
        }
        try server.start()
        try await until("it is taken again") {
            do {
                try await Self.carrier.carry(parcel(uri))
                return true
            } catch DeliveryError.temporary {
                return false
            }
        }
        try server.remove()
    }

    @Test("つなぎ置く線には限りがあり、古いものがゆずる")
    func links() async throws {
        let server = try MosquittoServer()
        let carrier = MqttNotificationCarrier(.publicOnly.openToLoopback(), clock: SystemClock())
        for user in 0...MqttNotificationCarrier.linksMax {
            try await carrier.carry(
                parcel("mqtt://user\(user)@127.0.0.1:\(server.port)/town/x"))
        }
        #expect(carrier.linkCount == MqttNotificationCarrier.linksMax)
        try await carrier.carry(parcel("mqtt://user0@127.0.0.1:\(server.port)/town/x"))
        #expect(carrier.linkCount == MqttNotificationCarrier.linksMax)
        try server.remove()
    }
}
