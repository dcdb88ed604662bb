import CityGateway
import CityKernel
import CityWeb
package import HTTPTypes

/// One door of the city's APIs as the OpenAPI document and the try-out tell it.
package struct APIOperation: Sendable, Hashable {
    package struct Parameter: Sendable, Hashable {
        enum Place: String { case path, query }

        let name: String
        let place: Place
        let schema: JSONValue
        /// Filled into the form of the try-out; empty for none.
        let example: String
    }

    package let method: String
    /// `/ngsi-ld/v1/entities/{entityId}`.
    package let path: String
    let group: String
    let summary: LocalizedText
    let parameters: [Parameter]
    /// An example of the body; `nil` for a door without one.
    let body: JSONValue?
    let bodyTypes: [String]
    /// The statuses of success.
    let statuses: [Int]

    /// An address that lacks a part: there is nothing to try.
    var onlyRefuses: Bool { statuses.allSatisfy { $0 >= 400 } }

    package var key: String { "\(method) \(path)" }

    /// The product whose key opens it; `nil` for a door of no product.
    var product: APIProduct? { APIProduct.of(path: path, isRead: method == "GET") }
}

// MARK: - What each door is for

extension APIOperation {
    /// Paths of APIs: everything else of the router is pages for people.
    package static let prefixes = ["/ngsi-ld/v1/", "/ingest/v1/", "/events", "/v2"]

    private static let contextPrefix = "/ngsi-ld/v1/"

    /// The operation of a route; one that nobody has described yet says only what its address says.
    /// - Parameter path: as the router has it, with `{name}` or `:name` for a part that varies.
    package init(method: HTTPRequest.Method, path: String) {
        let open = Self.openPath(path)
        let words = APIWords.find("\(method.rawValue) \(open)")
        self.method = method.rawValue
        self.path = open
        group = words?.group ?? "other"
        summary = words?.summary ?? LocalizedText(method.rawValue + " " + open)
        let parts = open.split(separator: "/").filter { $0.hasPrefix("{") }
        let inPath = parts.map { part in
            let name = String(part.dropFirst().dropLast())
            return Parameter(
                name: name, place: .path, schema: ["type": "string", "minLength": 1],
                example: APIExamples.path(name, in: open))
        }
        let known =
            open.hasPrefix(Self.contextPrefix)
            ? NGSILDParameters.known(method, String(open.dropFirst(Self.contextPrefix.count)))
            : nil
        parameters =
            inPath
            + (known ?? words?.query ?? []).map {
                APIWords.query($0, in: open)
            }
        body = words?.body
        bodyTypes = words?.bodyTypes ?? ["application/json", "application/ld+json"]
        statuses = words?.statuses ?? [200]
    }

    package var isDescribed: Bool { APIWords.find(key) != nil }

    private static func openPath(_ path: String) -> String {
        "/"
            + path.split(separator: "/").map { part in
                part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
            }.joined(separator: "/")
    }
}
