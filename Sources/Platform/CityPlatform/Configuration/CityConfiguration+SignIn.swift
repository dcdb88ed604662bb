import CityKernel

extension CityConfiguration {
    /// How residents sign in: an OpenID provider that knows this city.
    package struct SignIn: Sendable, Hashable {
        package var issuer: String
        package var clientID: String
        /// The city's own key (P-256, PEM): a path on the machine, or one inside the data folder. It
        /// is no part of the city's folder, which anybody may read.
        package var keyFile: String
        /// How the provider names the key, when it does.
        package var keyID: String?
        /// The city's address as browsers know it, without a slash at the end.
        package var address: String
        package var scopes: [String]
    }

    static func readSignIn(_ node: ConfigurationNode) -> SignIn? {
        node.checkKeys(
            required: ["issuer", "clientId", "keyFile", "address"],
            optional: ["keyId", "scopes"])
        let issuer = node["issuer"].flatMap(safeAddress)
        let address = node["address"].flatMap(safeAddress)
        let scopes = node["scopes"]?.list()?.compactMap { $0.string() } ?? ["openid"]
        if !scopes.contains("openid") {
            node["scopes"]?.report("`openid` is missing", remedy: "write [openid, …]")
        }
        guard let issuer, let address, let clientID = node["clientId"]?.string(),
            let keyFile = node["keyFile"]?.string()
        else { return nil }
        return SignIn(
            issuer: issuer, clientID: clientID, keyFile: keyFile, keyID: node["keyId"]?.string(),
            address: address.hasSuffix("/") ? String(address.dropLast()) : address,
            scopes: scopes)
    }

    /// Only https, but for this machine itself, where trials run.
    private static func safeAddress(_ node: ConfigurationNode) -> String? {
        guard let url = webAddress(node) else { return nil }
        let isHere = ["http://127.0.0.1", "http://localhost"].contains { place in
            url == place || url.hasPrefix(place + ":") || url.hasPrefix(place + "/")
        }
        guard url.hasPrefix("https://") || isHere else {
            node.report("who signs in must come by https", remedy: "write https://…")
            return nil
        }
        return url
    }
}
