import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/entities/{id}/attrs`, one attribute of them, and its value.
struct NGSIv2AttributeDoors: NGSIv2Doors {
    private static let all = "entities/{id}/attrs"
    private static let one = "entities/{id}/attrs/{name}"

    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, Self.all, .read, list),
            NGSIv2Door(.post, Self.all, .write, append),
            NGSIv2Door(.patch, Self.all, .write, update),
            NGSIv2Door(.put, Self.all, .write, replace),
            NGSIv2Door(.get, Self.one, .read, retrieve),
            NGSIv2Door(.put, Self.one, .write, change),
            NGSIv2Door(.delete, Self.one, .write, delete),
            NGSIv2Door(.get, Self.one + "/value", .read, value),
            NGSIv2Door(.put, Self.one + "/value", .write, changeValue),
        ]
    }

    // MARK: - All of them

    @Sendable private func list(_ request: NGSIv2Request) async throws -> Response {
        let entity = try await request.entity()
        return NGSIv2Answer.json(
            NGSIv2Codec().attributesJSON(entity, request.representation()))
    }

    private func write(
        _ request: NGSIv2Request, _ verb: NGSIv2Change.Verb,
        _ body: @escaping @Sendable (NGSIv2Edit, [NamedAttribute]) throws -> Void
    ) async throws -> Response {
        let (id, type) = (try request.entityID(), request.parameter("type"))
        let object = try await request.object()
        let codec = NGSIv2Codec(isKeyValues: request.isKeyValues)
        let attributes = try codec.attributes(object)
        let expiry = try codec.expiry(object)
        let isForced = request.isForced
        let change = NGSIv2Change(
            verb: verb, id: id, types: type.map { [$0] } ?? [], attributes: attributes)
        return try await request.distribute(change) { own in
            do {
                try await request.broker.write(source: request.source) { work in
                    work.isForced = isForced
                    try body(NGSIv2Edit(work: work, id: id, type: type), own.attributes)
                    if let expiry { try work.setExpiry(expiry, of: id) }
                }
            } catch let refusal as any ProblemConvertible where verb == .update {
                try await request.passOn(own.attributes, of: id, type, after: refusal)
            }
            return NGSIv2Answer.noContent
        }
    }

    @Sendable private func append(_ request: NGSIv2Request) async throws -> Response {
        let isStrict = request.options.contains("append")
        return try await write(request, .append(isStrict: isStrict)) {
            try $0.append($1, isStrict: isStrict)
        }
    }

    @Sendable private func update(_ request: NGSIv2Request) async throws -> Response {
        try await write(request, .update) { try $0.update($1) }
    }

    @Sendable private func replace(_ request: NGSIv2Request) async throws -> Response {
        try await write(request, .replace) { try $0.replace($1) }
    }

    // MARK: - One of them

    private func attribute(_ request: NGSIv2Request) async throws -> Attribute {
        let entity = try await request.entity()
        let name = try request.pathText("name")
        guard let attribute = entity[name] else {
            throw BrokerError.attributeNotFound(entity.id, name)
        }
        return attribute
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        NGSIv2Answer.json(
            NGSIv2Codec().json(try await attribute(request), request.representation()))
    }

    /// Changes an attribute that is there.
    /// - Parameter make: gets what the city knows of it.
    private func set(
        _ request: NGSIv2Request, _ make: @escaping @Sendable (Attribute?) throws -> Attribute
    ) async throws -> Response {
        let (id, type) = (try request.entityID(), request.parameter("type"))
        let name = try request.pathText("name")
        let isForced = request.isForced
        // What a source is sent is made here; the city's own is made inside the transaction.
        let isAlone = try await request.broker.registrations().isEmpty
        let known = isAlone ? nil : try await request.broker.entity(id)
        let change = NGSIv2Change(
            verb: .set, id: id, types: type.map { [$0] } ?? known?.types ?? [],
            attributes: [NamedAttribute(name, try make(known?[name]))])
        return try await request.distribute(change) { own in
            do {
                try await request.broker.write(source: request.source) { work in
                    work.isForced = isForced
                    let edit = NGSIv2Edit(work: work, id: id, type: type)
                    guard let known = try edit.present()[name] else {
                        throw BrokerError.attributeNotFound(id, name)
                    }
                    try edit.append([NamedAttribute(name, try make(known))])
                }
            } catch let refusal as BrokerError {
                try await request.passOn(own.attributes, of: id, type, after: refusal)
            }
            return NGSIv2Answer.noContent
        }
    }

    @Sendable private func change(_ request: NGSIv2Request) async throws -> Response {
        let attribute = try NGSIv2Codec().attribute(.object(try await request.object()))
        return try await set(request) { _ in attribute }
    }

    @Sendable private func delete(_ request: NGSIv2Request) async throws -> Response {
        let (id, type) = (try request.entityID(), request.parameter("type"))
        let name = try request.pathText("name")
        let change = NGSIv2Change(
            verb: .deleteAttribute, id: id, types: type.map { [$0] } ?? [], name: name)
        return try await request.distribute(change) { _ in
            try await request.broker.write(source: request.source) { work in
                let edit = NGSIv2Edit(work: work, id: id, type: type)
                guard try edit.present()[name] != nil else {
                    throw BrokerError.attributeNotFound(id, name)
                }
                try edit.delete([name])
            }
            return NGSIv2Answer.noContent
        }
    }

    // MARK: - Its value

    @Sendable private func value(_ request: NGSIv2Request) async throws -> Response {
        let value = NGSIv2Codec.value(try await attribute(request))
        let accepted = request.request.headers[.accept] ?? "*/*"
        let takes = { (type: String) in accepted.contains(type) || accepted.contains("*/*") }
        switch value {
        case .object, .array:
            if takes("application/json") { return NGSIv2Answer.json(value) }
            if takes("text/plain") { return NGSIv2Answer.text(value.text) }
        case .string(let text):
            // As Orion: a text stands between quotation marks.
            if takes("text/plain") { return NGSIv2Answer.text(JSONValue.string(text).text) }
        case .null, .bool, .integer, .number:
            if takes("text/plain") { return NGSIv2Answer.text(value.text) }
        }
        throw NGSIv2Refusal.notAcceptable(
            "accepted MIME types: application/json, text/plain")
    }

    @Sendable private func changeValue(_ request: NGSIv2Request) async throws -> Response {
        let value = try await written(request)
        return try await set(request) { known in
            guard let known else { return try NGSIv2Codec().attribute(["value": value]) }
            var fresh = try NGSIv2Codec().attribute([
                "type": .string(NGSIv2Codec.type(known)), "value": value,
            ])
            fresh.subAttributes += known.subAttributes.filter { $0.name != "valueType" }
            fresh.unitCode = known.unitCode
            return fresh
        }
    }

    /// JSON objects and lists, or a plain word: a text between quotation marks, a number, `true`,
    /// `false` or `null`.
    private func written(_ request: NGSIv2Request) async throws -> JSONValue {
        switch request.mediaType {
        case "application/json": return try JSONValue(parsing: try await request.bytes())
        case "text/plain":
            let text = String(decoding: try await request.bytes(), as: UTF8.self)
            do {
                return try JSONValue(parsing: text)
            } catch {
                throw Problem.badRequest("attribute value type unknown", at: "/")
            }
        default: throw request.unsupported
        }
    }
}
