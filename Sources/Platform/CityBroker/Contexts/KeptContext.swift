package import CityKernel

/// A JSON-LD @context that the city keeps (ETSI GS CIM 009 §5.13).
package struct KeptContext: Sendable, Hashable {
    package enum Kind: Int64, Sendable, Hashable, CaseIterable {
        /// Added by a client, who may serve it from here.
        case hosted = 1
        /// A copy of somebody else's document, fetched because a request named its URL.
        case cached
        /// Made of the inline @context of a subscription, so that notifications can name it.
        case implicitlyCreated

        /// The word of the `kind` parameter and member.
        package var word: String {
            switch self {
            case .hosted: "Hosted"
            case .cached: "Cached"
            case .implicitlyCreated: "ImplicitlyCreated"
            }
        }
    }

    /// A URN without `/`, unique in the tenant.
    package var localID: String
    package var kind: Kind
    /// Where a cached one came from; `nil` for the others, which are served from here.
    package var url: String?
    /// The value of its `@context` member.
    package var body: JSONValue
    package var createdAt: Timestamp
    /// Of this process, since it started.
    package var lastUsedAt: Timestamp?
    /// How often a request named it or was served it by this process, since it started.
    package var hits = 0

    /// The core context: built in, never fetched, never deleted.
    package static let coreLocalID = "urn:ngsi-ld:Context:core"
}
