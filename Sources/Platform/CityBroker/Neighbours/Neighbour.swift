package import CityKernel

/// 近隣の市: another city, or any other broker, that this city meets by mutual TLS.
package struct Neighbour: Sendable, Hashable {
    /// What a neighbour may do here; nothing that is not listed.
    package enum Right: String, Sendable, Hashable, CaseIterable {
        case read, subscribe, write
    }

    package var id: String
    package var name: LocalizedText
    /// The DNS name that stands in the certificate that it presents, in lower case.
    package var certificateName: String
    package var rights: Set<Right>
    /// All that it does concerns this tenant; `nil` leaves the choice to its requests.
    package var tenant: String?
    /// Where this city reaches it, without a slash at the end; `nil` when this city never asks.
    package var endpoint: String?
    /// The endpoint may lie in a private network.
    package var isPrivate: Bool
    /// Other files for connections to it than the city's own.
    package var files: CredentialFiles?

    package init(
        id: String, name: LocalizedText, certificateName: String, rights: Set<Right>,
        tenant: String? = nil, endpoint: String? = nil, isPrivate: Bool = false,
        files: CredentialFiles? = nil
    ) {
        self.id = id
        self.name = name
        self.certificateName = certificateName.lowercased()
        self.rights = rights
        self.tenant = tenant
        self.endpoint = endpoint
        self.isPrivate = isPrivate
        self.files = files
    }

    /// Whether a URL lies at or below the endpoint.
    func isReached(by url: String) -> Bool {
        guard let endpoint, url.hasPrefix(endpoint) else { return false }
        let next = url.dropFirst(endpoint.count).first
        return next == nil || next == "/" || next == "?"
    }
}

/// `neighbours` of `city.yaml`: how cities meet by mutual TLS.
package struct NeighbourSettings: Sendable, Hashable {
    /// Neighbours of one city.
    package static let neighboursMax = 500

    /// Where this city listens for them.
    package var host: String
    package var port: Int
    /// Where they find it, without a slash at the end: notifications come back here.
    package var address: String
    package var files: CredentialFiles
    package var neighbours: [Neighbour]

    package init(
        host: String, port: Int, address: String, files: CredentialFiles,
        neighbours: [Neighbour]
    ) {
        self.host = host
        self.port = port
        self.address = address
        self.files = files
        self.neighbours = neighbours
    }
}
