import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static var via: HTTPField.Name { HTTPField.Name("Via")! }
    static var warning: HTTPField.Name { HTTPField.Name("NGSILD-Warning")! }
}

/// The way from an incoming request to those that are sent on for it: by whose hands it came, in
/// which words it is said, and what a source wants to be told beside it.
struct SourceHop: Sendable {
    let request: NGSILDRequest
    /// The context of the incoming request.
    let context: LDContext
    /// The city's own pseudonym.
    let alias: String

    // MARK: - Loops

    /// The pseudonyms of those who passed the request on.
    var passedBy: Set<String> {
        var names: Set<String> = []
        for field in request.request.headers[values: .via] {
            for hop in field.split(separator: ",") {
                let words = hop.split(separator: " ")
                if words.count > 1 { names.insert(String(words[1])) }
            }
        }
        return names
    }

    /// Whether the city asked this itself and now hears it back.
    var isLoop: Bool { passedBy.contains(alias) }

    // MARK: - Dressing

    /// The context that names in a forwarded request are written under: the one that the source
    /// wants, or the one of the incoming request.
    func words(for registration: Registration) -> LDContext {
        guard let wanted = registration.sourceInfo.first(where: { $0.key == "jsonldContext" }),
            let context = try? request.library.context(url: wanted.value)
        else { return context }
        return context
    }

    /// - Parameter body: a document or a list of them, in the incoming request's words, without
    ///   `@context`.
    func dressed(
        _ registration: Registration, _ method: SourceRequest.Method, _ target: String,
        body: JSONValue? = nil
    ) -> SourceRequest {
        var outgoing = SourceRequest(registration, method, target)
        let words = words(for: registration)
        let info = registration.sourceInfo
        var headers = [("Via", via)]
        if let tenant = registration.tenant { headers.append(("NGSILD-Tenant", tenant)) }
        headers.append(("Accept", info.first { $0.key == "accept" }?.value ?? "application/json"))
        let isInline =
            body != nil
            && (info.contains { $0.key == "contentType" && $0.value == "application/ld+json" }
                || !words.isLinkable)
        if !isInline, let url = words.linkableURL {
            headers.append(
                (
                    "Link",
                    "<\(url)>; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                        + "type=\"application/ld+json\""
                ))
        }
        if let body {
            let said = words == context ? body : NameTranslation(context, words).said(body)
            outgoing.body = (isInline ? Self.inline(words, said) : said).bytes
            headers.append(
                ("Content-Type", isInline ? "application/ld+json" : "application/json"))
        }
        outgoing.headers = headers + conveyed(info)
        return outgoing
    }

    private static func inline(_ context: LDContext, _ body: JSONValue) -> JSONValue {
        let source = context.source ?? .string(context.linkURL)
        switch body {
        case .object(var object):
            object["@context"] = source
            return .object(object)
        case .array(let items): return .array(items.map { inline(context, $0) })
        default: return body
        }
    }

    private var via: String {
        let before = request.request.headers[values: .via]
        return (before + ["1.1 \(alias)"]).joined(separator: ", ")
    }

    /// What the city decides itself is never conveyed.
    private static let own: Set<String> = [
        "accept", "connection", "content-length", "content-type", "contenttype", "host",
        "jsonldcontext", "keep-alive", "link", "ngsild-tenant", "te", "trailer",
        "transfer-encoding", "upgrade", "via",
    ]

    private static let fromRequest = "urn:ngsi-ld:request"

    private func conveyed(_ info: [Registration.Pair]) -> [(String, String)] {
        info.compactMap { pair in
            guard !Self.own.contains(pair.key.lowercased()) else { return nil }
            guard pair.value == Self.fromRequest else { return (pair.key, pair.value) }
            guard let name = HTTPField.Name(pair.key),
                let value = request.request.headers[name]
            else { return nil }
            return (pair.key, value)
        }
    }
}

extension String {
    /// For a part of a path or a query: everything but what is never special there is escaped.
    var urlEscaped: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += (digits.count == 1 ? "0" + digits : digits).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
