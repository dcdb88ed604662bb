/// The state of one thing of the town: an NGSI-LD entity.
package struct Entity: Sendable, Hashable {
    package var id: EntityID
    /// At least one, in written order.
    package var types: [String]
    package var scopes: [String]
    /// Instances of the same name stand together, the default instance first.
    package var attributes: [NamedAttribute]
    /// When the entity ceases to be (§4.22); `nil` for never.
    package var expiresAt: Timestamp?
    /// Set by the broker.
    package var createdAt: Timestamp?
    package var modifiedAt: Timestamp?

    package init(
        id: EntityID, types: [String], scopes: [String] = [], attributes: [NamedAttribute] = [],
        expiresAt: Timestamp? = nil
    ) {
        precondition(!types.isEmpty, "an entity has at least one type")
        self.id = id
        self.types = types
        self.scopes = scopes
        self.attributes = attributes
        self.expiresAt = expiresAt
    }

    /// The default instance of an attribute, or its first one.
    package subscript(name: String) -> Attribute? {
        attributes.first { $0.name == name && $0.attribute.datasetID == nil }?.attribute
            ?? attributes.first { $0.name == name }?.attribute
    }

    package func has(type: String) -> Bool { types.contains(type) }
}

/// One statement about the world: this attribute of that entity has this value.
///
/// Everything that changes the picture of the town is a list of facts: readings, staff decisions,
/// imports, results of rules.
package struct Fact: Sendable, Hashable {
    package var entityID: EntityID
    /// Types of the entity; given to it when the fact makes it known.
    package var types: [String]
    package var name: String
    package var attribute: Attribute

    package init(_ entityID: EntityID, type: String, _ name: String, _ attribute: Attribute) {
        self.entityID = entityID
        self.types = [type]
        self.name = name
        self.attribute = attribute
    }

    package init(_ entityID: EntityID, types: [String], _ name: String, _ attribute: Attribute) {
        self.entityID = entityID
        self.types = types
        self.name = name
        self.attribute = attribute
    }
}

/// A noun of the town that lives in the broker as an entity of one type.
package protocol Noun: Sendable {
    static var entityType: String { get }
    var id: EntityID { get }
    /// - Throws: `NounError` when a needed attribute is absent or of another kind.
    init(_ entity: Entity) throws(NounError)
    /// All attributes that this value states.
    var attributes: [NamedAttribute] { get }
}

extension Noun {
    package var facts: [Fact] {
        attributes.map { Fact(id, type: Self.entityType, $0.name, $0.attribute) }
    }

    package var entity: Entity {
        Entity(id: id, types: [Self.entityType], attributes: attributes)
    }
}

/// An entity that is not the noun it was taken for.
package struct NounError: Error, Sendable, Hashable, ProblemConvertible {
    package var entityID: EntityID
    package var attribute: String
    package var message: String

    package init(_ entityID: EntityID, _ attribute: String, _ message: String) {
        self.entityID = entityID
        self.attribute = attribute
        self.message = message
    }

    package var problem: Problem {
        Problem(
            .badRequestData, title: "The entity lacks what its type needs",
            detail: "\(entityID): \(attribute): \(message)",
            remedy: "Write the attribute \(attribute) as the type catalogue describes it.")
    }
}

extension Entity {
    package func requireString(_ name: String) throws(NounError) -> String {
        guard let value = self[name]?.value.string else {
            throw NounError(id, name, "a text is needed")
        }
        return value
    }

    package func requireText(_ name: String) throws(NounError) -> LocalizedText {
        guard let text = self[name]?.localizedText else {
            throw NounError(id, name, "a text is needed")
        }
        return text
    }

    package func requireInteger(_ name: String) throws(NounError) -> Int64 {
        guard let value = self[name]?.value.integer else {
            throw NounError(id, name, "a whole number is needed")
        }
        return value
    }

    package func requirePoint(_ name: String = "location") throws(NounError) -> GeoPoint {
        guard case .point(let point)? = self[name]?.geometry else {
            throw NounError(id, name, "a GeoProperty with a Point is needed")
        }
        return point
    }
}
