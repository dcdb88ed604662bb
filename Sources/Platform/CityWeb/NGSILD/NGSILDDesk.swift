import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import Synchronization

/// What every door does first: the form of the request, the right, the tenant, the context.
struct NGSILDDesk {
    private let federation: Federation
    private let access: NGSILDAccess
    private let settings: NGSILDSettings
    private let tenants: TenantDirectory?
    private let tenantDoors = TenantDoors()

    init(
        federation: Federation, access: NGSILDAccess, tenants: TenantDirectory?,
        settings: NGSILDSettings
    ) {
        self.federation = federation
        self.access = access
        self.tenants = tenants
        self.settings = settings
    }

    func open(_ door: NGSILDDoor, _ index: Int, on router: CityRouter) {
        router.on(RouterPath("\(NGSILDPath.root)/\(door.path)"), method: door.method) {
            request, context in
            if Self.lacksLength(request) { return Response(status: .lengthRequired) }
            let source = try access.admit(context.principal, door.access)
            try Self.checkAddress(request)
            try NGSILDParameters.check(request, door)
            var door = door
            var broker = federation.broker
            if let name = request.headers[.tenant], !name.isEmpty {
                guard let tenant = try await tenant(name, door) else {
                    return NGSILDAnswer.plain([], status: .ok)
                }
                broker = tenant.federation.broker
                door = tenant.doors[index]
            }
            let opened = await NGSILDRequest(
                request, path: context.parameters, broker.contexts,
                isLenient: settings.allowsMissingContext)
            if let reading = SnapshotReading(opened, broker) {
                return try await reading.answer(door, opened)
            }
            return try await door.answer(opened, source)
        }
    }

    /// §6.3.4: what is sent says how long it is; then nothing else is said of it.
    private static func lacksLength(_ request: Request) -> Bool {
        [.post, .patch, .put].contains(request.method) && request.headers[.contentLength] == nil
    }

    /// Routing skips empty parts, so that what it found may not be what was meant.
    private static func checkAddress(_ request: Request) throws(Problem) {
        guard request.uri.path.hasEmptyPart else { return }
        throw .badRequest("a part of the address is empty", at: request.uri.path)
    }

    // MARK: - Tenants

    private struct Tenant: Sendable {
        let federation: Federation
        let doors: [NGSILDDoor]

        init(_ federation: Federation) {
            self.federation = federation
            doors = CityWeb.doors(of: federation)
        }
    }

    /// §5.5.10: operations that create something create its tenant too.
    /// - Returns: `nil` for the contexts of a tenant that nobody made: it has none, as every tenant
    ///   at first.
    private func tenant(_ name: String, _ door: NGSILDDoor) async throws -> Tenant? {
        let isMade = door.method == .post && Self.creations.contains(door.path)
        let found =
            isMade ? try await tenants?.findOrMake(name) : try await tenants?.find(name)
        if let found { return tenantDoors.tenant(named: name, found, federation) }
        if door.method == .get, door.path == "jsonldContexts" { return nil }
        if door.path == "info/sourceIdentity" {
            // Its name among neighbours is settled before anything is in it.
            try TenantDirectory.check(name)
            return Tenant(
                Federation(broker: federation.broker, tenant: .init(name: name, of: federation)))
        }
        throw Self.unknownTenant(name)
    }

    static func unknownTenant(_ name: String) -> Problem {
        Problem(
            .unknownTenant, title: "The tenant is not known",
            detail: "This city has no tenant \"\(name.prefix(80))\".",
            remedy: "Create something in it first, or leave the NGSILD-Tenant header out.")
    }

    private static let creations: Set<String> = [
        "entities", "entityOperations/create", "entityOperations/upsert", "temporal/entities",
        "subscriptions", "csourceRegistrations", "csourceSubscriptions", "jsonldContexts",
        "snapshots",
    ]

    /// The doors of each tenant, made once.
    private final class TenantDoors: Sendable {
        private let made = Mutex<[String: Tenant]>([:])

        func tenant(named name: String, _ broker: Broker, _ home: Federation) -> Tenant {
            made.withLock { made in
                if let known = made[name] { return known }
                let tenant = Tenant(
                    Federation(broker: broker, tenant: .init(name: name, of: home)))
                made[name] = tenant
                return tenant
            }
        }
    }
}
