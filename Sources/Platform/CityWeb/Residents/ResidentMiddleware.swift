package import CityIdentity
import CityKernel
package import Hummingbird

/// Finds which resident is signed in on `/my`, and refuses forms that this session did not get from
/// us. Every other page of citizens never looks at the session.
package struct ResidentMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    /// What belongs to one resident stands under this path.
    package static let path = "/my"

    private let identity: Identity
    private let cookie: SessionCookie

    package init(identity: Identity, isTLS: Bool) {
        self.identity = identity
        cookie = .resident(isTLS: isTLS)
    }

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isOwnPath(request.uri.path) else { return try await next(request, context) }
        var (request, context) = (request, context)
        let token = cookie.read(request)
        if let token, let session = try await identity.findResidentSession(token) {
            context.resident = SignedInPerson(
                session: session, formToken: CSRFToken.make(for: token))
        }
        try await FormGuard.check(&request, session: context.resident == nil ? nil : token)
        return try await next(request, context)
    }

    static func isOwnPath(_ path: String) -> Bool {
        path == Self.path || path.hasPrefix(Self.path + "/")
    }
}

/// The resident at the other end, as pages need it.
package struct SignedInPerson: Sendable, Hashable {
    package var session: ResidentSession
    /// Stands hidden in each form and must come back with it.
    package var formToken: String
}

extension SessionCookie {
    static func resident(isTLS: Bool) -> SessionCookie { SessionCookie("my", isTLS: isTLS) }
}
