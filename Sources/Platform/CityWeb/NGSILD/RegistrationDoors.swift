import CityBroker
import CityKernel

/// `/csourceRegistrations` (§6.8, §6.9).
struct RegistrationDoors: DocumentDoors {
    static let path = "csourceRegistrations"

    let broker: Broker

    func keep(
        _ request: NGSILDRequest, _ document: NGSILDRequest.Document
    ) async throws -> String {
        let registration = try RegistrationCodec(document.context).registration(
            document.json, id: "urn:ngsi-ld:ContextSourceRegistration:" + broker.nextToken(),
            now: broker.now)
        try await broker.register(registration)
        return registration.id
    }

    func find(_ id: String) async throws -> StoredRegistration {
        guard let stored = try await broker.registration(id) else {
            throw RegistrationError.notFound(id)
        }
        return stored
    }

    func page(
        _ request: NGSILDRequest, _ context: LDContext, _ paging: NGSILDPaging
    ) async throws -> (page: [StoredRegistration], count: Int) {
        let matcher = try RegistrationMatcher(RegistrationQuery(request, context))
        var found: [StoredRegistration] = []
        for ready in try await broker.registrations() {
            if try matcher.match(ready) != nil { found.append(ready.stored) }
        }
        let page = found.dropFirst(paging.offset).prefix(paging.limit)
        return (Array(page), found.count)
    }

    func json(
        _ stored: StoredRegistration, _ context: LDContext, hasTimes: Bool
    ) -> JSONValue {
        RegistrationCodec(context).json(stored, hasTimes: hasTimes)
    }

    func change(_ id: String, by patch: JSONObject, _ context: LDContext) async throws {
        try await broker.updateRegistration(id, with: patch, context)
    }

    func remove(_ id: String) async throws { try await broker.unregister(id) }
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
}
