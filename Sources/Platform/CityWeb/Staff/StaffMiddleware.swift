package import CityIdentity
import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// Finds who is signed in on staff paths, and refuses forms that this session did not get from us.
///
/// Pages ask for what they need with `context.requireStaff(_:)`; without it they are open.
package struct StaffMiddleware: RouterMiddleware {
    package typealias Context = CityRequestContext

    /// Staff's pages stand under this path; citizens' pages never look at the session.
    package static let path = "/staff"

    private let identity: Identity
    private let cookie: SessionCookie

    package init(identity: Identity, isTLS: Bool) {
        self.identity = identity
        self.cookie = SessionCookie(isTLS: isTLS)
    }

    package func handle(
        _ request: Request, context: CityRequestContext,
        next: (Request, CityRequestContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isStaffPath(request.uri.path) else { return try await next(request, context) }
        var request = request
        var context = context
        let token = cookie.read(request)
        if let token, let session = try await identity.findSession(token) {
            context.principal = .staff(session)
            context.staff = SignedInStaff(session, formToken: CSRFToken.make(for: token))
        }
        try await FormGuard.check(&request, session: context.staff == nil ? nil : token)
        return try await next(request, context)
    }

    static func isStaffPath(_ path: String) -> Bool {
        path == Self.path || path.hasPrefix(Self.path + "/")
    }
}

/// The cookie that holds a session's secret.
struct SessionCookie: Sendable {
    /// `__Host-`: no subdomain and no plain http can plant it.
    let name: String
    private let attributes: String

    /// - Parameters:
    ///   - plainName: its name where readers come without https.
    ///   - isTLS: whether readers come by https.
    ///   - secondsMax: how long the browser keeps it; `nil` for as long as its window.
    init(_ plainName: String = "session", isTLS: Bool, secondsMax: Int? = nil) {
        name = isTLS ? "__Host-" + plainName : plainName
        attributes =
            "; Path=/; HttpOnly; SameSite=Lax" + (isTLS ? "; Secure" : "")
            + (secondsMax.map { "; Max-Age=\($0)" } ?? "")
    }

    func read(_ request: Request) -> SecretToken? {
        request.cookie(name).flatMap { SecretToken(String($0)) }
    }

    /// The session itself ends earlier when idle.
    func set(_ token: SecretToken) -> String { "\(name)=\(token.text)\(attributes)" }
    var cleared: String { "\(name)=\(attributes); Max-Age=0" }
}

extension CityRequestContext {
    /// The session of whoever asks, with this right.
    /// - Throws: `IdentityError.notSignedIn` (the reader is led to the sign-in page), `.forbidden`;
    ///   `Problem` while the first password has not been changed.
    @discardableResult
    package func requireStaff(_ permission: Permission) throws -> StaffSession {
        try principal.require(permission)
        guard case .staff(let session) = principal else { throw IdentityError.notSignedIn }
        guard !session.staff.mustChangePassword else { throw PasswordMustChange() }
        return session
    }
}

/// Whoever signs in with a password that somebody else chose sees nothing but the page to change it.
struct PasswordMustChange: ProblemConvertible {
    var problem: Problem {
        Problem(
            .forbidden, title: "The password must be changed first",
            detail: "It was chosen by somebody else.", remedy: "Change it at /staff/password.")
    }
}

extension SignedInStaff {
    init(_ session: StaffSession, formToken: String) {
        self.init(
            id: session.staff.id, name: session.staff.displayName,
            roles: Set(session.staff.duties.map(\.rawValue)), formToken: formToken)
    }
}
