import CityBroker
import CityKernel
import Hummingbird

/// Which entities a request or a query document asks for, and one page of them.
struct NGSIv2Selection {
    var query = EntityQuery()

    init(_ request: NGSIv2Request) async throws {
        query.scopes = request.scopeSelection
        for text in request.list("id") { query.ids.append(try NGSIv2Names.entityID(text)) }
        query.idPattern = request.parameter("idPattern").map(NGSIv2Names.pattern)
        if !query.ids.isEmpty, query.idPattern != nil {
            throw Problem.badRequest("id and idPattern are incompatible parameters", at: "id")
        }
        let types = request.list("type")
        if !types.isEmpty { query.select(.any(types.map { .type($0) })) }
        if let pattern = request.parameter("typePattern") {
            query.select(try await Self.types(pattern, request.broker))
        }
        try readExpressions(
            q: request.parameter("q"), mq: request.parameter("mq"),
            georel: request.parameter("georel"), geometry: request.parameter("geometry"),
            coords: request.parameter("coords"))
        try order(by: request.list("orderBy"))
    }

    /// A document of `/op/query`.
    init(_ document: JSONObject, _ request: NGSIv2Request) async throws {
        query.scopes = request.scopeSelection
        var selectors: [EntitySelector] = []
        for item in document["entities"]?.array ?? [] {
            guard let object = item.object else {
                throw Problem.badRequest("entities holds objects", at: "/entities")
            }
            var types: TypeSelection?
            if let type = object["type"]?.string { types = .type(type) }
            if let pattern = object["typePattern"]?.string {
                types = try await Self.types(pattern, request.broker)
            }
            let ids = try object["id"]?.string.map { [try NGSIv2Names.entityID($0)] } ?? []
            let pattern = object["idPattern"]?.string.map(NGSIv2Names.pattern)
            selectors.append(
                EntitySelector(types: types, ids: ids, idPattern: pattern == ".*" ? nil : pattern))
        }
        if !selectors.isEmpty { query.select(selectors) }
        let expression = document["expression"]
        try readExpressions(
            q: expression?["q"]?.string, mq: expression?["mq"]?.string,
            georel: expression?["georel"]?.string, geometry: expression?["geometry"]?.string,
            coords: expression?["coords"]?.string)
        try order(by: request.list("orderBy"))
    }

    /// Types whose name the pattern matches; one that nobody has when there is none.
    private static func types(_ pattern: String, _ broker: Broker) async throws -> TypeSelection {
        let names = try await broker.listTypes(matching: pattern)
        return .any((names.isEmpty ? ["-"] : names).map { .type($0) })
    }

    private mutating func readExpressions(
        q: String?, mq: String?, georel: String?, geometry: String?, coords: String?
    ) throws(Problem) {
        var parts: [QueryExpression] = []
        if let q, !q.isEmpty { parts.append(try NGSIv2QueryParser.parse(q)) }
        if let mq, !mq.isEmpty { parts.append(try NGSIv2QueryParser.parse(mq, .metadata)) }
        if !parts.isEmpty { query.filter = parts.count == 1 ? parts[0] : .all(parts) }
        guard georel != nil || geometry != nil || coords != nil else { return }
        guard let georel, let geometry, let coords else {
            throw .badRequest("georel, geometry and coords stand together", at: "georel")
        }
        query.geo = try NGSIv2Geometry.query(georel: georel, geometry: geometry, coords: coords)
    }

    private mutating func order(by names: [String]) throws(Problem) {
        for name in names {
            let isDescending = name.hasPrefix("!")
            let bare = String(isDescending ? name.dropFirst() : name[...])
            if bare == "geo:distance" {
                guard let geo = query.geo else {
                    throw .badRequest("geo:distance needs georel", at: "orderBy")
                }
                let key = EntityOrder.Key.distance(attribute: "location", from: geo.geometry)
                query.order.append(EntityOrder(key, isDescending: isDescending))
            } else if bare != "id" || isDescending {
                let path = AttributePath(NGSIv2QueryParser.systemNames[bare] ?? bare)
                query.order.append(EntityOrder(.path(path), isDescending: isDescending))
            }
        }
    }

    /// - Parameter representation: how entities are shown, when not as the request says.
    func page(
        _ request: NGSIv2Request, _ representation: NGSIv2Representation? = nil
    ) async throws -> Response {
        var query = query
        query.limit = try request.number("limit", default: 20, 1...NGSIv2Request.limitMax)
        query.offset = try request.number("offset", default: 0, 0...Int(Int32.max))
        query.wantsCount = request.options.contains("count")
        let page = try await found(query, request)
        let representation = representation ?? request.representation()
        let codec = NGSIv2Codec()
        var response = try await LongWork.run(of: page.entities.count) {
            NGSIv2Answer.json(.array(page.entities.map { codec.json($0, representation) }))
        }
        if let count = page.count { response.headers[.totalCount] = String(count) }
        return response
    }

    /// What the city holds and, when somebody else is registered for it, what they hold.
    private func found(_ query: EntityQuery, _ request: NGSIv2Request) async throws -> EntityPage {
        let registrations = try await request.broker.registrations()
        if registrations.isEmpty { return try await request.broker.entities(query) }
        let hop = try await request.hop()
        var question = SourceQuestion(
            federation: request.federation, hop: hop, isSplit: true, prefersPost: false)
        if !hop.isLoop {
            try question.ask(
                RemoteQuery(query), among: registrations.excluding(hop.passedBy))
        }
        guard !question.parts.isEmpty else { return try await request.broker.entities(query) }
        guard query.order.isEmpty else {
            throw Problem.badRequest(
                "a query that several brokers answer has no orderBy", at: "orderBy")
        }
        let all = try await question.find(query, limit: EntityQuery.limitMax).entities
        return EntityPage(
            entities: Array(all.dropFirst(query.offset).prefix(query.limit)),
            count: query.wantsCount ? all.count : nil)
    }
}

extension RemoteQuery {
    /// Who may have an answer; its conditions are judged where the query came from.
    fileprivate init(_ query: EntityQuery) {
        let selectors =
            query.selectors.isEmpty
            ? [EntitySelector(types: nil, ids: query.ids, idPattern: query.idPattern)]
            : query.selectors
        self.init(
            selectors: selectors.map { selector in
                let types = selector.types?.candidates ?? query.types
                return Selector(
                    type: types.isEmpty ? nil : types.joined(separator: ","), ids: selector.ids,
                    idPattern: selector.idPattern)
            }, attributes: [], context: .core)
    }
}
