import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// The parameters that choose entities (§6.4.3.2).
struct EntitySelection {
    var query: EntityQuery
    var projection: AttributeProjection

    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        for name in ["scopeQ", "csf", "join", "orderBy"] where request.parameter(name) != nil {
            throw Problem(
                .notSupported, title: "This parameter is not supported",
                detail: "\(name) is not supported.", remedy: "Leave \(name) out.")
        }
        projection = try AttributeProjection(request, context)
        query = EntityQuery()
        query.attributes = projection.attributes
        query.types = try Self.types(request.parameter("type"), context)
        for text in try request.list("id") {
            guard let id = EntityID(text) else {
                throw .badRequest("an entity id is an absolute URI", at: "id")
            }
            query.ids.append(id)
        }
        query.idPattern = request.parameter("idPattern")
        if let text = request.parameter("q") {
            query.filter = try QueryParser.parse(text, context)
        }
        query.geo = try Self.geo(request, context)
    }

    /// Alternatives separated by `,` or `|`.
    private static func types(
        _ text: String?, _ context: LDContext
    ) throws(Problem) -> [String] {
        guard let text, text != "*" else { return [] }
        if text.contains(where: { ";()".contains($0) }) {
            throw Problem(
                .notSupported, title: "This selection of types is not supported",
                detail: "type takes alternatives separated by commas.",
                remedy: "Ask for the types one by one.")
        }
        let words = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "|" }
        guard !words.contains("") else { throw .badRequest("a type is empty", at: "type") }
        return words.map { context.name(of: String($0)) }
    }

    private static func geo(
        _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) -> GeoQuery? {
        let georel = request.parameter("georel")
        let geometry = request.parameter("geometry")
        let coordinates = request.parameter("coordinates")
        if georel == nil, geometry == nil, coordinates == nil { return nil }
        guard let georel, let geometry, let coordinates else {
            throw .badRequest(
                "georel, geometry and coordinates stand together", at: "georel")
        }
        return try GeoQueryParser.parse(
            georel: georel, geometry: geometry, coordinates: coordinates,
            geoproperty: request.parameter("geoproperty"), context)
    }

    /// Somebody who asks for everything has forgotten something (§5.7.2.4).
    func refuseUnlimited(_ request: NGSILDRequest) throws(Problem) {
        let isLimited =
            request.parameter("type") != nil || !query.attributes.isEmpty || query.filter != nil
            || query.geo != nil || request.parameter("local") == "true"
        if !isLimited {
            throw .badRequest(
                "a query needs type, attrs, q or georel", at: "type",
                remedy: "Add for example type=Shelter.")
        }
    }
}

/// Which attributes of an entity are shown (§4.21).
struct AttributeProjection {
    /// Entities without any of these are left out too.
    let attributes: [String]
    private let picked: Set<String>
    private let omitted: Set<String>
    let geometryProperty: String

    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        let own: Set<String> = ["id", "type", "scope"]
        attributes = try request.list("attrs").map(context.name)
        picked = Set(try request.list("pick").map { own.contains($0) ? $0 : context.name(of: $0) })
        omitted = Set(try request.list("omit").map { own.contains($0) ? $0 : context.name(of: $0) })
        geometryProperty = request.parameter("geometryProperty").map(context.name) ?? "location"
    }

    /// - Returns: `nil` when the entity has none of the asked attributes.
    func shown(_ entity: Entity) -> Entity? {
        var copy = entity
        if !attributes.isEmpty {
            copy.attributes.removeAll { !attributes.contains($0.name) }
            if copy.attributes.isEmpty { return nil }
        }
        if !picked.isEmpty { copy.attributes.removeAll { !picked.contains($0.name) } }
        copy.attributes.removeAll { omitted.contains($0.name) }
        return copy
    }

    /// `id`, `type` and `scope` may be left out like attributes.
    func trimmed(_ json: JSONValue) -> JSONValue {
        guard var object = json.object else { return json }
        for key in ["id", "type", "scope"] {
            if omitted.contains(key) || (!picked.isEmpty && !picked.contains(key)) {
                object[key] = nil
            }
        }
        return .object(object)
    }
}

extension NGSILDAnswer {
    /// One entity in the asked form.
    func json(
        _ entity: Entity, _ request: NGSILDRequest, _ projection: AttributeProjection
    ) throws(Problem) -> JSONValue {
        let codec = NGSILDCodec(context)
        let json = projection.trimmed(codec.json(entity, try request.representation()))
        guard media == .geoJSON, let properties = json.object else { return json }
        return Self.feature(entity, properties, projection.geometryProperty)
    }

    /// §4.5.16: id and geometry stand outside, everything else in `properties`.
    private static func feature(
        _ entity: Entity, _ properties: JSONObject, _ geometryProperty: String
    ) -> JSONValue {
        var properties = properties
        properties["id"] = nil
        return [
            "id": .string(entity.id.text), "type": "Feature",
            "geometry": entity[geometryProperty]?.geometry?.geoJSON ?? .null,
            "properties": .object(properties),
        ]
    }

    /// A page of entities with count and links.
    func page(
        of selection: EntitySelection, _ request: NGSILDRequest, _ broker: Broker
    ) async throws -> Response {
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        var query = selection.query
        query.wantsCount = wantsCount
        query.offset = paging.offset
        // One more tells whether there is a next page.
        query.limit = min(paging.limit + 1, EntityQuery.limitMax)
        let page = try await broker.entities(query)
        let entities = page.entities.prefix(paging.limit)
        let isFull = paging.limit == EntityQuery.limitMax && entities.count == paging.limit
        var items: [JSONValue] = []
        for entity in entities {
            guard let shown = selection.projection.shown(entity) else { continue }
            items.append(try json(shown, request, selection.projection))
        }
        let json: JSONValue =
            media == .geoJSON
            ? ["type": "FeatureCollection", "features": .array(items)] : .array(items)
        var response = document(json)
        paging.addLinks(
            to: &response, of: request.request,
            hasMore: page.entities.count > paging.limit || isFull, count: page.count)
        return response
    }
}
