import CityBroker
import CityKernel
import HTTPTypes

/// A query of entities as it came, so that it can be sent on: by GET or by POST, as the source
/// takes it (§5.7.2).
struct RemoteQuery: Sendable {
    /// One of several descriptions of entities.
    struct Selector: Sendable {
        /// An expression in the words of the question.
        var type: String?
        var ids: [EntityID] = []
        var idPattern: String?
    }

    /// At least one.
    var selectors: [Selector]
    /// Names inside the city.
    var attributes: [String] = []
    var filter: String?
    var scopeQuery: String?
    /// `georel`, `geometry`, `coordinates` and `geoproperty`.
    var geo: JSONObject?
    let context: LDContext

    init(selectors: [Selector], attributes: [String], context: LDContext) {
        self.selectors = selectors
        self.attributes = attributes
        self.context = context
    }

    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        self.context = context
        var ids: [EntityID] = []
        for text in try request.list("id") {
            guard let id = EntityID(text) else {
                throw .badRequest("an entity id is an absolute URI", at: "id")
            }
            ids.append(id)
        }
        selectors = [
            Selector(
                type: request.filled("type"), ids: ids, idPattern: request.filled("idPattern"))
        ]
        attributes = try request.list("attrs").map(context.name)
        filter = request.filled("q")
        scopeQuery = request.filled("scopeQ")
        guard let georel = request.filled("georel") else { return }
        var geo = JSONObject([("georel", .string(georel))])
        for name in ["geometry", "geoproperty"] {
            geo[name] = request.filled(name).map(JSONValue.string)
        }
        // What is no JSON is refused by `SelectionInput`, before anything is sent.
        geo["coordinates"] = request.filled("coordinates").flatMap {
            try? JSONValue(parsing: Array($0.utf8))
        }
        self.geo = geo
    }

    /// A `Query` document (§5.2.23).
    init(_ json: JSONValue, _ context: LDContext) throws(Problem) {
        self.context = context
        selectors = []
        for item in json["entities"]?.array ?? [] {
            var selector = Selector(
                type: item["type"]?.string, idPattern: item["idPattern"]?.string)
            if let text = item["id"]?.string {
                guard let id = EntityID(text) else {
                    throw .badRequest("an entity id is an absolute URI", at: "/entities")
                }
                selector.ids = [id]
            }
            selectors.append(selector)
        }
        if selectors.isEmpty { selectors = [Selector()] }
        attributes = (json["attrs"]?.array ?? []).compactMap(\.string).map(context.name)
        filter = json["q"]?.string
        scopeQuery = json["scopeQ"]?.string
        geo = json["geoQ"]?.object
    }

    /// What decides who may have an answer to one selector.
    func scope(of selector: Selector) -> RegistrationScope {
        var scope = RegistrationScope()
        scope.types = selector.type.map { RegistrationScope.types($0, context) } ?? []
        scope.ids = selector.ids
        scope.idPattern = selector.idPattern
        scope.attributes = Set(attributes)
        return scope
    }

    /// Sources may hold parts of entities that only together meet the conditions.
    var withoutConditions: RemoteQuery {
        var copy = self
        copy.filter = nil
        copy.scopeQuery = nil
        copy.geo = nil
        copy.attributes = []
        return copy
    }

    /// Narrowed to what a source has registered.
    func narrowed(_ selector: Selector, to match: ReadyRegistration.Match) -> RemoteQuery {
        var copy = self
        var narrow = selector
        let ids = match.selectors.compactMap(\.id)
        if narrow.ids.isEmpty, !ids.isEmpty, ids.count == match.selectors.count {
            narrow.ids = ids
        }
        if narrow.ids.isEmpty, narrow.idPattern == nil, match.selectors.count == 1 {
            narrow.idPattern = match.selectors[0].idPattern
        }
        if narrow.type == nil {
            let types = match.selectors.flatMap(\.types)
            if !types.isEmpty, match.selectors.allSatisfy({ !$0.types.isEmpty }) {
                narrow.type = Set(types).map(context.term).sorted().joined(separator: ",")
            }
        }
        copy.selectors = [narrow]
        if let names = match.share.asked(Set(attributes)) { copy.attributes = names.sorted() }
        return copy
    }
}

// MARK: - Saying it again

extension RemoteQuery {
    /// - Parameters:
    ///   - limit: entities that the reply may hold.
    ///   - offset: entities that came before.
    func get(
        _ registration: Registration, limit: Int, offset: Int = 0, _ hop: SourceHop
    ) -> SourceRequest {
        if registration.ngsiv2 != nil {
            return ngsiv2(registration, limit: limit, offset: offset)
        }
        var query = parameters(in: hop.words(for: registration))
        query += ["options=sysAttrs", "limit=\(limit)"]
        if offset > 0 { query.append("offset=\(offset)") }
        if registration.management.isLocalOnly { query.append("local=true") }
        let target = "\(NGSILDPath.root)/entities?" + query.joined(separator: "&")
        return hop.dressed(registration, .get, target)
    }

    /// The question of the first selector as parts of an address.
    func parameters(in words: LDContext) -> [String] {
        let selector = selectors[0]
        var query: [String] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { query.append("\(name)=\(value.urlEscaped)") }
        }
        add("type", selector.type.map { said($0, in: words) })
        add("id", selector.ids.map(\.text).joined(separator: ","))
        add("idPattern", selector.idPattern)
        add("attrs", attributes.map(words.term).joined(separator: ","))
        add("q", filter)
        add("scopeQ", scopeQuery)
        if let geo {
            for (name, value) in geo { add(name, value.string ?? value.text) }
        }
        return query
    }

    private func ngsiv2(
        _ registration: Registration, limit: Int, offset: Int
    ) -> SourceRequest {
        let selector = selectors[0]
        return NGSIv2Source.query(
            registration, ids: selector.ids, idPattern: selector.idPattern,
            types: selector.type.map { RegistrationScope.types($0, context) } ?? [],
            attributes: attributes, limit: limit, offset: offset)
    }

    func post(
        _ registration: Registration, limit: Int, offset: Int = 0, _ hop: SourceHop
    ) -> SourceRequest {
        if registration.ngsiv2 != nil {
            return ngsiv2(registration, limit: limit, offset: offset)
        }
        let words = hop.words(for: registration)
        var body = JSONObject([("type", "Query")])
        let entities = selectors.flatMap { items(of: $0, in: words) }
        if !entities.isEmpty { body.append("entities", .array(entities)) }
        if !attributes.isEmpty {
            body.append("attrs", .array(attributes.map { .string(words.term(for: $0)) }))
        }
        if let filter { body.append("q", .string(filter)) }
        if let scopeQuery { body.append("scopeQ", .string(scopeQuery)) }
        if let geo { body.append("geoQ", .object(geo)) }
        var target = "\(NGSILDPath.root)/entityOperations/query?options=sysAttrs&limit=\(limit)"
        if offset > 0 { target += "&offset=\(offset)" }
        if registration.management.isLocalOnly { target += "&local=true" }
        var request = hop.dressed(registration, .post, target, body: .object(body))
        // The document is written in the source's words already.
        if words != hop.context { request.body = JSONValue.object(body).bytes }
        return request
    }

    private func items(of selector: Selector, in words: LDContext) -> [JSONValue] {
        var base = JSONObject()
        if let type = selector.type { base.append("type", .string(said(type, in: words))) }
        if let pattern = selector.idPattern { base.append("idPattern", .string(pattern)) }
        if selector.ids.isEmpty { return base.isEmpty ? [] : [.object(base)] }
        return selector.ids.map { id in
            var item = base
            item["id"] = .string(id.text)
            return .object(item)
        }
    }

    /// An expression of types with every name in other words.
    private func said(_ types: String, in words: LDContext) -> String {
        if words == context { return types }
        var said = ""
        var name = ""
        func flush() {
            if !name.isEmpty { said += words.term(for: context.name(of: name)) }
            name = ""
        }
        for character in types {
            if ",|;()*".contains(character) {
                flush()
                said.append(character)
            } else {
                name.append(character)
            }
        }
        flush()
        return said
    }
}
