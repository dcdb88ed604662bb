package import CityKernel

/// Who wants to hear of what, and how (ETSI GS CIM 009 §5.2.12).
package struct Subscription: Sendable, Hashable {
    package enum Trigger: String, Sendable, Hashable, CaseIterable {
        case entityCreated, entityUpdated, entityDeleted
        case attributeCreated, attributeUpdated, attributeDeleted

        /// What a subscription without triggers hears of.
        package static let usual: Set<Trigger> = [.attributeCreated, .attributeUpdated]
    }

    package var id: String
    package var selectors: [EntitySelector]
    /// Empty: every attribute.
    package var watchedAttributes: [String]
    package var triggers: Set<Trigger>
    package var filter: QueryExpression?
    package var geo: GeoQuery?
    package var scopes: ScopeSelection?
    package var isActive: Bool
    package var expiresAt: Timestamp?
    /// At least this long between two notifications; what happens meanwhile is not told (§5.8.6).
    package var throttling: Duration?
    /// Told this often, whatever happens, instead of at each change.
    package var timeInterval: Duration?
    package var form: NotificationForm
    package var endpoint: NotificationEndpoint
    /// Under which the subscriber wrote.
    package var context: LDContext
    /// What the subscriber wrote, with names as inside the city.
    package var document: JSONObject
    /// What only NGSIv2 says; `nil` for a subscription of NGSI-LD.
    package var ngsiv2: NGSIv2Terms? = nil
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
    /// When a notification was last put on its way, where that decides about the next.
    package var queuedAt: Timestamp?
    /// Failures since the last success.
    package var failsInRow = 0

    /// Whether it says nothing more until somebody sets its status.
    package var hasFallenSilent: Bool {
        guard let terms = subscription.ngsiv2 else { return false }
        return terms.isOneShot && queuedAt != nil
            || terms.failsMax.map { failsInRow > $0 } ?? false
    }

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
