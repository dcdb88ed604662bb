package import CityBroker
package import CityKernel
package import CityStore
import Synchronization

/// Carries notifications to topics of message servers (ETSI GS CIM 009 §7): a JSON object with
/// `metadata`, which HTTP would say in header fields, and `body`.
package final class MqttNotificationCarrier: NotificationCarrier {
    package var schemes: [String] { ["mqtt", "mqtts"] }

    /// Connections that are kept; the one made first makes room for a new one.
    package static let linksMax = 64

    private struct State {
        var links: [MqttAddress.Server: MqttLink] = [:]
        var order: [MqttAddress.Server] = []
    }

    private let outbound: OutboundGuard
    private let clock: any CityClock
    private let state = Mutex(State())

    /// - Parameters:
    ///   - outbound: where notifications may go.
    ///   - clock: times the deliveries.
    package init(_ outbound: OutboundGuard, clock: any CityClock) {
        self.outbound = outbound
        self.clock = clock
    }

    deinit {
        for link in state.withLock({ $0.links.values.map { $0 } }) { link.close() }
    }

    /// Connections that are kept now.
    var linkCount: Int { state.withLock { $0.links.count } }

    package func carry(_ parcel: NotificationParcel) async throws(DeliveryError) {
        guard let address = MqttAddress(parcel.endpoint) else {
            throw .permanent("the address names no topic that can be published to")
        }
        let metadata = Self.metadata(of: parcel)
        let payload = parcel.isBare ? parcel.body : Self.payload(metadata, parcel.body)
        try await MqttHostCheck.check(address.server, outbound)
        let link = try link(to: address.server)
        do {
            try await inTime(parcel.endpoint.timeout) {
                try await link.publish(
                    payload, to: address.topic, quality: address.quality, properties: metadata)
            }
        } catch {
            drop(link, to: address.server)
            if let error = error as? DeliveryError { throw error }
            throw .temporary("no answer: \(error)")
        }
    }

    private func inTime(
        _ span: Duration, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask { [clock] in
                try await clock.sleep(for: span)
                throw DeliveryError.temporary("no answer within \(span)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: - Links

    private func link(to server: MqttAddress.Server) throws(DeliveryError) -> MqttLink {
        if let known = state.withLock({ $0.links[server] }), !known.isEnded { return known }
        let made = try MqttLink(server)
        let (kept, dropped) = state.withLock { state -> (MqttLink, [MqttLink]) in
            if let other = state.links[server], !other.isEnded { return (other, [made]) }
            var dropped = state.links.updateValue(made, forKey: server).map { [$0] } ?? []
            state.order.removeAll { $0 == server }
            state.order.append(server)
            if state.order.count > Self.linksMax {
                let oldest = state.order.removeFirst()
                if let link = state.links.removeValue(forKey: oldest) { dropped.append(link) }
            }
            return (made, dropped)
        }
        for link in dropped { link.close() }
        return kept
    }

    private func drop(_ link: MqttLink, to server: MqttAddress.Server) {
        let isOurs = state.withLock { state in
            guard state.links[server] === link else { return false }
            state.links[server] = nil
            state.order.removeAll { $0 == server }
            return true
        }
        if isOurs { link.close() }
    }

    // MARK: - Payload

    private static func metadata(of parcel: NotificationParcel) -> [(key: String, value: String)] {
        var metadata = [(key: "Content-Type", value: parcel.mediaType)]
        if let link = parcel.link { metadata.append(("Link", link)) }
        for pair in parcel.endpoint.receiverInfo {
            metadata.removeAll { $0.key == pair.key }
            metadata.append((pair.key, pair.value))
        }
        return metadata
    }

    private static func payload(
        _ metadata: [(key: String, value: String)], _ body: [UInt8]
    ) -> [UInt8] {
        let object = JSONObject(metadata.map { ($0.key, .string($0.value)) })
        let head = "{\"metadata\":" + JSONValue.object(object).text + ",\"body\":"
        return Array(head.utf8) + body + [UInt8(ascii: "}")]
    }
}
