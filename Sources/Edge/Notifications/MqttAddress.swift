import CityBroker
import CityKernel
import Foundation

/// The address `mqtt[s]://[user[:password]@]host[:port]/topic` of a notification endpoint (§7.2) and
/// how its settings want it spoken to.
struct MqttAddress: Sendable, Hashable {
    enum Version: String, Sendable, Hashable {
        case three = "mqtt3.1.1"
        case five = "mqtt5.0"
    }

    /// What one connection serves, whatever the topic.
    struct Server: Sendable, Hashable {
        var host: String
        var port: Int
        var isEncrypted: Bool
        var user: String?
        var password: String?
        var version: Version
    }

    let server: Server
    let topic: String
    let quality: Int32

    /// - Returns: `nil` when a part is missing or cannot be published to.
    init?(_ endpoint: NotificationEndpoint) {
        guard let parts = URLComponents(string: endpoint.uri), let host = parts.host, !host.isEmpty
        else { return nil }
        let topic = String(parts.path.drop { $0 == "/" })
        let wildcards: Set<Character> = ["+", "#", "\0"]
        guard !topic.isEmpty, !topic.contains(where: wildcards.contains) else { return nil }
        let isEncrypted = endpoint.scheme == "mqtts"
        let standardPort = isEncrypted ? 8_883 : 1_883
        server = Server(
            host: host, port: parts.port ?? standardPort, isEncrypted: isEncrypted,
            user: parts.user, password: parts.password,
            version: endpoint.setting("MQTT-Version").flatMap(Version.init) ?? .five)
        self.topic = topic
        quality = endpoint.setting("MQTT-QoS").flatMap { Int32($0) } ?? 0
    }
}
