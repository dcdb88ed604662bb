import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// A request of the NGSI-LD API: its body, its context and its parameters, checked (§6.3).
struct NGSILDRequest {
    /// Entities in one batch.
    static let batchMax = 1_000
    /// Ids, types and attributes that one parameter may list.
    static let listMax = 1_000

    var request: Request
    /// The parts of the address that vary.
    let path: Parameters
    let library: ContextLibrary
    /// `application/ld+json` without `@context` is read under the core context.
    private let isLenient: Bool
    private let linked: Result<LDContext, Problem>
    /// Of several with one name, the first.
    var parameters: [String: String]

    /// Gets the context of the Link header, from the web if need be.
    init(
        _ request: Request, path: Parameters, _ library: ContextLibrary,
        isLenient: Bool = false
    ) async {
        self.request = request
        self.path = path
        self.library = library
        parameters = Self.parameters(request.uri.query ?? "")
        self.isLenient = isLenient
        linked =
            switch Self.linkedContextURL(request) {
            case let url?: await Self.resolved(.string(url), library)
            case nil: .success(.core)
            }
    }

    private static func resolved(
        _ json: JSONValue, _ library: ContextLibrary
    ) async -> Result<LDContext, Problem> {
        do {
            return .success(try await library.resolve(json))
        } catch {
            return .failure(error)
        }
    }

    /// As forms and their clients write them: a plus sign is a space.
    static func parameters(_ query: String) -> [String: String] {
        var parameters: [String: String] = [:]
        for part in query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = sides.map { side in
                let text =
                    side.contains("+") ? String(side.map { $0 == "+" ? " " : $0 }) : String(side)
                return text.percentDecoded ?? text
            }
            guard let name = texts.first, parameters[name] == nil else { continue }
            parameters[name] = texts.count == 2 ? texts[1] : ""
        }
        return parameters
    }

    // MARK: - Path

    /// Where the client found this city, for addresses in answers.
    var address: String {
        let scheme = request.headers[.forwardedScheme] == "https" ? "https" : "http"
        return "\(scheme)://\(request.head.authority ?? "localhost")"
    }

    func pathText(_ name: String) throws(Problem) -> String {
        guard let raw = path.get(name),
            let text = raw.percentDecoded, !text.isEmpty
        else { throw .invalid("the address is not complete", at: name) }
        return text
    }

    func entityID() throws(Problem) -> EntityID {
        let text = try pathText("id")
        guard let id = EntityID(text) else {
            throw .badRequest("an entity id is an absolute URI", at: "id")
        }
        return id
    }

    // MARK: - Parameters

    func parameter(_ name: String) -> String? { parameters[name] }

    /// The names in the order in which they were sent, each once.
    var parameterNames: [String] {
        var names: [String] = []
        for part in (request.uri.query ?? "").split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            let text = name.percentDecoded ?? String(name)
            if !names.contains(text) { names.append(text) }
        }
        return names
    }

    func list(_ name: String) throws(Problem) -> [String] { try optionalList(name) ?? [] }

    func optionalList(_ name: String) throws(Problem) -> [String]? {
        guard let text = parameter(name) else { return nil }
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !items.contains(""), items.count <= Self.listMax else {
            throw .badRequest("\(name) is a list separated by commas", at: name)
        }
        return items
    }

    /// Python's `True` is taken as it is meant.
    func flag(_ name: String) throws(Problem) -> Bool {
        switch parameter(name)?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw .badRequest("\(name) is true or false", at: name)
        }
    }

    func number(_ name: String) throws(Problem) -> Int? {
        guard let text = parameter(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .badRequest("\(name) is a number that is not negative", at: name)
        }
        return number
    }

    /// `options`, which stand alone too since version 1.8.
    var options: Set<String> {
        Set((parameter("options") ?? "").split(separator: ",").map(String.init))
    }

    /// `options`, none of which may be another word than those that the operation knows.
    func words(among known: Set<String>) throws(Problem) -> Set<String> {
        let words = options
        guard let unknown = words.subtracting(known).min() else { return words }
        throw Problem(
            .invalidRequest, title: "An option is not known",
            detail: "options: \"\(unknown.prefix(80))\" is not known here.",
            remedy: "Use \(known.sorted().joined(separator: ", ")).",
            places: [.init(place: "options", message: "\(unknown.prefix(80)) is not known")])
    }

    /// Words for how an answer is written.
    static let formats: Set<String> = ["normalized", "concise", "keyValues", "simplified"]

    /// The word of `format`, which stands above `options`.
    private func format(among words: Set<String>) throws(Problem) -> String? {
        guard let format = parameter("format") else {
            return words.intersection(Self.formats).min()
        }
        guard Self.formats.contains(format) else {
            throw .invalid(
                "format is \(Self.formats.sorted().joined(separator: ", "))", at: "format")
        }
        return format
    }

    func representation() throws(Problem) -> NGSILDRepresentation {
        let words = try words(
            among: Self.formats.union(["sysAttrs", "count", "splitEntities"]))
        var representation = NGSILDRepresentation(
            languages: LanguageRange.parse(parameter("lang") ?? ""))
        switch try format(among: words) {
        case "concise": representation.format = .concise
        case "keyValues", "simplified": representation.format = .simplified
        default: break
        }
        representation.hasSystemAttributes = words.contains("sysAttrs")
        if try flag("sysAttrs") { representation.hasSystemAttributes = true }
        return representation
    }

    /// In which form the values of a body are written.
    func form() throws(Problem) -> NGSILDCodec.Form {
        switch try format(among: options) {
        case "keyValues", "simplified": .simplified
        default: .full
        }
    }

    /// The types of `type`, which may be a whole selection (§4.17).
    func typeSelection(_ context: LDContext) throws(Problem) -> TypeSelection? {
        guard let text = parameter("type"), text != "*" else { return nil }
        return try TypeSelection.parse(text, context)
    }

    /// One instance of an attribute; `nil` for the default one.
    func datasetID() throws(Problem) -> String? {
        guard let text = parameter("datasetId"), text != "@none" else { return nil }
        guard EntityID.isURI(text) else {
            throw .badRequest("a datasetId is a URI or @none", at: "datasetId")
        }
        return text
    }

    // MARK: - Context

    private static let contextRelation = "http://www.w3.org/ns/json-ld#context"

    /// The context of the Link header; the core context without one.
    func linkedContext() throws(Problem) -> LDContext { try linked.get() }

    private static func linkedContextURL(_ request: Request) -> String? {
        for field in request.headers[values: .link] {
            for link in field.split(separator: ",") where link.contains(contextRelation) {
                guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"),
                    start < end
                else { continue }
                return String(link[link.index(after: start)..<end])
            }
        }
        return nil
    }

    // MARK: - Body

    enum Media { case json, jsonLD }

    private func media() throws(Problem) -> Media {
        let field = request.headers[.contentType] ?? ""
        switch field.prefix(while: { $0 != ";" }).trimmed.lowercased() {
        case "application/json", "application/merge-patch+json": return .json
        case "application/ld+json": return .jsonLD
        default:
            throw Problem(
                .unsupportedMediaType, title: "The media type is not supported",
                detail: "Content-Type must be application/json or application/ld+json.",
                remedy: "Name what you send in the Content-Type header.")
        }
    }

    /// One document with the context that it is read under.
    struct Document {
        var json: JSONValue
        var context: LDContext
    }

    /// A document of a batch: the others do not suffer when its context cannot be had.
    struct BatchDocument {
        var json: JSONValue
        var readable: Result<LDContext, Problem>

        var context: LDContext { get throws(Problem) { try readable.get() } }
    }

    func document() async throws -> Document {
        let (json, media) = try await body()
        guard json.object != nil else {
            throw Problem.invalid("the body is not a JSON object", at: "/")
        }
        let context = try await context(of: json, media).get()
        return Document(json: context.withKeywords(json), context: context)
    }

    /// The body as it is written, without a context of its own.
    func plainDocument() async throws -> JSONValue { try await body().json }

    /// What says nothing of itself and is no JSON is wrong as JSON first, then as a media type.
    private func body() async throws -> (json: JSONValue, media: Media) {
        if request.headers[.contentType] != nil { _ = try media() }
        let json = try JSONValue(parsing: try await bytes())
        return (json, try media())
    }

    /// A list of documents, each with a context of its own.
    func documents() async throws -> [BatchDocument] {
        let (json, media) = try await body()
        guard let list = json.array, !list.isEmpty else {
            throw Problem.badRequest("a list that is not empty is needed", at: "/")
        }
        guard list.count <= Self.batchMax else {
            throw Problem(
                .tooLarge, title: "The batch is too large",
                detail: "A batch has at most \(Self.batchMax) entities; nothing was stored.",
                remedy: "Send it in several requests.")
        }
        if media == .jsonLD, !isLenient, isLinked { throw Self.linkBesideBody }
        // Nearly always all share one context; it is read once.
        var known: (source: JSONValue?, context: Result<LDContext, Problem>)?
        var documents: [BatchDocument] = []
        for json in list {
            let source = json["@context"]
            var context = linked
            if let known, known.source == source {
                context = known.context
            } else if json.object != nil {
                context = await self.context(of: json, media)
                known = (source, context)
            }
            var json = json
            if case .success(let context) = context { json = context.withKeywords(json) }
            documents.append(BatchDocument(json: json, readable: context))
        }
        return documents
    }

    private func context(
        of json: JSONValue, _ media: Media
    ) async -> Result<LDContext, Problem> {
        switch media {
        case .json:
            guard json["@context"] == nil else {
                return .failure(
                    .badRequest(
                        "application/json has no @context in the body", at: "/@context",
                        remedy: "Send application/ld+json, or the context in a Link header."))
            }
            return linked
        case .jsonLD:
            if isLenient, json["@context"] == nil { return linked }
            if isLinked { return .failure(Self.linkBesideBody) }
            guard let context = json["@context"] else {
                return .failure(
                    .badRequest("application/ld+json needs an @context", at: "/@context"))
            }
            return await Self.resolved(context, library)
        }
    }

    /// No parameter and no context of the client's own.
    var asksForNothingSpecial: Bool { parameters.isEmpty && !isLinked }

    private var isLinked: Bool { Self.linkedContextURL(request) != nil }

    private static var linkBesideBody: Problem {
        .badRequest(
            "application/ld+json has no context in a Link header", at: "Link",
            remedy: "Send the context in the body only.")
    }

    func bytes() async throws -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: WebLimits.bodyBytesMax)
            guard buffer.readableBytes > 0 else {
                throw Problem.invalid("the body is empty", at: "/")
            }
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The body is too large",
                detail: "A body has at most \(WebLimits.bodyBytesMax) bytes; nothing was stored.",
                remedy: "Send it in several requests.")
        }
    }
}

extension Problem {
    static func badRequest(
        _ detail: String, at place: String, remedy: String? = nil
    ) -> Problem {
        Problem(
            .badRequestData, title: "The request does not meet the rules of NGSI-LD",
            detail: detail, remedy: remedy, places: [.init(place: place, message: detail)])
    }

    static func invalid(_ detail: String, at place: String) -> Problem {
        Problem(
            .invalidRequest, title: "The request cannot be read", detail: detail,
            places: [.init(place: place, message: detail)])
    }
}

extension StringProtocol {
    /// Text of a path segment; `nil` when an escape is broken.
    package var percentDecoded: String? {
        guard contains("%") else { return String(self) }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
