import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPField.Name {
    static var fiwareService: HTTPField.Name { HTTPField.Name("Fiware-Service")! }
    static var fiwareServicePath: HTTPField.Name { HTTPField.Name("Fiware-ServicePath")! }
    static var totalCount: HTTPField.Name { HTTPField.Name("Fiware-Total-Count")! }
    static var correlator: HTTPField.Name { HTTPField.Name("Fiware-Correlator")! }
}

/// A request of NGSIv2: its tenant, its service path, its parameters and its body, checked.
struct NGSIv2Request: Sendable {
    /// Items in one page.
    static let limitMax = 1_000

    let request: Request
    private let requestContext: CityRequestContext
    /// Who speaks, for the history.
    let source: String
    /// The tenant; `nil` for the city itself.
    let service: String?
    /// The scopes that new entities get.
    let scopes: [String]
    /// The scopes that entities lie in; `nil` for any.
    let scopeSelection: ScopeSelection?
    private var known: Federation?

    init(_ request: Request, _ context: CityRequestContext, source: String) throws(Problem) {
        self.request = request
        requestContext = context
        self.source = source
        let service = request.headers[.fiwareService].map { $0.lowercased() } ?? ""
        self.service = service.isEmpty ? nil : service
        let paths = (request.headers[.fiwareServicePath] ?? "").split(separator: ",")
            .map { String($0.trimmed) }
        for path in paths { try Self.check(path) }
        scopes = paths.filter { $0 != "/" && !$0.hasSuffix("#") }
        scopeSelection = try Self.selection(paths)
    }

    private static let pathsMax = 10

    private static func check(_ path: String) throws(Problem) {
        guard path.hasPrefix("/") else {
            throw Problem.badRequest(
                "Only /absolute/ Service Paths allowed [a service path must begin with /]",
                at: "Fiware-ServicePath")
        }
        let levels = path.dropFirst().split(separator: "/")
        let isFine = levels.allSatisfy { level in
            level == "#"
                || level.utf8.count <= 50
                    && level.utf8.allSatisfy { byte in
                        (97...122).contains(byte | 0x20) || (48...57).contains(byte)
                            || byte == UInt8(ascii: "_")
                    }
        }
        guard isFine, levels.count <= Self.pathsMax else {
            throw Problem.badRequest(
                "a component of ServicePath contains an illegal character",
                at: "Fiware-ServicePath")
        }
    }

    private static func selection(_ paths: [String]) throws(Problem) -> ScopeSelection? {
        if paths.isEmpty || paths.contains("/#") || paths.contains("/") { return nil }
        return try ScopeSelection.parse(paths.joined(separator: ","))
    }

    func of(_ federation: Federation) -> NGSIv2Request {
        var copy = self
        copy.known = federation
        return copy
    }

    /// The tenant among its neighbours.
    var federation: Federation {
        guard let known else { preconditionFailure("the desk chose the tenant") }
        return known
    }

    var broker: Broker { federation.broker }

    /// The service path that subscriptions and registrations are made under; `nil` when none is said.
    var servicePath: String? {
        let text = String((request.headers[.fiwareServicePath] ?? "")[...].trimmed)
        return text.isEmpty ? nil : text
    }

    /// The service path whose documents are listed; `nil` for all of them, also by `/#`.
    var listedServicePath: String? { servicePath == "/#" ? nil : servicePath }

    /// The way of this request to registered sources.
    func hop() async throws -> SourceHop {
        let request = await NGSILDRequest(
            request, path: requestContext.parameters, broker.contexts)
        return SourceHop(
            request: request, context: .core, alias: try await federation.ownAlias())
    }

    // MARK: - Path and parameters

    func pathText(_ name: String) throws(Problem) -> String {
        guard let text = requestContext.parameters.get(name)?.percentDecoded, !text.isEmpty
        else { throw Problem.badRequest("the address is not complete", at: name) }
        return text
    }

    func entityID() throws(Problem) -> EntityID {
        try NGSIv2Names.entityID(try pathText("id"))
    }

    func parameter(_ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init)
    }

    func list(_ name: String) -> [String] {
        (parameter(name) ?? "").split(separator: ",").map(String.init)
    }

    var options: Set<String> { Set(list("options")) }

    func number(
        _ name: String, default value: Int, _ range: ClosedRange<Int>
    ) throws(Problem)
        -> Int
    {
        guard let text = parameter(name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.badRequest(
                "Bad pagination \(name): /\(text.prefix(40))/ [must be \(range.lowerBound) to "
                    + "\(range.upperBound)]", at: name)
        }
        return number
    }

    /// Subscribers are told even of what was so before.
    var isForced: Bool { options.contains("forcedUpdate") }

    var isKeyValues: Bool { options.contains("keyValues") }

    func representation() -> NGSIv2Representation {
        var representation = NGSIv2Representation()
        let options = options
        if options.contains("keyValues") { representation.form = .keyValues }
        if options.contains("values") { representation.form = .values }
        if options.contains("unique") { representation.form = .unique }
        representation.attributes = list("attrs")
        representation.metadata = list("metadata")
        return representation
    }

    // MARK: - Body

    var mediaType: String {
        (request.headers[.contentType] ?? "").prefix { $0 != ";" }.trimmed.lowercased()
    }

    func object() async throws -> JSONObject {
        guard let object = try await json().object else {
            throw Problem.badRequest("the body is not a JSON object", at: "/")
        }
        return object
    }

    func json() async throws -> JSONValue {
        guard mediaType == "application/json" else { throw unsupported }
        return try JSONValue(parsing: try await bytes())
    }

    var unsupported: Problem {
        Problem(
            .unsupportedMediaType, title: "The media type is not supported",
            detail: "not supported content type: \(mediaType.prefix(80))")
    }

    func bytes() async throws -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: WebLimits.bodyBytesMax)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The body is too large",
                detail: "payload size: more than \(WebLimits.bodyBytesMax)")
        }
    }
}
