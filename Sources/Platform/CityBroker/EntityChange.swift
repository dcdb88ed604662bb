import CityKernel

/// What one transaction did to one entity.
struct EntityChange {
    let id: EntityID
    var types: [String]
    var isCreated = false
    var isDeleted = false
    var createdAttributes: [String] = []
    var updatedAttributes: [String] = []
    var deletedAttributes: [String] = []
    /// Written with what they said before.
    private(set) var repeatedAttributes: [String] = []
    /// The writer asked for notifications even where nothing changed (`forcedUpdate` of NGSIv2).
    private(set) var isForced = false
    /// A late reading entered the history and left the state.
    var hasLateHistory = false
    /// The entity before it was deleted; kept when somebody wants to hear of it.
    var deletedEntity: Entity?
    /// Instances as they were before the transaction, of those that it updated or deleted, in the
    /// order of its steps. Kept when somebody subscribes to deletions or wants to see changes.
    private(set) var before: [NamedAttribute] = []

    init(id: EntityID, types: [String]) {
        self.id = id
        self.types = types
    }

    enum Step { case created, updated, deleted }

    mutating func note(_ step: Step, _ name: String) {
        switch step {
        case .created where !createdAttributes.contains(name): createdAttributes.append(name)
        case .updated where !updatedAttributes.contains(name): updatedAttributes.append(name)
        case .deleted where !deletedAttributes.contains(name): deletedAttributes.append(name)
        case .created, .updated, .deleted: break
        }
    }

    mutating func noteRepeat(_ name: String, isForced: Bool) {
        if !repeatedAttributes.contains(name) { repeatedAttributes.append(name) }
        if isForced { self.isForced = true }
    }

    /// What was there first counts, however often the transaction wrote it.
    mutating func remember(_ name: String, _ instance: Attribute) {
        if before(name, instance.datasetID) == nil {
            before.append(NamedAttribute(name, instance))
        }
    }

    func before(_ name: String, _ datasetID: String?) -> Attribute? {
        before.first { $0.name == name && $0.attribute.datasetID == datasetID }?.attribute
    }

    var touchesState: Bool {
        isCreated || isDeleted || !createdAttributes.isEmpty || !updatedAttributes.isEmpty
            || !deletedAttributes.isEmpty
    }

    /// Whether somebody may want to hear of it.
    var isTold: Bool { touchesState || !repeatedAttributes.isEmpty }

    var attributes: Set<String> {
        Set(createdAttributes).union(updatedAttributes).union(deletedAttributes)
    }
}

/// The changes of one transaction in the order in which entities were first touched.
struct EntityChanges {
    private(set) var list: [EntityChange] = []
    /// Made when the list grows long; most transactions touch one entity.
    private var positions: [EntityID: Int] = [:]
    private static let searchedMax = 8

    var isEmpty: Bool { list.isEmpty }

    mutating func edit(
        _ id: EntityID, types: [String], _ body: (inout EntityChange) -> Void
    ) {
        body(&list[position(of: id, types)])
    }

    private mutating func position(of id: EntityID, _ types: [String]) -> Int {
        if list.count <= Self.searchedMax {
            if let position = list.firstIndex(where: { $0.id == id }) { return position }
        } else if let position = positions[id] {
            return position
        }
        list.append(EntityChange(id: id, types: types))
        if list.count > Self.searchedMax {
            if positions.isEmpty {
                for (position, change) in list.enumerated() { positions[change.id] = position }
            }
            positions[id] = list.count - 1
        }
        return list.count - 1
    }
}
