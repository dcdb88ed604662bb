package import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// NGSIv2 as FIWARE clients speak it with Orion, under `/v2`: a view of the same entities as
/// `/ngsi-ld/v1` (rules of the translation: docs/decisions).
/// - Parameter tenants: chosen by `Fiware-Service`; `nil` when the city has no other than itself.
package func addNGSIv2Routes(
    to router: CityRouter, broker: Broker, access: NGSILDAccess,
    tenants: TenantDirectory? = nil
) {
    let desk = NGSIv2Desk(broker: broker, access: access, tenants: tenants)
    let groups: [any NGSIv2Doors] = [
        NGSIv2EntityDoors(), NGSIv2AttributeDoors(), NGSIv2BatchDoors(), NGSIv2TypeDoors(),
    ]
    for group in groups {
        for door in group.doors { desk.open(door, on: router) }
    }
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
    let broker: Broker
    let access: NGSILDAccess
    let tenants: TenantDirectory?

    func open(_ door: NGSIv2Door, on router: CityRouter) {
        let path = door.path.isEmpty ? "/v2" : "/v2/\(door.path)"
        router.on(RouterPath(path), method: door.method) { request, context in
            do {
                let source = try access.admit(context.principal, door.access)
                let asked = try NGSIv2Request(request, context, source: source)
                guard let broker = try await tenant(of: asked, isWrite: door.access == .write)
                else { return try await Self.unknownTenant(door, asked) }
                return try await door.answer(asked.of(broker))
            } catch let error as any ProblemConvertible {
                return NGSIv2Answer.refusal(error)
            }
        }
    }

    /// Orion makes a tenant with the first write; until then it is empty.
    private func tenant(of request: NGSIv2Request, isWrite: Bool) async throws -> Broker? {
        // What the API is made of is the same for every tenant.
        guard let name = request.service, request.request.uri.path != "/v2" else { return broker }
        return isWrite ? try await tenants?.findOrMake(name) : try await tenants?.find(name)
    }

    private static func unknownTenant(
        _ door: NGSIv2Door, _ request: NGSIv2Request
    ) async throws -> Response {
        guard door.path == "entities" || door.path == "types" || door.path == "subscriptions"
        else { throw BrokerError.notFound(EntityID(type: "Tenant", name: "unknown")) }
        var response = NGSIv2Answer.json([])
        if request.options.contains("count") { response.headers[.totalCount] = "0" }
        return response
    }
}
