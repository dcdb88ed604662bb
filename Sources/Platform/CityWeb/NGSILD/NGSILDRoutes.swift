package import CityBroker
package import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird

/// Who may use the API, and under which name their facts are kept.
package struct NGSILDAccess: Sendable {
    package enum Kind: Sendable, Hashable { case read, write }

    /// - Returns: who speaks, for the history.
    /// - Throws: `Problem` of kind `unauthenticated` or `forbidden`.
    package var admit: @Sendable (Principal, Kind) throws -> String

    package init(admit: @escaping @Sendable (Principal, Kind) throws -> String) {
        self.admit = admit
    }

    /// Everybody: for `--open-api` on loopback.
    package static let open = NGSILDAccess { _, _ in "ngsi-ld" }
}

/// How the API reads what the book leaves to a city.
package struct NGSILDSettings: Sendable, Hashable {
    /// `application/ld+json` without `@context` is read under the core context instead of being
    /// refused: some clients forget it.
    package var allowsMissingContext: Bool

    package init(allowsMissingContext: Bool = false) {
        self.allowsMissingContext = allowsMissingContext
    }
}

/// The NGSI-LD API (ETSI GS CIM 009) under `/ngsi-ld/v1`.
/// - Parameters:
///   - tenants: `nil` when the city has no other tenant than itself.
///   - federation: the city among its neighbours, unless the usual one will do.
package func addNGSILDRoutes(
    to router: CityRouter, broker: Broker, access: NGSILDAccess,
    tenants: TenantDirectory? = nil, settings: NGSILDSettings = NGSILDSettings(),
    federation: Federation? = nil
) {
    let federation = federation ?? Federation(broker: broker)
    let desk = NGSILDDesk(
        federation: federation, access: access, tenants: tenants, settings: settings)
    for (index, door) in doors(of: federation).enumerated() {
        desk.open(door, index, on: router)
    }
    HistoryExportDoor(broker: broker, access: access, tenants: tenants).open(on: router)
    RemoteNotificationDoor(broker: broker, tenants: tenants).open(on: router)
}

/// Every door, in the same order for every tenant.
func doors(of federation: Federation) -> [NGSILDDoor] {
    let broker = federation.broker
    let groups: [any NGSILDDoors] = [
        EntityDoors(broker: broker), AttributeDoors(broker: broker), BatchDoors(broker: broker),
        TemporalDoors(broker: broker), SubscriptionDoors(federation: federation),
        DiscoveryDoors(broker: broker), RegistrationDoors(broker: broker),
        RegistrationSubscriptionDoors(broker: broker),
        SourceIdentityDoors(federation: federation), ContextDoors(broker: broker),
        EntityMapDoors(federation: federation), SnapshotDoors(broker: broker),
    ]
    let distribution = Distribution(federation: federation)
    return groups.flatMap(\.doors).map(distribution.over)
}

/// One door of the API.
struct NGSILDDoor: Sendable {
    typealias Answer = @Sendable (NGSILDRequest, _ source: String) async throws -> Response

    var method: HTTPRequest.Method
    /// Below `/ngsi-ld/v1`.
    var path: String
    var access: NGSILDAccess.Kind
    /// What may stand in the query of its address.
    let parameters: Set<String>
    var answer: Answer

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: NGSILDAccess.Kind,
        _ answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.answer = answer
        parameters =
            NGSILDParameters.known(method, path).map { Set($0) } ?? NGSILDParameters.all
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
        guard request.uri.path.hasPrefix(root + "/"), request.uri.path.hasEmptyPart,
            (error as? HTTPError)?.status == .notFound
        else { return nil }
        return .badRequest("a part of the address is empty", at: request.uri.path)
    }

    static func entity(_ id: EntityID) -> String { "\(root)/entities/\(id.text)" }
    static func context(_ id: String) -> String { "\(root)/jsonldContexts/\(id)" }
}

extension String {
    /// Whether two slashes stand side by side.
    var hasEmptyPart: Bool {
        var wasSlash = false
        for byte in utf8 {
            let isSlash = byte == UInt8(ascii: "/")
            if isSlash, wasSlash { return true }
            wasSlash = isSlash
        }
        return false
    }
}
