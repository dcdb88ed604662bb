package import CityKernel

/// Which entity a gauge's number in somebody's table stands for.
///
/// Outside, a gauge is called by its station number, by the city's short id or by its full URI; all
/// three are accepted. A name that is not here is an unknown gauge, never a new one.
package struct GaugeDirectory: Sendable, Hashable {
    private var entityIDs: [String: EntityID]

    /// - Parameter entityIDs: by station number and by short id.
    package init(_ entityIDs: [String: EntityID]) {
        self.entityIDs = entityIDs
        for id in entityIDs.values { self.entityIDs[id.text] = id }
    }

    package func find(_ name: String) -> EntityID? { entityIDs[name] }

    /// Whether readings about this entity are awaited.
    package func knows(_ id: EntityID) -> Bool { entityIDs[id.text] == id }
}
