import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/temporal` (§6.18 to §6.24): the evolution of entities, told, edited and read.
struct TemporalDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        let entity = "temporal/entities/{id}"
        let attribute = entity + "/attrs/{name}"
        return [
            NGSILDDoor(.get, "temporal/entities", .read, query),
            NGSILDDoor(.post, "temporal/entities", .write, tell),
            NGSILDDoor(.get, entity, .read, retrieve),
            NGSILDDoor(.delete, entity, .write, delete),
            NGSILDDoor(.post, entity + "/attrs", .write, add),
            NGSILDDoor(.delete, attribute, .write, deleteAttribute),
            NGSILDDoor(.patch, attribute + "/{instance}", .write, modifyInstance),
            NGSILDDoor(.delete, attribute + "/{instance}", .write, deleteInstance),
            NGSILDDoor(.post, "temporal/entityOperations/query", .read, queryByPost),
        ]
    }

    // MARK: - Telling

    @Sendable private func tell(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let evolution = try NGSILDCodec(document.context).evolution(document.json)
        let isNew = try await broker.write(source: source) { work in
            try work.tell(evolution)
        }.value
        return isNew
            ? NGSILDAnswer.created(at: NGSILDPath.evolution(evolution.id))
            : NGSILDAnswer.noContent
    }

    @Sendable private func add(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let document = try await request.document()
        let evolution = try NGSILDCodec(document.context).evolution(document.json, of: id)
        try await broker.write(source: source) { work in try work.addToEvolution(evolution) }
        return NGSILDAnswer.noContent
    }

    // MARK: - Editing

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.deleteEvolution(of: try request.entityID(), source: source)
        return NGSILDAnswer.noContent
    }

    @Sendable private func deleteAttribute(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let name = try attributeName(request, try request.linkedContext())
        var datasets: Set<String?>? = [nil]
        if try request.flag("deleteAll") {
            datasets = nil
        } else if request.parameter("datasetId") != nil {
            datasets = try NGSILDRequest.datasets(request.list("datasetId"))
        }
        try await broker.deleteSeries(name, datasets: datasets, of: id, source: source)
        return NGSILDAnswer.noContent
    }

    @Sendable private func deleteInstance(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let name = try attributeName(request, try request.linkedContext())
        let instance = try instanceID(request)
        try await broker.write(source: source) { work in
            try work.deleteInstance(instance, of: name, of: id)
        }
        return NGSILDAnswer.noContent
    }

    @Sendable private func modifyInstance(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let instance = try instanceID(request)
        let document = try await request.document()
        let name = try attributeName(request, document.context)
        let codec = NGSILDCodec(document.context)
        // Some write the attribute's name around the fragment.
        let term = document.context.term(for: name)
        let json = document.json[term] ?? document.json
        guard json.object != nil else {
            throw Problem.badRequest("an attribute is a JSON object", at: "/")
        }
        try await broker.write(source: source) { work in
            try work.modifyInstance(instance, of: name, of: id) { present in
                try codec.modified(present, by: json)
            }
        }
        return NGSILDAnswer.noContent
    }

    private func attributeName(
        _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) -> String {
        try NGSILDCodec(context).attributeName(try request.pathText("name"))
    }

    private func instanceID(_ request: NGSILDRequest) throws(Problem) -> String {
        let text = try request.pathText("instance")
        guard EntityID.isURI(text) else {
            throw .badRequest("an instanceId is an absolute URI", at: "instanceId")
        }
        return text
    }

    // MARK: - Reading

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.entityID()
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let asked = try TemporalParameters(
            SelectionInput(request, context), request, context, broker.history)
        guard let page = try await broker.temporal(id, asked.query) else {
            throw BrokerError.notFound(id)
        }
        guard let json = asked.json(page, context).first else { throw BrokerError.notFound(id) }
        let response = asked.answer(page, json, answer)
        let map = try await TemporalEntityMaps(request, broker).map(of: id)
        return map.map(response.naming) ?? response
    }

    @Sendable private func query(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let input = try SelectionInput(request, context)
        let asked = try TemporalParameters(input, request, context, broker.history)
        return try await answer.page(of: input, asked, request, broker)
    }

    @Sendable private func queryByPost(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let answer = try NGSILDAnswer(to: request.request, under: document.context)
        var input = try SelectionInput(request, document.context)
        try input.read(document.json, document.context, isOfPast: true)
        let asked = try TemporalParameters(input, request, document, broker.history)
        return try await answer.page(of: input, asked, request, broker)
    }
}

extension NGSILDAnswer {
    /// A page of entities with their past.
    fileprivate func page(
        of input: SelectionInput, _ asked: TemporalParameters, _ request: NGSILDRequest,
        _ broker: Broker
    ) async throws -> Response {
        var query = try input.query(asked.attributes, context)
        try TemporalParameters.refuseForeign(input, query)
        try input.refuseUnlimited(query)
        guard asked.query.relation != nil else {
            throw Problem.badRequest(
                "a query of the past needs timerel and timeAt", at: "timerel",
                remedy: "Add for example timerel=after&timeAt=2026-01-01T00:00:00Z.")
        }
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        query.limit = paging.limit
        query.offset = paging.offset
        query.wantsCount = wantsCount
        let map = try await TemporalEntityMaps(request, broker).map(&query, asked.query)
        let page = try await broker.temporal(query, asked.query)
        var response = asked.answer(page, .array(asked.json(page, context)), self)
        if let map {
            if map.isNew, response.status == .ok { response.status = .created }
            response = response.naming(map.map)
        }
        paging.addLinks(
            to: &response, of: request, hasMore: page.hasMore, count: page.count)
        return response
    }
}

extension NGSILDPath {
    static func evolution(_ id: EntityID) -> String { "\(root)/temporal/entities/\(id.text)" }
}
