import CityBroker
import CityKernel

/// What a query says, as written: in the parameters of a GET (§6.4.3.2) or in a `Query` document
/// (§5.2.23).
struct SelectionInput {
    var selectors: [EntitySelector] = []
    /// The types of `type=*`, whose answer is local by itself.
    var isAnyType = false
    var attributes: [String]?
    var pick: String?
    var omit: String?
    var q: String?
    var scopeQ: String?
    var contextSourceFilter: String?
    var geo: Geo?
    var geometryProperty: String?
    var join: String?
    var joinLevel: Int?
    var containedBy: [String] = []
    var datasetIDs: [String] = []
    var orderBy: [String] = []
    var orderFrom: JSONValue?
    var orderGeometry: String?
    var collation: String?
    var expandValues: [String] = []
    var languages: String?
    var isLocal: Bool?

    struct Geo {
        var georel: String
        var geometry: String
        var coordinates: JSONValue
        var geoproperty: String?
    }
}

// MARK: - Meaning

extension SelectionInput {
    /// Which entities are meant, without order and page.
    func query(_ attributes: [String], _ context: LDContext) throws(Problem) -> EntityQuery {
        var query = EntityQuery()
        if !selectors.isEmpty { query.select(selectors) }
        query.attributes = attributes
        if let q {
            let expanded = Set(expandValues.map(context.name))
            query.filter = try QueryParser.parse(q, context, expanding: expanded)
        }
        if let scopeQ { query.scopes = try ScopeSelection.parse(scopeQ) }
        if let contextSourceFilter { _ = try QueryParser.parse(contextSourceFilter, context) }
        if let geo {
            query.geo = try GeoQueryParser.parse(
                georel: geo.georel, geometry: geo.geometry, coordinates: geo.coordinates,
                geoproperty: geo.geoproperty, context)
        }
        return query
    }

    /// Somebody who asks for everything has forgotten something (§5.7.2.4).
    func refuseUnlimited(_ query: EntityQuery) throws(Problem) {
        let hasTypes = isAnyType || selectors.contains { $0.types != nil }
        let hasAttributes = query.attributes.contains {
            !QueryExpression.systemNames.contains($0)
        }
        let hasFilter = query.filter.map { !$0.asksOnlyForSystemTimes } ?? false
        guard hasTypes || hasAttributes || hasFilter || query.geo != nil || isLocal ?? false
        else {
            throw .badRequest(
                "a query needs type, attrs, q or georel", at: "type",
                remedy: "Add for example type=Shelter.")
        }
    }
}

// MARK: - Parameters

extension SelectionInput {
    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        isAnyType = request.parameter("type") == "*"
        var ids: [EntityID] = []
        for text in try request.list("id") { ids.append(try Self.id(text)) }
        let types = try request.typeSelection(context)
        let pattern = request.parameter("idPattern")
        if types != nil || !ids.isEmpty || pattern != nil || isAnyType {
            selectors = [EntitySelector(types: types, ids: ids, idPattern: pattern)]
        }
        attributes = try request.optionalList("attrs")
        pick = request.parameter("pick")
        omit = request.parameter("omit")
        q = request.parameter("q")
        // A plus sign that was not escaped came as a space; no scope holds one.
        scopeQ = request.parameter("scopeQ").map { String($0.map { $0 == " " ? "+" : $0 }) }
        contextSourceFilter = request.parameter("csf")
        geometryProperty = request.parameter("geometryProperty")
        join = request.parameter("join")
        joinLevel = try request.number("joinLevel")
        containedBy = try request.list("containedBy")
        datasetIDs = try request.list("datasetId")
        orderBy = try request.list("orderBy")
        orderFrom = try Self.coordinates(request.parameter("orderFrom"), at: "orderFrom")
        orderGeometry = request.parameter("orderGeometry")
        collation = request.parameter("collation")
        expandValues = try request.list("expandValues")
        languages = request.parameter("lang")
        isLocal = request.parameter("local") == nil ? nil : try request.flag("local")
        geo = try Self.geo(request)
    }

    private static func id(_ text: String?) throws(Problem) -> EntityID {
        guard let id = text.flatMap(EntityID.init) else {
            throw .badRequest("an entity id is an absolute URI", at: "id")
        }
        return id
    }

    private static func coordinates(
        _ text: String?, at name: String
    ) throws(Problem) -> JSONValue? {
        guard let text else { return nil }
        // A plus is how forms write a space; where it belongs to a number, it reads as it stands.
        let json =
            (try? JSONValue(parsing: text))
            ?? (try? JSONValue(parsing: text.replacing("+", with: " ")))
        guard let json, json.array != nil else {
            throw .badRequest("\(name) is a JSON list of numbers", at: name)
        }
        return json
    }

    private static func geo(_ request: NGSILDRequest) throws(Problem) -> Geo? {
        let georel = request.parameter("georel")
        let geometry = request.parameter("geometry")
        let coordinates = try coordinates(request.parameter("coordinates"), at: "coordinates")
        if georel == nil, geometry == nil, coordinates == nil { return nil }
        guard let georel, let geometry, let coordinates else {
            throw .badRequest(
                "georel, geometry and coordinates stand together", at: "georel")
        }
        return Geo(
            georel: georel, geometry: geometry, coordinates: coordinates,
            geoproperty: request.parameter("geoproperty"))
    }
}

// MARK: - Query document

extension SelectionInput {
    /// What a `Query` document says beside the parameters.
    mutating func read(
        _ json: JSONValue, _ context: LDContext, isOfPast: Bool = false
    ) throws(Problem) {
        guard json["type"]?.string == "Query" else {
            throw .badRequest("the type must be Query", at: "/type")
        }
        guard json["temporalQ"] == nil || isOfPast else {
            throw .badRequest("temporalQ is for queries of the past", at: "/temporalQ")
        }
        if let entities = json["entities"] {
            selectors = try Self.selectors(entities, context)
        }
        attributes = try Self.texts(json, "attrs") ?? attributes
        pick = try Self.texts(json, "pick")?.joined(separator: ",") ?? pick
        omit = try Self.texts(json, "omit")?.joined(separator: ",") ?? omit
        q = try Self.text(json, "q") ?? q
        scopeQ = try Self.text(json, "scopeQ") ?? scopeQ
        contextSourceFilter = try Self.text(json, "csf") ?? contextSourceFilter
        geometryProperty = try Self.text(json, "geometryProperty") ?? geometryProperty
        languages = try Self.text(json, "lang") ?? languages
        join = try Self.text(json, "join") ?? join
        joinLevel = try Self.level(json) ?? joinLevel
        containedBy = try Self.texts(json, "containedBy") ?? containedBy
        datasetIDs = try Self.texts(json, "datasetId") ?? datasetIDs
        expandValues = try Self.texts(json, "expandValues") ?? expandValues
        if let geoQ = json["geoQ"] { geo = try Self.geo(geoQ) }
        if let ordering = json["ordering"] { try readOrdering(ordering) }
    }

    private mutating func readOrdering(_ json: JSONValue) throws(Problem) {
        orderBy = try Self.texts(json, "orderBy") ?? []
        collation = try Self.text(json, "collation")
        orderGeometry = try Self.text(json, "geometry")
        orderFrom = json["coordinates"]
        guard orderFrom == nil || orderFrom?.array != nil else {
            throw .badRequest("coordinates are a list", at: "/ordering/coordinates")
        }
    }

    private static func selectors(
        _ json: JSONValue, _ context: LDContext
    ) throws(Problem) -> [EntitySelector] {
        guard let list = json.array, !list.isEmpty, list.count <= NGSILDRequest.listMax else {
            throw .badRequest("entities is a list that is not empty", at: "/entities")
        }
        var selectors: [EntitySelector] = []
        for item in list {
            guard let type = item["type"]?.string else {
                throw .badRequest("a selector needs a type", at: "/entities")
            }
            var ids: [EntityID] = []
            if let id = item["id"] {
                for text in id.array ?? [id] { ids.append(try Self.id(text.string)) }
            }
            let types = type == "*" ? nil : try TypeSelection.parse(type, context)
            selectors.append(
                EntitySelector(types: types, ids: ids, idPattern: item["idPattern"]?.string))
        }
        return selectors
    }

    private static func text(
        _ json: JSONValue, _ name: String
    ) throws(Problem) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.string else {
            throw .badRequest("\(name) is a text", at: "/" + name)
        }
        return text
    }

    private static func texts(
        _ json: JSONValue, _ name: String
    ) throws(Problem) -> [String]? {
        guard let value = json[name] else { return nil }
        if let text = value.string { return text.split(separator: ",").map(String.init) }
        let texts = value.array?.compactMap(\.string) ?? []
        guard !texts.isEmpty, texts.count == value.array?.count,
            texts.count <= NGSILDRequest.listMax
        else { throw .badRequest("\(name) is a list of texts", at: "/" + name) }
        return texts
    }

    private static func level(_ json: JSONValue) throws(Problem) -> Int? {
        guard let value = json["joinLevel"] else { return nil }
        guard let level = value.integer ?? value.string.flatMap({ Int64($0) }), level > 0 else {
            throw .badRequest("joinLevel is a number above zero", at: "/joinLevel")
        }
        return Int(clamping: level)
    }

    private static func geo(_ json: JSONValue) throws(Problem) -> Geo {
        guard let georel = json["georel"]?.string, let geometry = json["geometry"]?.string,
            let coordinates = json["coordinates"]
        else { throw .badRequest("geoQ needs georel, geometry and coordinates", at: "/geoQ") }
        return Geo(
            georel: georel, geometry: geometry, coordinates: coordinates,
            geoproperty: json["geoproperty"]?.string)
    }
}
