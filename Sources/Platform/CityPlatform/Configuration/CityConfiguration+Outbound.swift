import CityBroker

extension CityConfiguration {
    /// Where the city connects to when a stranger names the address, beside the public internet.
    static func readOutbound(_ node: ConfigurationNode) -> OutboundGuard {
        node.checkKeys(required: [], optional: ["hosts", "networks"])
        let hosts = node["hosts"]?.list()?.compactMap { $0.string() } ?? []
        let networks = node["networks"]?.list()?.compactMap { item -> IPNetwork? in
            guard let text = item.string() else { return nil }
            guard let network = IPNetwork(text) else {
                item.report(
                    "`\(text)` is not a network", remedy: "write for example 10.1.0.0/16")
                return nil
            }
            return network
        }
        return OutboundGuard(hosts: hosts, networks: networks ?? [])
    }

    /// What the NGSI-LD API reads more kindly than the book: `allowMissingContext`.
    static func readAllowsMissingContext(_ node: ConfigurationNode) -> Bool {
        node.checkKeys(required: [], optional: ["allowMissingContext"])
        return node["allowMissingContext"]?.bool() ?? false
    }
}
