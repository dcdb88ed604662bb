package import CityKernel

/// What somebody tells of the evolution of an entity, through the temporal interface (§5.6.11).
package struct Evolution: Sendable, Hashable {
    package var id: EntityID
    package var types: [String]
    package var scopes: [Scopes] = []
    package var instances: [Instance] = []

    package init(id: EntityID, types: [String]) {
        self.id = id
        self.types = types
    }

    /// Scopes and since when they hold.
    package struct Scopes: Sendable, Hashable {
        package var names: [String]
        package var observedAt: Timestamp?

        package init(names: [String], observedAt: Timestamp?) {
            self.names = names
            self.observedAt = observedAt
        }
    }

    /// One value at one time; or, as a deletion, that from then on there was none.
    package struct Instance: Sendable, Hashable {
        package var name: String
        package var attribute: Attribute
        package var isDeletion: Bool

        package init(_ name: String, _ attribute: Attribute, isDeletion: Bool = false) {
            self.name = name
            self.attribute = attribute
            self.isDeletion = isDeletion
        }
    }
}
