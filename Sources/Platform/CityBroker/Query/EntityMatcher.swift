import CityKernel
import CityPlaces

/// All conditions of a query on one entity.
struct EntityMatcher: Sendable {
    private let query: EntityQuery
    private let ids: Set<EntityID>
    private let attributes: Set<String>
    private let idPattern: TextPattern?
    private let selectors: [ReadySelector]
    private let filter: QueryFilter?
    private let geo: (attribute: String, filter: SpatialFilter)?

    init(_ query: EntityQuery) throws(Problem) {
        self.query = query
        ids = Set(query.ids)
        attributes = Set(query.attributes)
        if let pattern = query.idPattern {
            idPattern = try TextPattern(pattern)
        } else {
            idPattern = nil
        }
        var selectors: [ReadySelector] = []
        for selector in query.selectors { selectors.append(try ReadySelector(selector)) }
        self.selectors = selectors
        if let expression = query.filter {
            filter = try QueryFilter(expression)
        } else {
            filter = nil
        }
        if let geo = query.geo {
            self.geo = (geo.attribute, try SpatialFilter(geo.spatialRelation, geo.geometry))
        } else {
            geo = nil
        }
    }

    /// - Parameter lookUp: finds entities at the other end of relationships.
    func matches(_ entity: Entity, _ lookUp: QueryFilter.LookUp) throws -> Bool {
        guard ids.isEmpty || ids.contains(entity.id),
            query.types.isEmpty || query.types.contains(where: entity.has(type:)),
            query.typeSelection?.matches(entity.types) ?? true,
            attributes.isEmpty
                || entity.attributes.contains(where: { attributes.contains($0.name) }),
            idPattern?.matches(entity.id.text) ?? true,
            selectors.isEmpty || selectors.contains(where: { $0.matches(entity) }),
            query.scopes?.matches(entity.scopes) ?? true,
            try filter?.matches(entity, lookUp) ?? true
        else { return false }
        guard let geo else { return true }
        for named in entity.attributes where named.name == geo.attribute {
            if let place = named.attribute.geometry, try geo.filter.matches(place) { return true }
        }
        return false
    }
}

/// A selector with its pattern compiled.
private struct ReadySelector: Sendable {
    let selector: EntitySelector
    let idPattern: TextPattern?
    let typePattern: TextPattern?

    init(_ selector: EntitySelector) throws(Problem) {
        self.selector = selector
        if let pattern = selector.idPattern, selector.ids.isEmpty {
            idPattern = try TextPattern(pattern)
        } else {
            idPattern = nil
        }
        if let pattern = selector.typePattern {
            typePattern = try TextPattern(pattern)
        } else {
            typePattern = nil
        }
    }

    func matches(_ entity: Entity) -> Bool {
        (selector.types?.matches(entity.types) ?? true)
            && (selector.ids.isEmpty || selector.ids.contains(entity.id))
            && (idPattern?.matches(entity.id.text) ?? true)
            && (typePattern.map { entity.types.contains(where: $0.matches) } ?? true)
    }
}
