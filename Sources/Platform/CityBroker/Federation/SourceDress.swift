package import CityKernel

/// How a request to a source is dressed: in which words it is said, by whose hands it came, and what
/// the source wants to be told beside it.
package struct SourceDress: Sendable {
    /// The context that the request's names were written under.
    package let context: LDContext
    private let library: ContextLibrary
    /// The value of `Via`: everybody who passed the request on, this city last.
    private let via: String
    /// A header field of the request that this one is sent for.
    private let incoming: @Sendable (String) -> String?

    package init(
        _ context: LDContext, _ library: ContextLibrary, via: String,
        incoming: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.context = context
        self.library = library
        self.via = via
        self.incoming = incoming
    }

    /// The context that names in a forwarded request are written under: the one that the source
    /// wants, or the one of the incoming request.
    package func words(for registration: Registration) -> LDContext {
        guard let wanted = registration.sourceInfo.first(where: { $0.key == "jsonldContext" }),
            let context = try? library.context(url: wanted.value)
        else { return context }
        return context
    }

    /// - Parameter body: a document or a list of them, in the incoming request's words, without
    ///   `@context`.
    package func dressed(
        _ registration: Registration, _ method: SourceRequest.Method, _ target: String,
        body: JSONValue? = nil
    ) -> SourceRequest {
        let words = words(for: registration)
        let said = body.map {
            words == context ? $0 : NameTranslation(context, words).said($0)
        }
        return dressed(registration, method, target, saying: said, in: words)
    }

    /// - Parameter body: in `words` already.
    package func dressed(
        _ registration: Registration, _ method: SourceRequest.Method, _ target: String,
        saying body: JSONValue?, in words: LDContext
    ) -> SourceRequest {
        var outgoing = SourceRequest(registration, method, target)
        let info = registration.sourceInfo
        var headers = via.isEmpty ? [] : [("Via", via)]
        if let tenant = registration.tenant { headers.append(("NGSILD-Tenant", tenant)) }
        headers.append(("Accept", info.first { $0.key == "accept" }?.value ?? "application/json"))
        let isInline =
            body != nil
            && (info.contains { $0.key == "contentType" && $0.value == "application/ld+json" }
                || !words.isLinkable)
        if !isInline, let url = words.linkableURL {
            headers.append(("Link", LDContext.linkHeader(url)))
        }
        if let body {
            outgoing.body = (isInline ? Self.inline(words, body) : body).bytes
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
            return incoming(pair.key).map { (pair.key, $0) }
        }
    }
}
