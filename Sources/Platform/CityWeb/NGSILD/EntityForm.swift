import CityBroker
import CityKernel
import Hummingbird

/// How entities are shown: which members and instances, and with which entities behind them.
struct EntityForm {
    /// Entities without any of these are left out (§5.7.2).
    let attributes: [String]
    let projection: Projection
    /// Instances that are shown, `@none` for the default one; empty for all (§4.5.5).
    private let datasetIDs: Set<String>
    private let geometryProperty: String
    private let link: LinkedEntities?
    private let representation: NGSILDRepresentation

    init(
        _ input: SelectionInput, _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) {
        let codec = NGSILDCodec(context)
        let own: Set<String> = ["id", "type", "scope", "@id", "@type"]
        var attributes: [String] = []
        for term in input.attributes ?? [] {
            guard !own.contains(term) else {
                throw .badRequest("\(term) is no attribute", at: "attrs")
            }
            attributes.append(try codec.name(term, at: "attrs"))
        }
        self.attributes = attributes
        if input.attributes != nil, input.pick != nil || input.omit != nil {
            throw .badRequest("attrs does not stand with pick or omit", at: "attrs")
        }
        projection = try Projection(pick: input.pick, omit: input.omit, context)
        for id in input.datasetIDs where id != "@none" && !EntityID.isURI(id) {
            throw .badRequest("a datasetId is a URI or @none", at: "datasetId")
        }
        datasetIDs = Set(input.datasetIDs)
        link = try Self.link(input)
        var representation = try request.representation()
        if let languages = input.languages {
            representation.languages = LanguageRange.parse(languages)
        }
        self.representation = representation
        geometryProperty = input.geometryProperty.map(context.name) ?? "location"
        try checkLinks(depth: projection.linkDepth, at: input.pick == nil ? "omit" : "pick")
    }

    private static func link(_ input: SelectionInput) throws(Problem) -> LinkedEntities? {
        guard let text = input.join, text != "@none" else {
            guard input.joinLevel == nil || input.join != nil else {
                throw .badRequest("joinLevel stands with join", at: "joinLevel")
            }
            return nil
        }
        guard let join = LinkedEntities.Join(rawValue: text) else {
            throw .badRequest("join is inline or flat", at: "join")
        }
        let level = input.joinLevel ?? 1
        guard (1...LinkedEntities.levelMax).contains(level) else {
            throw .badRequest(
                "joinLevel is a number from 1 to \(LinkedEntities.levelMax)", at: "joinLevel")
        }
        var known: Set<EntityID> = []
        for text in input.containedBy {
            guard let id = EntityID(text) else {
                throw .badRequest("an entity id is an absolute URI", at: "containedBy")
            }
            known.insert(id)
        }
        return LinkedEntities(join, level: level, known: known)
    }

    /// Relationships are followed no farther than `joinLevel` (§5.7.2.4).
    func checkLinks(depth: Int, at place: String) throws(Problem) {
        guard depth > link?.level ?? 0 else { return }
        throw .badRequest(
            "\(place) follows more relationships than join and joinLevel allow", at: place)
    }

    // MARK: - Documents

    /// - Returns: `nil` when nothing of the entity is left to show.
    private func trimmed(_ entity: Entity, mustHave: Bool) -> Entity? {
        var copy = entity
        if !attributes.isEmpty {
            copy.attributes.removeAll { !attributes.contains($0.name) }
            if mustHave, copy.attributes.isEmpty { return nil }
        }
        if !datasetIDs.isEmpty {
            copy.attributes.removeAll { !datasetIDs.contains($0.attribute.datasetID ?? "@none") }
        }
        return copy
    }

    /// One entity with those behind it.
    /// - Throws: `BrokerError.notFound` when nothing of it is left to show.
    func document(
        of entity: Entity, _ answer: NGSILDAnswer, _ broker: Broker
    ) async throws -> JSONValue {
        guard let shown = trimmed(entity, mustHave: true) else {
            throw BrokerError.notFound(entity.id)
        }
        let linked = try await linked(to: [shown], broker)
        let json = json(shown, answer, linked)
        guard json.object?.isEmpty == false else { throw BrokerError.notFound(entity.id) }
        let beside = besides(linked, [entity], answer)
        if beside.isEmpty { return json }
        return Self.list([json] + beside, answer)
    }

    /// A list of entities with those behind them.
    func document(
        of entities: some Sequence<Entity>, _ answer: NGSILDAnswer, _ broker: Broker
    ) async throws -> JSONValue {
        let shown = entities.compactMap { trimmed($0, mustHave: false) }
        let linked = try await linked(to: shown, broker)
        var items = shown.map { json($0, answer, linked) }
        items.removeAll { $0.object?.isEmpty ?? true }
        return Self.list(items + besides(linked, shown, answer), answer)
    }

    private static func list(_ items: [JSONValue], _ answer: NGSILDAnswer) -> JSONValue {
        answer.media == .geoJSON
            ? ["type": "FeatureCollection", "features": .array(items)] : .array(items)
    }

    private func linked(
        to entities: [Entity], _ broker: Broker
    ) async throws -> LinkedEntities? {
        guard let link else { return nil }
        return try await broker.link(entities, projection, link)
    }

    /// Linked entities that stand beside those that name them, each once.
    private func besides(
        _ linked: LinkedEntities?, _ entities: [Entity], _ answer: NGSILDAnswer
    ) -> [JSONValue] {
        guard let linked, linked.join == .flat else { return [] }
        return linked.order.compactMap { step in
            linked.entities[step.id].map {
                json($0, answer, nil, projection: step.projection)
            }
        }
    }

    private func json(
        _ entity: Entity, _ answer: NGSILDAnswer, _ linked: LinkedEntities?,
        projection own: Projection? = nil
    ) -> JSONValue {
        let json = NGSILDCodec(answer.context).json(
            entity, representation, own ?? projection, linked: linked)
        guard answer.media == .geoJSON, let properties = json.object else { return json }
        return Self.feature(entity, properties, geometryProperty)
    }

    /// §4.5.16: id and geometry stand outside, everything else in `properties`.
    private static func feature(
        _ entity: Entity, _ properties: JSONObject, _ geometryProperty: String
    ) -> JSONValue {
        var properties = properties
        properties["id"] = nil
        let place = entity[geometryProperty].flatMap { $0.kind == .geoProperty ? $0.value : nil }
        return [
            "id": .string(entity.id.text), "type": "Feature", "geometry": place ?? .null,
            "properties": .object(properties),
        ]
    }
}

extension NGSILDAnswer {
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
        var response = try await LongWork.run(of: entities.count) {
            document(try await selection.form.document(of: entities, self, broker))
        }
        paging.addLinks(
            to: &response, of: request,
            hasMore: page.entities.count > paging.limit || isFull, count: page.count)
        return response
    }
}
