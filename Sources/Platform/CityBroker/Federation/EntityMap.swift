package import CityKernel

/// The answer to a query as a list of names: which entities there are and who holds them
/// (ETSI GS CIM 009 §5.2.39). Pages that are cut from it do not shift while entities come and go.
package struct EntityMap: Sendable, Hashable {
    /// Entities in one map; a query that finds more has none.
    package static let entitiesMax = 10_000
    /// Maps that the city keeps at once.
    package static let mapsMax = 1_000
    package static let lifetimeDefault = Duration.seconds(300)
    /// However long somebody wants to keep one.
    package static let lifetimeMax = Duration.seconds(86_400)
    /// Stands for the city itself among the holders.
    package static let city = "@none"

    package var id: String
    package var expiresAt: Timestamp
    /// In order of the entity's id: `city` and ids of registrations.
    package var holders: [EntityID: [String]]

    package init(id: String, expiresAt: Timestamp, holders: [EntityID: [String]]) {
        self.id = id
        self.expiresAt = expiresAt
        self.holders = holders
    }

    package var json: JSONValue {
        let entries = holders.sorted { $0.key < $1.key }.map { id, holders in
            (id.text, JSONValue.array(holders.map(JSONValue.string)))
        }
        return [
            "id": .string(id), "type": "EntityMap", "expiresAt": .string(expiresAt.iso8601),
            "entityMap": .object(JSONObject(entries)), "linkedMaps": [:],
        ]
    }
}

extension EntityMap {
    init(_ json: JSONValue, id: String, expiresAt: Timestamp) {
        self.init(id: id, expiresAt: expiresAt, holders: [:])
        for (text, list) in json.object ?? JSONObject() {
            guard let entityID = EntityID(text) else { continue }
            holders[entityID] = (list.array ?? []).compactMap(\.string)
        }
    }
}

/// Why there is no entity map.
package enum EntityMapError: Error, Sendable, Hashable {
    case notFound(String)
    case tooManyEntities
    case tooManyMaps
}

extension EntityMapError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound(let id):
            Problem(
                .notFound, title: "The entity map is not known",
                detail: "\(id) does not exist or has expired.",
                remedy: "Make a new one with entityMap=true.")
        case .tooManyEntities:
            Problem(
                .tooManyResults, title: "The query finds too many entities for a map",
                detail: "An entity map names at most \(EntityMap.entitiesMax) entities.",
                remedy: "Narrow the query.")
        case .tooManyMaps:
            Problem(
                .tooManyRequests, title: "Too many entity maps are kept",
                detail: "The city keeps at most \(EntityMap.mapsMax) at once.",
                remedy: "Delete those that are not needed, or wait until some expire.")
        }
    }
}
