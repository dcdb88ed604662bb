import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// The past of entities as all who hold it know it (§5.7.3, §5.7.4).
///
/// Each answers in the form that was asked for; what they tell of one attribute stands together,
/// in the order of time. Sums over periods cannot be put together: there the city's own stand, and
/// those of the source that answered first for attributes that the city does not have.
struct TemporalDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        // A map names entities of the city alone.
        if EntityMapUse.isAsked(of: request) { return try await door.answer(request, source) }
        return door.path.hasSuffix("{id}")
            ? try await retrieve(request, source, registrations)
            : try await query(request, source, registrations)
    }

    // MARK: - One entity

    private func retrieve(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        var types = try await federation.broker.entity(id)?.types ?? []
        if let text = request.filled("type") { types = RegistrationScope.types(text, context) }
        let plan = ReadingPlan(
            [.retrieveTemporal], of: id, types: types,
            attributes: Set(try request.list("attrs").map(context.name)),
            among: registrations.excluding(hop.passedBy))
        guard !plan.parts.isEmpty, !hop.isLoop else {
            return try await door.answer(request, source)
        }
        // The city goes first: what it refuses is sent to nobody.
        let own: Response
        do {
            own = try await door.answer(request, source)
        } catch let error as BrokerError where error == .notFound(id) {
            own = Response(status: .notFound)
        }
        let path = "temporal/entities/\(id.text.urlEscaped)"
        let requests = plan.parts.map { part in
            let words = hop.words(for: part.registration)
            var query = request.query(without: ["local", "attrs", "type"])
            if let names = part.attributes {
                query.append(
                    "attrs=" + names.map(words.term).sorted().joined(separator: ",").urlEscaped)
            }
            return Self.request(path, query, part.registration, hop)
        }
        var found = EvolutionMerge(request.isSummed)
        if own.status != .notFound { try await found.add(own) }
        var warnings = SourceWarnings()
        let outcomes = await federation.send(requests)
        for (part, outcome) in zip(plan.parts, outcomes) {
            found.take(outcome, of: part.registration, hop, &warnings)
        }
        guard let json = found.entities.first(where: { $0["id"]?.string == id.text }) else {
            return warnings.added(to: BrokerError.notFound(id).problem.jsonResponse)
        }
        let answer = try NGSILDAnswer(to: request.request, under: context)
        return warnings.added(to: found.response(own, answer.document(json)))
    }

    // MARK: - Many entities

    private func query(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let request = door.method == .post ? try await request.buffered() : request
        let document = door.method == .post ? try await request.document() : nil
        let context = try document?.context ?? request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let asked =
            try document.map { try RemoteQuery($0.json, context) }
            ?? RemoteQuery(request, context)
        let parts = try parts(asked, request, document, registrations.excluding(hop.passedBy))
        guard !parts.isEmpty, !hop.isLoop else { return try await door.answer(request, source) }
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        let limit = min(
            wantsCount ? EntityQuery.limitMax : paging.offset + paging.limit + 1,
            EntityQuery.limitMax)
        let whole =
            request.query(without: ["limit", "offset", "count"]) + ["limit=\(limit)"]
        let own = try await door.answer(request.with(query: whole), source)
        var found = EvolutionMerge(request.isSummed)
        try await found.add(own)
        var warnings = SourceWarnings()
        let outcomes = await federation.send(
            parts.map { ready, query in
                Self.request(
                    "temporal/entities",
                    query.parameters(in: hop.words(for: ready.registration))
                        + request.temporalParameters(document) + ["limit=\(limit)"],
                    ready.registration, hop)
            })
        for ((ready, _), outcome) in zip(parts, outcomes) {
            found.take(outcome, of: ready.registration, hop, &warnings)
        }
        let entities = found.entities
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let page = Array(entities.dropFirst(paging.offset).prefix(paging.limit))
        var response = found.response(own, answer.document(.array(page)))
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < entities.count,
            count: wantsCount ? entities.count : nil)
        return warnings.added(to: response)
    }

    private func parts(
        _ query: RemoteQuery, _ request: NGSILDRequest, _ document: NGSILDRequest.Document?,
        _ registrations: [ReadyRegistration]
    ) throws -> [(ReadyRegistration, RemoteQuery)] {
        var past = RegistrationQuery()
        try past.readTime(document?.json["temporalQ"] ?? request.temporalQuery)
        if let text = document?.json["csf"]?.string ?? request.filled("csf") {
            past.filter = try QueryParser.parse(text, query.context)
        }
        var parts: [(ReadyRegistration, RemoteQuery)] = []
        for selector in query.selectors {
            past.scope = query.scope(of: selector)
            var always = past
            always.time = nil
            let (ofPast, ofAlways) = (
                try RegistrationMatcher(past), try RegistrationMatcher(always)
            )
            for ready in registrations
            where ready.registration.operations.contains(.queryTemporal) {
                // Whoever says nothing of time may hold any of it.
                let matcher = ready.registration.namesTime ? ofPast : ofAlways
                guard let match = try matcher.match(ready) else { continue }
                parts.append((ready, query.narrowed(selector, to: match)))
            }
        }
        return parts
    }

    private static func request(
        _ path: String, _ query: [String], _ registration: Registration, _ hop: SourceHop
    ) -> SourceRequest {
        var query = query
        if registration.management.isLocalOnly { query.append("local=true") }
        var target = "\(NGSILDPath.root)/\(path)"
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        return hop.dressed(registration, .get, target)
    }
}

extension Registration {
    fileprivate var namesTime: Bool {
        observationInterval != nil || managementInterval != nil
    }
}

extension NGSILDRequest {
    /// Whether sums over periods are asked for.
    fileprivate var isSummed: Bool {
        options.contains("aggregatedValues") || filled("format") == "aggregatedValues"
    }

    private static let ofTime = ["timerel", "timeAt", "endTimeAt", "timeproperty"]
    private static let ofForm = [
        "lastN", "aggrMethods", "aggrPeriodDuration", "options", "format", "lang", "datasetId",
    ]

    /// `temporalQ` of the parameters; `nil` without one.
    fileprivate var temporalQuery: JSONValue? {
        guard filled("timerel") != nil else { return nil }
        var object = JSONObject()
        for name in Self.ofTime { object[name] = filled(name).map(JSONValue.string) }
        return .object(object)
    }

    /// What is asked of the past, for an address.
    fileprivate func temporalParameters(_ document: Document?) -> [String] {
        let asked = document?.json["temporalQ"]
        var parameters: [String] = []
        for name in Self.ofTime + Self.ofForm {
            let written = asked?[name]
            let list = written?.array?.compactMap(\.string).joined(separator: ",")
            let value = filled(name) ?? written?.string ?? list ?? written?.integer.map(String.init)
            if let value { parameters.append("\(name)=\(value.urlEscaped)") }
        }
        return parameters
    }
}
