/// Where notifications go (§5.2.15).
package struct NotificationEndpoint: Sendable, Hashable {
    /// A key with its value, as header fields and settings of a protocol are (§5.2.22).
    package struct Pair: Sendable, Hashable {
        package var key: String
        package var value: String
    }

    package var uri: String
    /// What the receiver wants to see: header fields of HTTP, metadata of MQTT.
    package var receiverInfo: [Pair] = []
    /// How the city shall send: `MQTT-Version`, `MQTT-QoS`, `Prefer`.
    package var notifierInfo: [Pair] = []
    /// One delivery may take this long.
    package var timeout: Duration
    /// After a failure the receiver is left alone at least this long.
    package var cooldown: Duration?

    /// `http`, `https`, `mqtt` or `mqtts`.
    package var scheme: String { uri.prefix { $0 != ":" }.lowercased() }

    /// A setting by its name, whichever case it is written in.
    package func setting(_ key: String) -> String? {
        notifierInfo.first { $0.key.lowercased() == key.lowercased() }?.value
    }
}
