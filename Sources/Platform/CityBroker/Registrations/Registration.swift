package import CityKernel

/// Somebody who holds context information that this city may ask for (ETSI GS CIM 009 §5.2.9).
package struct Registration: Sendable, Hashable {
    /// How its data stands to the city's own (§4.3.6).
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Beside the city's own data: both are asked and written.
        case inclusive
        /// The only holder of certain attributes of one entity.
        case exclusive
        /// Holds what the city does not; the city passes everything on.
        case redirect
        /// Fills gaps of an answer; never overrides and is never written.
        case auxiliary
    }

    /// Entities of a type, of them one by id or several by a pattern. `type` is `nil` for every type.
    package struct Selector: Sendable, Hashable {
        package var id: EntityID?
        package var idPattern: String?
        package var types: [String]
    }

    /// A set of entities and attributes. An empty list means "all of them".
    package struct Information: Sendable, Hashable {
        package var selectors: [Selector]
        package var attributes: Set<String>
    }

    /// A span of time that may be open at its end.
    package struct Interval: Sendable, Hashable {
        package var start: Timestamp
        package var end: Timestamp?
    }

    /// How the source wants to be treated (§5.2.34).
    package struct Management: Sendable, Hashable {
        package var isLocalOnly = false
        package var timeout: Duration?
        package var cooldown: Duration?
    }

    /// One header field or processed key for requests to the source (§4.3.6.5, §4.3.6.6).
    package struct Pair: Sendable, Hashable {
        package var key: String
        package var value: String
    }

    package var id: String
    package var mode: Mode
    package var information: [Information]
    package var operations: Set<RegistrationOperation>
    /// Without a slash at its end.
    package var endpoint: String
    package var tenant: String?
    package var sourceInfo: [Pair]
    package var management: Management
    package var expiresAt: Timestamp?
    package var scopes: [String]
    package var observationInterval: Interval?
    package var managementInterval: Interval?
    /// The registration's own properties as attributes of an entity, for `q` and `csf`; its
    /// `location`, `observationSpace` and `operationSpace` for geo-queries.
    package var properties: Entity
    package var context: LDContext
    /// What was registered, with names as inside the city.
    package var document: JSONObject
    /// Said by a source that speaks NGSIv2; `nil` for one of NGSI-LD.
    package var ngsiv2: NGSIv2? = nil

    package func isActive(at now: Timestamp) -> Bool { expiresAt.map { $0 > now } ?? true }
}

/// A registration with what has happened to it.
package struct StoredRegistration: Sendable, Hashable {
    package var registration: Registration
    package var createdAt: Timestamp
    package var modifiedAt: Timestamp
}
