package import CityKernel
import NIOCore

/// Where live frames go: one controller, or the multicast group of each universe (sACN only).
package struct LampDestination: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        case unicast(String)
        case multicast
    }

    let target: Target
    let port: Int

    /// - Parameters:
    ///   - text: a numeric address, or `multicast`.
    ///   - port: `nil` is the protocol's own port.
    /// - Throws: `Problem` when the text is neither, or the protocol has no multicast.
    package init(
        _ text: String, wire: LampConfiguration.Wire, port: Int? = nil
    ) throws(Problem) {
        self.port = port ?? wire.port
        if text == "multicast" {
            guard wire == .sacn else {
                throw Self.problem("Art-Net has no multicast here; name the controller.")
            }
            target = .multicast
        } else {
            guard (try? SocketAddress(ipAddress: text, port: self.port)) != nil else {
                throw Self.problem("\(text.prefix(80)) is neither an IP address nor multicast.")
            }
            target = .unicast(text)
        }
    }

    fileprivate init(loopback: String, port: Int) {
        target = .unicast(loopback)
        self.port = port
    }

    func address(universe: UInt16) throws -> SocketAddress {
        switch target {
        case .unicast(let host): try SocketAddress(ipAddress: host, port: port)
        case .multicast:
            try SocketAddress(
                ipAddress: SacnPacket.multicastAddress(universe: universe), port: port)
        }
    }

    private static func problem(_ detail: String) -> Problem {
        Problem(
            .invalidRequest, title: "The lamps' destination is wrong", detail: detail,
            remedy: "Write an address such as 192.0.2.10, or multicast, in city.yaml.")
    }
}

/// An address from which no packet leaves this machine. The only place a drill can send to.
package struct LoopbackDestination: Sendable, Hashable {
    let destination: LampDestination

    /// - Throws: `Problem` unless the text is `127.x.y.z` or `::1`.
    package init(
        _ text: String = "127.0.0.1", wire: LampConfiguration.Wire, port: Int? = nil
    ) throws(Problem) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0),
            address.isLoopback
        else {
            throw Problem(
                .forbidden, title: "A drill cannot reach a live lamp",
                detail: "\(text.prefix(80)) is not a loopback address.",
                remedy: "Send a drill to 127.0.0.1 only.")
        }
        destination = LampDestination(loopback: text, port: port ?? wire.port)
    }
}

extension LampConfiguration.Wire {
    package var port: Int { self == .sacn ? SacnPacket.port : ArtNetPacket.port }
}

extension SocketAddress {
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4: ipAddress?.hasPrefix("127.") == true
        case .v6: ipAddress == "::1"
        case .unixDomainSocket: false
        }
    }
}
