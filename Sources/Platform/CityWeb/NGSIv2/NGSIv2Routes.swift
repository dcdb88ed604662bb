package import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import Synchronization

/// NGSIv2 as FIWARE clients speak it with Orion, under `/v2`: a view of the same entities as
/// `/ngsi-ld/v1` (rules of the translation: docs/decisions).
/// - Parameter tenants: chosen by `Fiware-Service`; `nil` when the city has no other than itself.
package func addNGSIv2Routes(
    to router: CityRouter, broker: Broker, access: NGSILDAccess,
    tenants: TenantDirectory? = nil, federation: Federation? = nil
) {
    let desk = NGSIv2Desk(
        federation: federation ?? Federation(broker: broker), access: access, tenants: tenants)
    let groups: [any NGSIv2Doors] = [
        NGSIv2EntityDoors(), NGSIv2AttributeDoors(), NGSIv2BatchDoors(), NGSIv2TypeDoors(),
        NGSIv2SubscriptionDoors(), NGSIv2RegistrationDoors(), NGSIv2NotifyDoor(),
    ]
    for group in groups {
        for door in group.doors { desk.open(door, on: router) }
    }
    NGSIv2VersionDoor(uptime: { desk.federation.uptime }).open(on: router)
}

/// One door of the API.
struct NGSIv2Door: Sendable {
    typealias Answer = @Sendable (NGSIv2Request) async throws -> Response

    var method: HTTPRequest.Method
    /// Below `/v2`.
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

protocol NGSIv2Doors: Sendable {
    var doors: [NGSIv2Door] { get }
}

/// What every door does first, and how refusals are said.
struct NGSIv2Desk: Sendable {
    let federation: Federation
    let access: NGSILDAccess
    let tenants: TenantDirectory?
    private let known = KnownTenants()

    init(federation: Federation, access: NGSILDAccess, tenants: TenantDirectory?) {
        self.federation = federation
        self.access = access
        self.tenants = tenants
    }

    func open(_ door: NGSIv2Door, on router: CityRouter) {
        let path = door.path.isEmpty ? "/v2" : "/v2/\(door.path)"
        router.on(RouterPath(path), method: door.method) { request, context in
            do {
                let source = try access.admit(context.principal, door.access)
                let asked = try NGSIv2Request(request, context, source: source)
                guard let tenant = try await tenant(of: asked, door)
                else { return try await Self.unknownTenant(door, asked) }
                return try await door.answer(asked.of(tenant))
            } catch let error as any ProblemConvertible {
                return NGSIv2Answer.refusal(error)
            }
        }
    }

    /// Orion makes a tenant with the first write; until then it is empty.
    private func tenant(
        of request: NGSIv2Request, _ door: NGSIv2Door
    ) async throws -> Federation? {
        // What the API is made of is the same for every tenant.
        guard let name = request.service, request.request.uri.path != "/v2" else {
            return federation
        }
        let isMade = door.access == .write && door.method != .get
        let found = isMade ? try await tenants?.findOrMake(name) : try await tenants?.find(name)
        return found.map { known.federation(of: name, $0, federation) }
    }

    private static func unknownTenant(
        _ door: NGSIv2Door, _ request: NGSIv2Request
    ) async throws -> Response {
        guard ["entities", "types", "subscriptions", "registrations"].contains(door.path) else {
            throw BrokerError.notFound(EntityID(type: "Tenant", name: "unknown"))
        }
        var response = NGSIv2Answer.json([])
        if request.options.contains("count") { response.headers[.totalCount] = "0" }
        return response
    }
}

/// Tenants among their neighbours, made once.
private final class KnownTenants: Sendable {
    private let made = Mutex<[String: Federation]>([:])

    func federation(of name: String, _ broker: Broker, _ home: Federation) -> Federation {
        made.withLock { made in
            if let known = made[name] { return known }
            let tenant = Federation(broker: broker, tenant: .init(name: name, of: home))
            made[name] = tenant
            return tenant
        }
    }
}
