package import CityKernel

/// Which entities, and how much of them. Empty lists mean "no condition".
package struct EntityQuery: Sendable, Hashable {
    package var ids: [EntityID] = []
    /// A regular expression that some part of the id matches.
    package var idPattern: String?
    /// Of these at least one.
    package var types: [String] = []
    /// Beside `types`, which are its candidates, when a list does not say it all.
    package var typeSelection: TypeSelection?
    /// One of these, when entities are selected in several ways at once.
    package var selectors: [EntitySelector] = []
    package var scopes: ScopeSelection?
    /// Only entities that have at least one of these, and only these are returned.
    package var attributes: [String] = []
    package var filter: QueryExpression?
    package var geo: GeoQuery?
    /// By id when empty.
    package var order: [EntityOrder] = []
    package var limit: Int = 20
    package var offset: Int = 0
    package var wantsCount = false

    package static let limitMax = 1_000
    /// Entities that are put in another order than that of their ids.
    package static let orderedMax = 100_000

    package init() {}

    package init(type: String, limit: Int = EntityQuery.limitMax) {
        self.types = [type]
        self.limit = limit
    }

    /// Only entities of these types.
    package mutating func select(_ selection: TypeSelection) {
        types = selection.candidates
        typeSelection = selection.isListOfTypes ? nil : selection
    }
}

/// One way of selecting entities (§5.2.33).
package struct EntitySelector: Sendable, Hashable {
    /// `nil` for any type.
    package var types: TypeSelection?
    package var ids: [EntityID]
    /// Asked of only when there are no ids.
    package var idPattern: String?
    /// A regular expression that one of the types matches; asked of beside `types`.
    package var typePattern: String?

    package init(types: TypeSelection?, ids: [EntityID] = [], idPattern: String? = nil) {
        self.types = types
        self.ids = ids
        self.idPattern = idPattern
    }
}

extension EntityQuery {
    /// Entities that any of `selectors` selects.
    package mutating func select(_ selectors: [EntitySelector]) {
        if selectors.count == 1, let selector = selectors.first, selector.typePattern == nil {
            if let types = selector.types { select(types) }
            ids = selector.ids
            idPattern = selector.ids.isEmpty ? selector.idPattern : nil
            return
        }
        self.selectors = selectors
        if selectors.allSatisfy({ $0.types != nil }) {
            select(.any(selectors.compactMap(\.types)))
            typeSelection = nil
        }
        if selectors.allSatisfy({ !$0.ids.isEmpty }) { ids = selectors.flatMap(\.ids) }
    }
}

/// The `georel`, `geometry`, `coordinates` and `geoproperty` of NGSI-LD (§4.10).
package struct GeoQuery: Sendable, Hashable {
    package enum Relation: Sendable, Hashable {
        /// Distances in metres.
        case near(minimum: Double?, maximum: Double?)
        case within, contains, intersects, equals, disjoint, overlaps
    }

    package var relation: Relation
    package var geometry: Geometry
    package var attribute: String

    package init(_ relation: Relation, _ geometry: Geometry, attribute: String = "location") {
        self.relation = relation
        self.geometry = geometry
        self.attribute = attribute
    }
}

/// One page of an answer, in order of id or as the query says.
package struct EntityPage: Sendable, Hashable {
    package var entities: [Entity]
    /// Filled when asked for.
    package var count: Int?

    package init(entities: [Entity], count: Int? = nil) {
        self.entities = entities
        self.count = count
    }
}
