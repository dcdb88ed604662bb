import CityKernel
import Hummingbird

/// The words that may stand in the query of an address (§6.3.20).
enum NGSILDParameters {
    /// - Throws: `Problem` of kind `invalidRequest` for a parameter that the API does not know.
    static func check(_ request: Request) throws(Problem) {
        guard let query = request.uri.query, !query.isEmpty else { return }
        for part in query.split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            guard let text = name.percentDecoded, known.contains(text) else {
                throw Problem(
                    .invalidRequest, title: "A parameter is not known",
                    detail: "The API has no parameter \"\(name.prefix(80))\".",
                    remedy: "Correct its name or leave it out.",
                    places: [.init(place: String(name.prefix(80)), message: "is not known")])
            }
        }
    }

    private static let known = Set(
        """
        aggrMethods aggrPeriodDuration attrs collation containedBy coordinates count csf \
        datasetId deleteAll details drop endTimeAt entityMap entityMapLifetime expandValues format \
        geometry geometryProperty geoproperty georel id idPattern join joinLevel jsonKeys keep \
        kind lang lastN limit local observedAt offset omit options orderBy orderFrom \
        orderGeometry pick q reload scopeQ showChanges snapshot splitEntities sysAttrs timeAt \
        timeproperty timerel type
        """.split(separator: " ").map(String.init))
}
