package import CityBroker
import CityKernel
import HTTPTypes
package import Hummingbird

/// Who may use the API, and under which name their facts are kept.
package struct NGSILDAccess: Sendable {
    package enum Kind: Sendable, Hashable { case read, write }

    /// - Returns: who speaks, for the history.
    /// - Throws: `Problem` of kind `unauthenticated` or `forbidden`.
    package var admit: @Sendable (Request, CityRequestContext, Kind) async throws -> String

    package init(
        admit: @escaping @Sendable (Request, CityRequestContext, Kind) async throws -> String
    ) {
        self.admit = admit
    }

    /// Everybody: for `--open-api` on loopback.
    package static let open = NGSILDAccess { _, _, _ in "ngsi-ld" }
}

/// The NGSI-LD API (ETSI GS CIM 009) under `/ngsi-ld/v1`.
package func addNGSILDRoutes(
    to router: CityRouter, broker: Broker, access: NGSILDAccess, tenant: String? = nil,
    federation: Federation? = nil
) {
    let federation = federation ?? Federation(broker: broker)
    let doors: [any NGSILDDoors] = [
        EntityDoors(broker: broker), AttributeDoors(broker: broker), BatchDoors(broker: broker),
        TemporalDoors(broker: broker), SubscriptionDoors(broker: broker),
        DiscoveryDoors(broker: broker), RegistrationDoors(broker: broker),
        SourceIdentityDoors(federation: federation),
        EntityMapDoors(federation: federation),
    ]
    let desk = NGSILDDesk(broker: broker, access: access, tenant: tenant)
    let distribution = Distribution(federation: federation)
    for group in doors {
        for door in group.doors { desk.open(distribution.over(door), on: router) }
    }
    HistoryExportDoor(broker: broker, access: access).open(on: router)
}

/// One door of the API.
struct NGSILDDoor {
    typealias Answer = @Sendable (NGSILDRequest, _ source: String) async throws -> Response

    var method: HTTPRequest.Method
    /// Below `/ngsi-ld/v1`.
    var path: String
    var access: NGSILDAccess.Kind
    var answer: Answer

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: NGSILDAccess.Kind,
        _ answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.answer = answer
    }
}

protocol NGSILDDoors: Sendable {
    var doors: [NGSILDDoor] { get }
}

enum NGSILDPath {
    static let root = "/ngsi-ld/v1"

    /// An address that lacks a part, such as `/entities//attrs`: the request is wrong, whatever else
    /// stands at such an address.
    static func problem(of request: Request, after error: any Error) -> Problem? {
        guard request.uri.path.hasPrefix(root + "/"), request.uri.path.contains("//"),
            (error as? HTTPError)?.status == .notFound
        else { return nil }
        return .badRequest("a part of the address is empty", at: request.uri.path)
    }

    static func entity(_ id: EntityID) -> String { "\(root)/entities/\(id.text)" }
    static func subscription(_ id: String) -> String { "\(root)/subscriptions/\(id)" }
}

/// What every door does first: the tenant, the right, the request.
struct NGSILDDesk {
    let broker: Broker
    let access: NGSILDAccess
    let tenant: String?

    func open(_ door: NGSILDDoor, on router: CityRouter) {
        let (access, tenant, library) = (access, tenant, broker.contexts)
        router.on(RouterPath("\(NGSILDPath.root)/\(door.path)"), method: door.method) {
            request, context in
            let source = try await access.admit(request, context, door.access)
            try Self.checkTenant(request, tenant)
            try Self.checkAddress(request)
            return try await door.answer(NGSILDRequest(request, context, library), source)
        }
    }

    /// Routing skips empty parts, so that what it found may not be what was meant.
    private static func checkAddress(_ request: Request) throws(Problem) {
        guard request.uri.path.contains("//") else { return }
        throw .badRequest("a part of the address is empty", at: request.uri.path)
    }

    private static func checkTenant(_ request: Request, _ tenant: String?) throws(Problem) {
        guard let asked = request.headers[.tenant], !asked.isEmpty, asked != tenant else { return }
        throw Problem(
            .unknownTenant, title: "The tenant is not known",
            detail: "This city has no tenant \"\(asked.prefix(80))\".",
            remedy: "Leave the NGSILD-Tenant header out.")
    }
}
