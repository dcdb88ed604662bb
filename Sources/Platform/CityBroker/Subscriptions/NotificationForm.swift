package import CityKernel

/// What a notification says of an entity and how (§5.2.14). Subscriptions of one form share the bytes
/// of their notifications.
package struct NotificationForm: Sendable, Hashable {
    /// Whether entities that relationships point at come along (§4.5.23).
    package enum Join: String, Sendable, Hashable {
        case flat, inline
        case none = "@none"
    }

    /// The media type of a notification.
    package enum Media: String, Sendable, Hashable, CaseIterable {
        case json = "application/json"
        case jsonLD = "application/ld+json"
        case geoJSON = "application/geo+json"
    }

    /// Only these; empty: all of them.
    package var attributes: [String] = []
    /// Only these members, `id`, `type` and `scope` among them; empty: all of them.
    package var picked: [String] = []
    package var omitted: [String] = []
    /// Only these instances, `@none` the default one; empty: all of them.
    package var datasetIDs: [String] = []
    package var representation = NGSILDRepresentation()
    /// Values as they were before the change stand beside those after it.
    package var showsChanges = false
    package var join = Join.none
    /// How many relationships away joined entities may be.
    package var joinLevel = 1
    package var media = Media.json
    /// A GeoJSON notification names its context in a Link header instead of its body.
    package var hasPlainBody = false
    /// Names in the notification are written under it.
    package var context: LDContext
    /// What the notification calls that context.
    package var contextSource: JSONValue
    /// Entities are written as NGSIv2 writes them, whatever else stands here.
    package var ngsiv2: NGSIv2NotificationForm?

    /// The URL in the Link header; `nil` when the body holds the context.
    package var linkedContext: String? {
        switch media {
        case .json: contextURL
        case .geoJSON where hasPlainBody: contextURL
        case .geoJSON, .jsonLD: nil
        }
    }

    /// One URL that says the context: its own when it is one, else that of its first part.
    package var contextURL: String {
        let urls = (contextSource.array ?? [contextSource]).compactMap(\.string)
        return urls.first { !CoreContext.isCore($0) } ?? urls.first ?? CoreContext.url
    }
}
