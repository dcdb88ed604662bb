import CityBroker
import CityKernel
import Foundation

extension CityConfiguration {
    /// `neighbours`: other cities, met by mutual TLS. Every file is read and judged here, so that a
    /// mistake is told with its line before the city opens.
    static func readNeighbours(
        _ node: ConfigurationNode, folder: URL, now: Timestamp
    ) -> NeighbourSettings? {
        node.checkKeys(
            required: ["listen", "address", "certificate", "key", "authority"],
            optional: ["cities"])
        let listen = node["listen"]
        listen?.checkKeys(required: ["port"], optional: ["host"])
        let port = listen?["port"]?.integer(in: 1...65_535)
        let address = node["address"].flatMap(secureAddress)
        let files = credentialFiles(node, folder: folder, now: now)
        let list = node["cities"]?.list() ?? []
        if list.count > NeighbourSettings.neighboursMax {
            node["cities"]?.report("a city has at most \(NeighbourSettings.neighboursMax)")
        }
        let neighbours = list.compactMap {
            neighbour($0, own: files, folder: folder, now: now)
        }
        checkUnique(node["cities"])
        checkUniqueNames(list)
        guard let port, let address, let files else { return nil }
        return NeighbourSettings(
            host: listen?["host"]?.string() ?? "0.0.0.0", port: port, address: address,
            files: files, neighbours: neighbours)
    }

    private static func neighbour(
        _ node: ConfigurationNode, own: CredentialFiles?, folder: URL, now: Timestamp
    ) -> Neighbour? {
        node.checkKeys(
            required: ["id", "name", "certificateName", "may"],
            optional: [
                "tenant", "endpoint", "private", "certificate", "key", "authority",
            ])
        let id = node["id"].flatMap(identifier)
        let name = node["name"]?.localizedText()
        let certificateName = node["certificateName"].flatMap(hostName)
        let rights = node["may"]?.list()?.compactMap { $0.choice(Neighbour.Right.self) }
        let endpoint = node["endpoint"].flatMap(secureAddress)
        var files: CredentialFiles?
        let isOwn = ["certificate", "key", "authority"].contains { node[$0] != nil }
        if isOwn, let own {
            files = credentialFiles(node, folder: folder, now: now, unless: own)
        }
        guard let id, let name, let certificateName, let rights else { return nil }
        return Neighbour(
            id: id, name: name, certificateName: certificateName, rights: Set(rights),
            tenant: node["tenant"]?.string(), endpoint: endpoint,
            isPrivate: node["private"]?.bool() ?? false, files: files)
    }

    // MARK: - Files

    /// - Parameter other: files that are meant where a key is absent.
    private static func credentialFiles(
        _ node: ConfigurationNode, folder: URL, now: Timestamp, unless other: CredentialFiles? = nil
    ) -> CredentialFiles? {
        let certificate = node["certificate"].map { file($0, folder) } ?? other?.certificate
        let key = node["key"].map { file($0, folder) } ?? other?.key
        let authority = node["authority"].map { file($0, folder) } ?? other?.authority
        guard let certificate, let key, let authority else { return nil }
        let files = CredentialFiles(certificate: certificate, key: key, authority: authority)
        do {
            let read = try NeighbourCredentials(files, now: now)
            let ends = [("certificate", read.certificateEnds), ("authority", read.authorityEnds)]
            for (name, end) in ends where end < now + NeighbourCredentials.renewalSpan {
                (node[name] ?? node).report(
                    "it ends at \(end.iso8601)", severity: .warning, remedy: "renew it soon")
            }
        } catch {
            (node[error.file.rawValue] ?? node).report(error.message, remedy: error.remedy)
        }
        return files
    }

    /// A file inside the city's folder, or anywhere by its whole path: keys often lie elsewhere.
    private static func file(_ node: ConfigurationNode, _ folder: URL) -> String? {
        guard let text = node.string() else { return nil }
        let path = text.hasPrefix("/") ? text : folder.appendingPathComponent(text).path
        guard FileManager.default.isReadableFile(atPath: path) else {
            node.report(
                "the file `\(text)` does not exist or cannot be read",
                remedy: "add it or correct the path")
            return nil
        }
        return path
    }

    // MARK: - Scalars

    private static func secureAddress(_ node: ConfigurationNode) -> String? {
        guard var text = node.string() else { return nil }
        guard text.hasPrefix("https://"), EntityID.isURI(text) else {
            node.report("this is not an address of https", remedy: "write https://…")
            return nil
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    private static func hostName(_ node: ConfigurationNode) -> String? {
        guard let text = node.string() else { return nil }
        let isFine =
            !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == 45
                    || byte == 46
            }
        guard isFine else {
            node.report(
                "`\(text)` is not a DNS name",
                remedy: "write the name that stands in its certificate (subjectAltName)")
            return nil
        }
        return text
    }

    private static func checkUniqueNames(_ list: [ConfigurationNode]) {
        var seen: Set<String> = []
        for node in list {
            guard let name = node["certificateName"], let text = name.plainText else { continue }
            if !seen.insert(text.lowercased()).inserted {
                name.report("the name `\(text)` appears twice", remedy: "give each its own")
            }
        }
    }
}
