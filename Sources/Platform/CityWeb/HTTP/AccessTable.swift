package import CityIdentity
import CityKernel
package import HTTPTypes
import Hummingbird

/// Who may come through a door.
package enum AccessRule: Sendable, Hashable {
    /// Nobody is asked who they are.
    case everybody
    /// A resident who is signed in, for their own matters alone.
    case resident
    /// Whoever is signed in as staff, also before the first password was changed.
    case anyStaff
    /// Staff with this right.
    case staff(Permission)
    /// An API product: the gateway decides by key, token, certificate, scope and plan.
    case product
    /// A device with a key or an address of its own, which the door looks up.
    case device
}

/// Every door of the city with who may come through it. A door that no row names does not open, and a
/// server that has one does not start.
package struct AccessTable: Sendable {
    package struct Row: Sendable {
        var methods: Set<HTTPRequest.Method>
        /// As the router writes it; `/**` at the end stands for everything below.
        package var path: String
        package var rule: AccessRule

        package init(_ methods: Set<HTTPRequest.Method>, _ path: String, _ rule: AccessRule) {
            self.methods = methods
            self.path = path
            self.rule = rule
        }
    }

    private let exact: [String: [Row]]
    private let prefixes: [Row]
    package let rows: [Row]

    package init(_ rows: [Row]) {
        self.rows = rows
        exact = Dictionary(grouping: rows, by: \.path)
        prefixes = rows.filter { $0.path.hasSuffix("/**") }
            .sorted { $0.path.utf8.count > $1.path.utf8.count }
    }

    /// The row of this very door, else that of the longest folder above it.
    package func rule(for method: HTTPRequest.Method, at path: String) -> AccessRule? {
        // A look at the head of an answer is a look at the answer.
        let method = method == .head ? .get : method
        if let row = exact[path]?.first(where: { $0.methods.contains(method) }) { return row.rule }
        return prefixes.first {
            $0.methods.contains(method) && path.hasPrefix($0.path.dropLast(2))
        }?.rule
    }

    /// Doors without a row: `POST /staff/people`.
    package func missing(in router: CityRouter) -> [String] {
        router.routes.filter { rule(for: $0.method, at: $0.path.description) == nil }
            .map { "\($0.method) \($0.path.description)" }.sorted()
    }
}

/// Holds every request to the table, before the door sees it.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = CityRequestContext

    let table: AccessTable

    func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        // What the router does not know is answered as unknown.
        guard let path = context.endpointPath, path != "NotFound" else {
            return try await next(request, context)
        }
        switch table.rule(for: request.method, at: path) {
        case nil:
            throw Problem(
                .forbidden, title: "This door is closed", detail: "No rule says who may use it.")
        case .everybody, .product, .device: break
        case .resident: _ = try context.requireResident()
        case .anyStaff:
            guard case .staff = context.principal else { throw IdentityError.notSignedIn }
        case .staff(let permission): try context.requireStaff(permission)
        }
        return try await next(request, context)
    }
}
