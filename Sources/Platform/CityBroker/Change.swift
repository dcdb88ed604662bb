package import CityKernel

/// One entity changed by a commit, as live pages and adapters hear of it.
package struct Change: Sendable, Hashable {
    /// Rises with every commit of this process; for SSE ids.
    package var sequence: Int64
    package var entityID: EntityID
    package var types: [String]
    /// Names of the attributes that the commit wrote.
    package var attributes: Set<String>
    package var isDeletion: Bool
    package var at: Timestamp

    package init(
        sequence: Int64, entityID: EntityID, types: [String], attributes: Set<String>,
        isDeletion: Bool = false, at: Timestamp
    ) {
        self.sequence = sequence
        self.entityID = entityID
        self.types = types
        self.attributes = attributes
        self.isDeletion = isDeletion
        self.at = at
    }
}

/// What an `apply` did.
package struct Applied: Sendable, Hashable {
    package var changed: [EntityID]
    package var created: [EntityID]
    /// Names of rules that failed; their raw facts are stored all the same.
    package var failedRules: [String]

    package init(
        changed: [EntityID] = [], created: [EntityID] = [], failedRules: [String] = []
    ) {
        self.changed = changed
        self.created = created
        self.failedRules = failedRules
    }
}
