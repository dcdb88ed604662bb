import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/types`.
struct NGSIv2TypeDoors: NGSIv2Doors {
    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, "types", .read, list),
            NGSIv2Door(.get, "types/{type}", .read, retrieve),
        ]
    }

    @Sendable private func list(_ request: NGSIv2Request) async throws -> Response {
        let page = try NGSIv2Page(request)
        let names = try await request.broker.listTypes()
        var items: [JSONValue] = []
        for name in page.part(of: names) {
            if request.options.contains("values") {
                items.append(.string(name))
            } else if let summary = try await request.broker.findType(name) {
                var object = Self.json(summary)
                object["type"] = .string(name)
                items.append(.object(object))
            }
        }
        return page.response(items, of: names.count)
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        let type = try request.pathText("type")
        guard let summary = try await request.broker.findType(type) else {
            throw Problem(
                .notFound, title: "The type is not known", detail: "Entity type not found")
        }
        return NGSIv2Answer.json(.object(Self.json(summary)))
    }

    private static func json(_ summary: EntityTypeSummary) -> JSONObject {
        let attributes = summary.attributes.map { attribute in
            (
                attribute.name,
                JSONValue.object(
                    JSONObject([
                        ("types", .array(attribute.kinds.map { .string(word($0)) }))
                    ]))
            )
        }
        return JSONObject([
            ("attrs", .object(JSONObject(attributes))),
            ("count", .integer(Int64(summary.entities))),
        ])
    }

    private static func word(_ kind: Attribute.Kind) -> String {
        kind == .geoProperty ? "geo:json" : kind.typeName
    }
}
