package import CityKernel
import CityPlaces

/// A question for registrations (§5.10.2): who may know these entities, there and then.
package struct RegistrationQuery: Sendable {
    package enum TimeRelation: Sendable, Hashable {
        case before(Timestamp)
        case after(Timestamp)
        case between(Timestamp, Timestamp)
    }

    /// Which span of a registration a question of the past is held against.
    package enum TimeProperty: Sendable, Hashable { case observed, managed }

    package var scope = RegistrationScope()
    /// On the registration's own properties.
    package var filter: QueryExpression?
    package var geo: GeoQuery?
    package var scopes: ScopeSelection?
    package var time: TimeRelation?
    package var timeProperty = TimeProperty.observed

    package init() {}
}

/// The question made ready.
package struct RegistrationMatcher: Sendable {
    private let query: RegistrationQuery
    private let filter: QueryFilter?
    private let geo: SpatialFilter?

    /// - Throws: `Problem` for a broken pattern or geometry.
    package init(_ query: RegistrationQuery) throws(Problem) {
        self.query = query
        filter = if let expression = query.filter { try QueryFilter(expression) } else { nil }
        geo =
            if let geo = query.geo {
                try SpatialFilter(geo.spatialRelation, geo.geometry)
            } else { nil }
        if let pattern = query.scope.idPattern { _ = try TextPattern(pattern) }
    }

    /// - Returns: `nil` when the registration does not answer the question.
    package func match(_ ready: ReadyRegistration) throws(Problem) -> ReadyRegistration.Match? {
        let registration = ready.registration
        guard meetsTime(registration) else { return nil }
        if let filter, !filter.matches(registration.properties, { _ in nil }) { return nil }
        if let scopes = query.scopes, !scopes.matches(registration.scopes) { return nil }
        if let geo {
            let name = query.geo?.attribute ?? "location"
            guard let place = registration.properties[name]?.geometry, try geo.matches(place)
            else { return nil }
        }
        return try ready.match(query.scope)
    }

    /// Without a question of the past only sources of the latest information count.
    private func meetsTime(_ registration: Registration) -> Bool {
        guard let time = query.time else {
            return registration.observationInterval == nil
                && registration.managementInterval == nil
        }
        let interval =
            switch query.timeProperty {
            case .observed: registration.observationInterval
            case .managed: registration.managementInterval
            }
        guard let interval else { return false }
        return switch time {
        case .before(let instant): interval.start < instant
        case .after(let instant): interval.end.map { $0 > instant } ?? true
        case .between(let start, let end):
            interval.start < end && (interval.end.map { $0 > start } ?? true)
        }
    }
}
