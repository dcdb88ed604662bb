package import CityKernel

/// Which entities, and how much of them. Empty lists mean "no condition".
package struct EntityQuery: Sendable, Hashable {
    package var ids: [EntityID] = []
    /// A regular expression that some part of the id matches.
    package var idPattern: String?
    package var types: [String] = []
    /// Only entities that have at least one of these, and only these are returned.
    package var attributes: [String] = []
    package var filter: QueryExpression?
    package var geo: GeoQuery?
    package var limit: Int = 20
    package var offset: Int = 0
    package var wantsCount = false

    package static let limitMax = 1_000

    package init() {}

    package init(type: String, limit: Int = EntityQuery.limitMax) {
        self.types = [type]
        self.limit = limit
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

/// One page of an answer, in order of id.
package struct EntityPage: Sendable, Hashable {
    package var entities: [Entity]
    /// Filled when asked for.
    package var count: Int?

    package init(entities: [Entity], count: Int? = nil) {
        self.entities = entities
        self.count = count
    }
}
