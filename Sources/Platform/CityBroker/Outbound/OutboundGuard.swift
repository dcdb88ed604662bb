package import CityKernel
package import NIOCore

/// Where the city connects to when a stranger names the address: endpoints of subscriptions, context
/// sources, remote @contexts.
///
/// Only the public internet is open; machines of the city's own networks are refused, or anybody who
/// may subscribe could make the city talk to its own routers, databases and cloud metadata. What a
/// name resolves to is judged by `OutboundClient` on the connection itself, so that no second answer
/// of a name server slips in between.
package struct OutboundGuard: Sendable, Hashable {
    /// Names or addresses that are reached wherever they lie (`outbound.hosts` of `city.yaml`).
    package let hosts: Set<String>
    /// Networks that are open beside the public internet (`outbound.networks`).
    package let networks: [IPNetwork]

    package init(hosts: some Sequence<String> = [], networks: [IPNetwork] = []) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.networks = networks
    }

    /// The public internet only.
    package static let publicOnly = OutboundGuard()

    /// This machine too: for `--open-api` on loopback, and for tests.
    package func openToLoopback() -> OutboundGuard {
        let loopback = ["127.0.0.0/8", "::1"].compactMap(IPNetwork.init)
        return OutboundGuard(hosts: hosts.union(["localhost"]), networks: networks + loopback)
    }

    package func allows(_ address: SocketAddress) -> Bool {
        guard let bytes = IPNetwork.bytes(of: address) else { return false }
        return allows(bytes)
    }

    /// Whether the host is open by its name, wherever it lies.
    package func allows(host: String) -> Bool { hosts.contains(host.lowercased()) }

    /// Refuses what the text of a URL already tells: another scheme, a password inside, an address or
    /// name of this machine or its networks.
    /// - Throws: `Problem` of kind `badRequestData`.
    package func check(_ url: String) throws(Problem) {
        guard let target = OutboundTarget(url) else {
            throw .badData(
                "\"\(url.prefix(200))\" is not an address of http or https without a password",
                remedy: "Write for example https://example.org/path.")
        }
        if allows(host: target.host) { return }
        let isLocalName = target.host == "localhost" || target.host.hasSuffix(".localhost")
        let isClosed = IPNetwork.bytes(ofAddress: target.host).map { !allows($0) } ?? isLocalName
        if isClosed { throw Self.refusal(target.host) }
    }

    static func refusal(_ host: String) -> Problem {
        .badData(
            "\(host.prefix(200)) lies in a network that this city does not connect to",
            remedy: "Use a public address, or have the operator list it under `outbound`.")
    }

    private func allows(_ bytes: [UInt8]) -> Bool {
        if networks.contains(where: { $0.contains(bytes) }) { return true }
        // An IPv4 address behind a translator (RFC 6052) is judged by itself.
        if bytes.count == 16, Self.translated.contains(bytes) { return allows(Array(bytes[12...])) }
        if bytes.count == 16, !Self.globalUnicast.contains(bytes) { return false }
        return !Self.closed.contains { $0.contains(bytes) }
    }

    private static let translated = IPNetwork("64:ff9b::/96")!
    private static let globalUnicast = IPNetwork("2000::/3")!

    /// The IANA registries of special-purpose addresses, and multicast.
    private static let closed = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ].compactMap(IPNetwork.init)
}

/// The host of a URL that the city may be asked to connect to.
struct OutboundTarget {
    /// Lower case, without the brackets of IPv6.
    let host: String

    /// - Returns: `nil` unless the scheme is http or https, and for user names or passwords.
    init?(_ url: String) {
        let lower = url.prefix(8).lowercased()
        let start = lower.hasPrefix("https://") ? 8 : lower.hasPrefix("http://") ? 7 : 0
        guard start > 0, EntityID.isURI(url) else { return nil }
        let rest = url.dropFirst(start)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
        } else {
            host = authority.prefix { $0 != ":" }.lowercased()
        }
        if host.isEmpty { return nil }
    }
}
