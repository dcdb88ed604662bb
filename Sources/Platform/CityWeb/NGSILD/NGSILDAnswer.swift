import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPField.Name {
    static var link: HTTPField.Name { HTTPField.Name("Link")! }
    static var resultsCount: HTTPField.Name { HTTPField.Name("NGSILD-Results-Count")! }
    static var tenant: HTTPField.Name { HTTPField.Name("NGSILD-Tenant")! }
    static var forwardedScheme: HTTPField.Name { HTTPField.Name("X-Forwarded-Proto")! }
}

/// What a client accepts, and documents in that form (§6.3.5, §6.3.6).
struct NGSILDAnswer {
    enum Media: String, CaseIterable {
        case json = "application/json"
        case jsonLD = "application/ld+json"
        case geoJSON = "application/geo+json"
    }

    let media: Media
    let context: LDContext
    private let preference: NGSILDPreference

    /// - Throws: `Problem` of kind `notAcceptable`.
    init(
        to request: Request, under context: LDContext, offers: [Media] = [.json, .jsonLD]
    )
        throws(Problem)
    {
        self.context = context
        preference = NGSILDPreference(request.headers)
        guard let field = request.headers[.accept] else {
            media = .json
            return
        }
        let wishes = Self.wishes(field)
        let weights = offers.map { Self.weight(of: $0, wishes) }
        guard let best = weights.max(), best > 0, let first = weights.firstIndex(of: best) else {
            throw Problem(
                .notAcceptable, title: "None of the accepted media types can be sent",
                detail: "The answer is "
                    + offers.map(\.rawValue).joined(separator: " or ") + ".",
                remedy: "Name one of them in the Accept header.")
        }
        media = offers[first]
    }

    private struct Wish {
        var type: String
        var weight: Double
    }

    private static func wishes(_ field: String) -> [Wish] {
        field.split(separator: ",").map { part in
            let words = part.split(separator: ";").map { $0.trimmed }
            let quality = words.dropFirst().first { $0.hasPrefix("q=") }
            return Wish(
                type: (words.first ?? "").lowercased(),
                weight: quality.flatMap { Double($0.dropFirst(2)) } ?? 1)
        }
    }

    /// The most precise wish that names the type decides.
    private static func weight(of media: Media, _ wishes: [Wish]) -> Double {
        for name in [media.rawValue, "application/*", "*/*"] {
            if let wish = wishes.first(where: { $0.type == name }) { return wish.weight }
        }
        return 0
    }

    /// JSON in the present version, as nearly everybody wants it.
    var isUsual: Bool { media == .json && preference.version == nil }

    func document(_ json: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response(status: status)
        response.headers[.contentType] = media.rawValue
        var json = json
        if let version = preference.version {
            response.headers[HTTPField.Name("Preference-Applied")!] = "ngsi-ld=" + version.text
            if let amended = preference.amended(json) {
                json = amended
                response.status = .nonAuthoritativeInformation
            }
        }
        switch media {
        case .jsonLD: json = withContext(json)
        case .geoJSON where !preference.hasPlainBody: json = withContext(json)
        case .json, .geoJSON: response.headers[.link] = context.linkHeader
        }
        response.body = .init(byteBuffer: ByteBuffer(bytes: json.bytes))
        return response
    }

    private func withContext(_ json: JSONValue) -> JSONValue {
        let value = context.source ?? .string(context.linkURL)
        switch json {
        case .object(var object):
            object["@context"] = value
            return .object(object)
        case .array(let items): return .array(items.map(withContext))
        default: return json
        }
    }

    static func created(at path: String) -> Response {
        var response = Response(status: .created)
        response.headers[.location] = path
        return response
    }

    static var noContent: Response { Response(status: .noContent) }

    /// Success for some, refusals for others.
    static func multiStatus(_ json: JSONValue) -> Response {
        plain(json, status: HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"))
    }

    /// A document that is no entity: it has no context.
    static func plain(_ json: JSONValue, status: HTTPResponse.Status) -> Response {
        var response = Response(status: status)
        response.headers[.contentType] = Media.json.rawValue
        response.body = .init(byteBuffer: ByteBuffer(bytes: json.bytes))
        return response
    }
}

extension NGSILDAnswer {
    /// Only GeoJSON has a geometry to choose (§5.7.2.4).
    func checkGeometryProperty(_ request: NGSILDRequest) throws(Problem) {
        guard request.parameter("geometryProperty") == nil || media == .geoJSON else {
            throw .badRequest(
                "geometryProperty stands with application/geo+json", at: "geometryProperty")
        }
    }
}
