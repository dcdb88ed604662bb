import CityGateway
package import CityKernel
package import CityWeb
import HTTPTypes
import Hummingbird

/// The OpenAPI 3.1 description of the city's APIs, made from the router itself: a door that the
/// document lacks, or one more than there is, cannot be.
package struct OpenAPIDocument: Sendable {
    package let operations: [APIOperation]

    /// - Parameter router: with all its routes.
    package init(of router: CityRouter) {
        operations = router.routes.compactMap { route in
            let operation = APIOperation(method: route.method, path: route.path.description)
            guard route.method != .head,
                APIOperation.prefixes.contains(where: operation.path.hasPrefix)
            else { return nil }
            return operation
        }
        .sorted { ($0.path, Self.place($0.method)) < ($1.path, Self.place($1.method)) }
    }

    /// As one works with a thing: make it, read it, change it, delete it.
    private static func place(_ method: String) -> Int {
        ["POST", "GET", "PUT", "PATCH", "DELETE"].firstIndex(of: method) ?? .max
    }

    package func json(title: String, version: String) -> JSONValue {
        let grouped = Dictionary(grouping: operations, by: \.path).sorted { $0.key < $1.key }
        let paths = grouped.map { path, operations in
            (
                path,
                JSONValue.object(
                    JSONObject(operations.map { ($0.method.lowercased(), Self.json($0)) }))
            )
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": .string(title), "version": .string(version)],
            "paths": .object(JSONObject(paths)),
            "components": [
                "securitySchemes": [
                    "key": [
                        "type": "http", "scheme": "bearer",
                        "description": "A key from /developers/keys",
                    ]
                ],
                "schemas": ["Problem": Self.problem, "Refusal": Self.refusal],
            ],
        ]
    }

    private static func json(_ operation: APIOperation) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("operationId", .string(operationID(operation))),
            ("tags", [.string(operation.group)]),
            ("summary", .string(operation.summary.english)),
            ("description", .string(operation.summary.japanese)),
        ]
        if !operation.parameters.isEmpty {
            members.append(("parameters", .array(operation.parameters.map(parameter))))
        }
        if let body = operation.body { members.append(("requestBody", request(operation, body))) }
        members.append(("responses", responses(operation)))
        if let product = operation.product {
            // An empty requirement beside the key: reading works without one.
            let key: JSONValue = ["key": .array([])]
            members.append(
                (
                    "security",
                    .array(product.isOpenToAll ? [.object(JSONObject([])), key] : [key])
                ))
            members.append(("x-product", .string(product.name)))
        }
        return .object(JSONObject(members))
    }

    private static func operationID(_ operation: APIOperation) -> String {
        operation.method.lowercased()
            + operation.path.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func parameter(_ parameter: APIOperation.Parameter) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(parameter.name)), ("in", .string(parameter.place.rawValue)),
            ("required", .bool(parameter.place == .path)), ("schema", parameter.schema),
        ]
        if !parameter.example.isEmpty {
            let number = parameter.schema["type"] == "integer" ? Int64(parameter.example) : nil
            members.append(("example", number.map(JSONValue.integer) ?? .string(parameter.example)))
        }
        return .object(JSONObject(members))
    }

    private static func request(_ operation: APIOperation, _ example: JSONValue) -> JSONValue {
        let schema = BodySchema(example).json
        let content = operation.bodyTypes.map { type in
            (type, JSONValue.object(JSONObject([("schema", schema), ("example", example)])))
        }
        return ["required": true, "content": .object(JSONObject(content))]
    }

    /// Every refusal is a problem (RFC 9457).
    private static func responses(_ operation: APIOperation) -> JSONValue {
        let good = operation.statuses.map { status in
            (
                String(status),
                JSONValue.object(JSONObject([("description", .string(words(status)))]))
            )
        }
        var content: [(String, JSONValue)] = [
            (
                "application/problem+json",
                ["schema": ["$ref": "#/components/schemas/Problem"]]
            )
        ]
        // Readings of which none was good come back one by one, each with its remedy.
        if operation.group == "readings" {
            content.append(("application/json", ["schema": ["type": "object"]]))
        }
        if operation.group == "ngsiv2" {
            content = [("application/json", ["schema": ["$ref": "#/components/schemas/Refusal"]])]
        }
        let refused: JSONValue = [
            "description": "Refused; the problem says what, where and how to mend it",
            "content": .object(JSONObject(content)),
        ]
        return .object(JSONObject(good + [("default", refused)]))
    }

    private static func words(_ status: Int) -> String {
        switch status {
        case 201: "Created"
        case 204: "Done"
        case 206: "A part of the history"
        case 207: "Done in part"
        default: "OK"
        }
    }

    /// How `/v2` refuses, as Orion does.
    private static let refusal: JSONValue = [
        "type": "object",
        "required": ["error", "description"],
        "properties": ["error": ["type": "string"], "description": ["type": "string"]],
    ]

    private static let problem: JSONValue = [
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"],
            "remedy": ["type": "string"],
        ],
    ]
}
