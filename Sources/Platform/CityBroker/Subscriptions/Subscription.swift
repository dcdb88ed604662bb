package import CityKernel

/// Who wants to hear of what, and how (ETSI GS CIM 009 §5.2.12).
package struct Subscription: Sendable, Hashable {
    package enum Trigger: String, Sendable, Hashable, CaseIterable {
        case entityCreated, entityUpdated, entityDeleted
        case attributeCreated, attributeUpdated, attributeDeleted
    }

    /// Entities of a type, of them one by id or several by a pattern. `type` is `nil` for every type.
    package struct Selector: Sendable, Hashable {
        package var id: EntityID?
        package var idPattern: String?
        package var type: String?
    }

    package struct Endpoint: Sendable, Hashable {
        package enum Media: String, Sendable, Hashable {
            case json = "application/json"
            case jsonLD = "application/ld+json"
        }

        package var uri: String
        package var media: Media
        /// Header fields that the receiver wants to see.
        package var headers: [(name: String, value: String)]
        package var timeout: Duration

        package static func == (left: Endpoint, right: Endpoint) -> Bool {
            left.uri == right.uri && left.media == right.media && left.timeout == right.timeout
                && left.headers.elementsEqual(right.headers, by: ==)
        }
        package func hash(into hasher: inout Hasher) { hasher.combine(uri) }
    }

    package var id: String
    package var selectors: [Selector]
    /// Empty: every attribute.
    package var watchedAttributes: [String]
    package var triggers: Set<Trigger>
    package var filter: QueryExpression?
    package var geo: GeoQuery?
    package var isActive: Bool
    package var expiresAt: Timestamp?
    /// At least this long between two notifications.
    package var throttling: Duration?
    /// Empty: all of them.
    package var notifiedAttributes: [String]
    package var representation: NGSILDRepresentation
    package var endpoint: Endpoint
    package var context: LDContext
    /// What the subscriber wrote, with names as inside the city.
    package var document: JSONObject
}

/// A subscription with what has happened to it.
package struct StoredSubscription: Sendable, Hashable {
    package var subscription: Subscription
    package var createdAt: Timestamp
    package var modifiedAt: Timestamp
    package var timesSent: Int
    package var timesFailed: Int
    package var lastNotification: Timestamp?
    package var lastSuccess: Timestamp?
    package var lastFailure: Timestamp?

    /// `active`, `paused` or `expired` (§5.2.12).
    package func status(at now: Timestamp) -> String {
        if let expiresAt = subscription.expiresAt, expiresAt <= now { return "expired" }
        return subscription.isActive ? "active" : "paused"
    }

    /// Whether the last delivery failed.
    package var isFailing: Bool {
        guard let lastFailure else { return false }
        return lastSuccess.map { $0 < lastFailure } ?? true
    }
}
