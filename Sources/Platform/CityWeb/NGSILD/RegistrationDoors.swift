import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/csourceRegistrations` (§6.8, §6.9). Reading takes the right to write: what a registration tells
/// of other systems, and the secrets in its `contextSourceInfo`, are not open data.
struct RegistrationDoors: NGSILDDoors {
    let broker: Broker

    var doors: [NGSILDDoor] {
        [
            NGSILDDoor(.post, "csourceRegistrations", .write, create),
            NGSILDDoor(.get, "csourceRegistrations", .write, query),
            NGSILDDoor(.get, "csourceRegistrations/{id}", .write, retrieve),
            NGSILDDoor(.patch, "csourceRegistrations/{id}", .write, update),
            NGSILDDoor(.delete, "csourceRegistrations/{id}", .write, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let document = try await request.document()
        let registration = try RegistrationCodec(document.context).registration(
            document.json, id: "urn:ngsi-ld:ContextSourceRegistration:" + broker.nextToken(),
            now: broker.now)
        try await broker.register(registration)
        return NGSILDAnswer.created(
            at: "\(NGSILDPath.root)/csourceRegistrations/\(registration.id)")
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        guard let stored = try await broker.registration(id) else {
            throw RegistrationError.notFound(id)
        }
        let json = RegistrationCodec(context).json(
            stored, hasTimes: request.options.contains("sysAttrs"))
        return answer.document(json)
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let document = try await request.document()
        guard let patch = document.json.object else {
            throw Problem.badRequest("a registration is a JSON object", at: "/")
        }
        try await broker.updateRegistration(id, with: patch, document.context)
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await broker.unregister(try request.uri("id"))
        return NGSILDAnswer.noContent
    }

    @Sendable private func query(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let matcher = try RegistrationMatcher(RegistrationQuery(request, context))
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, wantsCount: wantsCount)
        var found: [StoredRegistration] = []
        for ready in try await broker.registrations() {
            if try matcher.match(ready) != nil { found.append(ready.stored) }
        }
        let codec = RegistrationCodec(context)
        let hasTimes = request.options.contains("sysAttrs")
        let page = found.dropFirst(paging.offset).prefix(paging.limit)
        var response = answer.document(.array(page.map { codec.json($0, hasTimes: hasTimes) }))
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < found.count,
            count: wantsCount ? found.count : nil)
        return response
    }
}

extension RegistrationQuery {
    /// The parameters of §6.8.3.2. One that stands there empty says nothing.
    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        self.init()
        scope = try RegistrationScope(request, context)
        if let text = request.filled("q") ?? request.filled("csf") {
            filter = try QueryParser.parse(text, context)
        }
        if let text = request.filled("scopeQ") { scopes = try ScopeSelection.parse(text) }
        geo = try Self.geo(request, context)
        try readTime(request)
        let isLimited =
            request.filled("type") != nil || !scope.attributes.isEmpty || !scope.ids.isEmpty
            || scope.idPattern != nil || filter != nil || geo != nil
            || scopes != nil
        if !isLimited {
            throw .badRequest(
                "a query of registrations needs type or attrs", at: "type",
                remedy: "Add for example type=Shelter.")
        }
    }

    private static func geo(
        _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) -> GeoQuery? {
        let parts = ["georel", "geometry", "coordinates"].map(request.filled)
        if parts.allSatisfy({ $0 == nil }) { return nil }
        guard let georel = parts[0], let geometry = parts[1], let coordinates = parts[2] else {
            throw .badRequest("georel, geometry and coordinates stand together", at: "georel")
        }
        return try GeoQueryParser.parse(
            georel: georel, geometry: geometry, coordinates: coordinates,
            geoproperty: request.filled("geoproperty"), context)
    }

    private mutating func readTime(_ request: NGSILDRequest) throws(Problem) {
        switch request.filled("timeproperty") {
        case nil, "observedAt": timeProperty = .observed
        case "createdAt", "modifiedAt", "deletedAt": timeProperty = .managed
        default:
            throw .badRequest(
                "timeproperty is observedAt, createdAt, modifiedAt or deletedAt",
                at: "timeproperty")
        }
        guard let relation = request.filled("timerel") else {
            guard request.filled("timeAt") == nil else {
                throw .badRequest("timeAt needs timerel", at: "timerel")
            }
            return
        }
        let at = try Self.instant(request, "timeAt")
        switch relation {
        case "before": time = .before(at)
        case "after": time = .after(at)
        case "between": time = .between(at, try Self.instant(request, "endTimeAt"))
        default: throw .badRequest("timerel is before, after or between", at: "timerel")
        }
    }

    private static func instant(
        _ request: NGSILDRequest, _ name: String
    ) throws(Problem) -> Timestamp {
        guard let time = request.filled(name).flatMap({ Timestamp(iso8601: $0) }) else {
            throw .badRequest("\(name) is a date and time", at: name)
        }
        return time
    }
}

extension RegistrationScope {
    /// The parameters that choose entities, read only so far as it decides who may hold them: every
    /// type of an expression counts.
    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        self.init()
        if let text = request.filled("type") { types = Self.types(text, context) }
        if let text = request.filled("id") {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let id = EntityID(String(part)) else {
                    throw .badRequest("an entity id is an absolute URI", at: "id")
                }
                ids.append(id)
            }
        }
        idPattern = request.filled("idPattern")
        if let text = request.filled("attrs") {
            attributes = Set(text.split(separator: ",").map { context.name(of: String($0)) })
        }
    }

    /// `*` stands for every type.
    static func types(_ text: String, _ context: LDContext) -> [String] {
        let words = text.split { ",|;()".contains($0) }.map(String.init)
        return words.contains("*") ? [] : words.map(context.name)
    }
}

extension NGSILDRequest {
    /// A parameter that says something.
    func filled(_ name: String) -> String? {
        parameter(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: `Problem` unless the part of the path is an absolute URI.
    func uri(_ name: String) throws(Problem) -> String {
        let text = try pathText(name)
        guard EntityID.isURI(text) else {
            throw .badRequest("an id is an absolute URI", at: name)
        }
        return text
    }
}
