import CityBroker
import CityStore
import Dispatch
import NIOCore

/// Keeps message servers of strangers out of the city's own networks, as `OutboundClient` does for
/// HTTP: every address that the name means has to be open.
enum MqttHostCheck {
    static func check(
        _ server: MqttAddress.Server, _ outbound: OutboundGuard
    ) async throws(DeliveryError) {
        if outbound.allows(host: server.host) { return }
        guard let address = await resolved(server) else {
            throw .temporary("the name of the message server is not known")
        }
        guard outbound.allows(address) else {
            throw .permanent(
                "the message server lies in a network that the city does not connect to")
        }
    }

    /// Asking a name server blocks, so that a thread of the system does it.
    private static func resolved(_ server: MqttAddress.Server) async -> SocketAddress? {
        await withCheckedContinuation { waiter in
            DispatchQueue.global().async {
                // A name that means nothing is told as such by the caller.
                waiter.resume(
                    returning: try? SocketAddress.makeAddressResolvingHost(
                        server.host, port: server.port))
            }
        }
    }
}
