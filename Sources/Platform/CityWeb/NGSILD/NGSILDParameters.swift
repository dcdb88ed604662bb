import CityKernel
package import HTTPTypes
import Hummingbird

/// The words that may stand in the query of an address (§6.3.20). The OpenAPI document takes them
/// from here, too.
package enum NGSILDParameters {
    /// - Parameter path: below `/ngsi-ld/v1`.
    /// - Returns: `nil` for an operation that passes over what the API knows and it does not.
    package static func known(_ method: HTTPRequest.Method, _ path: String) -> [String]? {
        operations["\(method.rawValue) \(path)"]
    }

    /// - Throws: `Problem` of kind `invalidRequest` for a parameter that the operation does not know.
    static func check(_ request: Request, _ door: NGSILDDoor) throws(Problem) {
        guard let query = request.uri.query, !query.isEmpty else { return }
        let known = door.parameters
        for part in query.split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            guard let text = name.percentDecoded, known.contains(text) else {
                throw Problem(
                    .invalidRequest, title: "A parameter is not known",
                    detail: "There is no parameter \"\(name.prefix(80))\" here.",
                    remedy: "Correct its name or leave it out.",
                    places: [.init(place: String(name.prefix(80)), message: "is not known")])
            }
        }
    }

    /// Every parameter of the API.
    static let all = Set(
        words(
            """
            aggrMethods aggrPeriodDuration attrs collation containedBy coordinates count csf \
            datasetId deleteAll details drop endTimeAt entityMap entityMapLifetime expandValues \
            format geometry geometryProperty geoproperty georel id idPattern join joinLevel \
            jsonKeys keep kind lang lastN limit local observedAt offset omit options orderBy \
            orderFrom orderGeometry pick q reload scopeQ showChanges snapshot splitEntities \
            sysAttrs timeAt timeproperty timerel type
            """))

    private static let operations: [String: [String]] = [
        "GET types": ["details", "local", "count"],
        "GET types/{name}": ["local"],
        "GET attributes": ["details", "local", "count"],
        "GET attributes/{name}": ["local"],
        "GET subscriptions": documents,
        "GET subscriptions/{id}": document,
        "GET csourceSubscriptions": documents,
        "GET csourceSubscriptions/{id}": document,
        "GET csourceRegistrations": words(
            """
            id idPattern type attrs q csf scopeQ georel geometry coordinates geoproperty timerel \
            timeAt endTimeAt timeproperty
            """) + documents,
        "GET csourceRegistrations/{id}": document,
        "GET snapshots/{id}": [],
        "DELETE snapshots": ["q"],
    ]

    private static let document = ["options", "sysAttrs", "local"]
    private static let documents = ["limit", "offset", "count"] + document

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}
