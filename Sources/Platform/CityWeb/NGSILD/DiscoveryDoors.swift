import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/types` and `/attributes` (§6.25 to §6.28): what there is to ask for.
struct DiscoveryDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.get, "types", .read, types),
            NGSILDDoor(.get, "types/{name}", .read, type),
            NGSILDDoor(.get, "attributes", .read, attributes),
            NGSILDDoor(.get, "attributes/{name}", .read, attribute),
        ]
    }

    @Sendable private func types(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let types = try await broker.listTypes()
        guard try request.flag("details") else {
            return answer.document([
                "id": "urn:ngsi-ld:EntityTypeList:city", "type": "EntityTypeList",
                "typeList": .array(types.map { .string(context.term(for: $0)) }),
            ])
        }
        var items: [JSONValue] = []
        for type in types {
            guard let summary = try await broker.findType(type) else { continue }
            let names = summary.attributes.map { JSONValue.string(context.term(for: $0.name)) }
            items.append([
                "id": .string(LDContext.iri(ofName: type)), "type": "EntityType",
                "typeName": .string(context.term(for: type)), "attributeNames": .array(names),
            ])
        }
        return answer.document(.array(items))
    }

    @Sendable private func type(_ request: NGSILDRequest, _ source: String) async throws -> Response
    {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let type = context.name(of: try request.pathText("name"))
        guard let summary = try await broker.findType(type) else { throw Self.unknown(type) }
        let details = summary.attributes.map { attribute in
            JSONValue.object(
                JSONObject([
                    ("id", .string(LDContext.iri(ofName: attribute.name))),
                    ("type", "Attribute"),
                    ("attributeName", .string(context.term(for: attribute.name))),
                    ("attributeTypes", Self.kinds(attribute)),
                ]))
        }
        return answer.document([
            "id": .string(LDContext.iri(ofName: type)), "type": "EntityTypeInfo",
            "typeName": .string(context.term(for: type)),
            "entityCount": .integer(Int64(summary.entities)), "attributeDetails": .array(details),
        ])
    }

    @Sendable private func attributes(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let names = try await broker.listAttributes()
        guard try request.flag("details") else {
            return answer.document([
                "id": "urn:ngsi-ld:AttributeList:city", "type": "AttributeList",
                "attributeList": .array(names.map { .string(context.term(for: $0)) }),
            ])
        }
        var items: [JSONValue] = []
        for name in names {
            guard let summary = try await broker.findAttribute(name) else { continue }
            items.append([
                "id": .string(LDContext.iri(ofName: name)), "type": "Attribute",
                "attributeName": .string(context.term(for: name)),
                "typeNames": .array(summary.types.map { .string(context.term(for: $0)) }),
            ])
        }
        return answer.document(.array(items))
    }

    @Sendable private func attribute(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let name = context.name(of: try request.pathText("name"))
        guard let summary = try await broker.findAttribute(name) else { throw Self.unknown(name) }
        return answer.document([
            "id": .string(LDContext.iri(ofName: name)), "type": "Attribute",
            "attributeName": .string(context.term(for: name)),
            "attributeCount": .integer(Int64(summary.entities ?? 0)),
            "attributeTypes": Self.kinds(summary),
            "typeNames": .array(summary.types.map { .string(context.term(for: $0)) }),
        ])
    }

    private static func kinds(_ summary: AttributeSummary) -> JSONValue {
        .array(summary.kinds.map { .string($0.typeName) })
    }

    private static func unknown(_ name: String) -> Problem {
        Problem(
            .notFound, title: "The name is not in use",
            detail: "No entity has \"\(name.prefix(200))\" now.")
    }
}
