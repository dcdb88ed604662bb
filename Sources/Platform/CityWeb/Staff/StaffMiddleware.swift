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
    /// Carries the form token where a body is not a form (uploads by script).
    static let tokenHeader = HTTPField.Name("X-Form-Token")!

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
        if request.method != .get, request.method != .head {
            try Self.checkOrigin(of: request)
            if context.staff != nil, let token { try await checkForm(&request, token) }
        }
        return try await next(request, context)
    }

    static func isStaffPath(_ path: String) -> Bool {
        path == Self.path || path.hasPrefix(Self.path + "/")
    }

    /// A form of another site says so; browsers that say nothing are caught by the token.
    private static func checkOrigin(of request: Request) throws {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        guard site == nil || site == "same-origin" || site == "none" else { throw foreignForm }
    }

    private func checkForm(_ request: inout Request, _ token: SecretToken) async throws {
        if let sent = request.headers[Self.tokenHeader] {
            guard CSRFToken.matches(sent, for: token) else { throw Self.foreignForm }
            return
        }
        let boundary = UploadForm.boundary(of: request.headers[.contentType])
        let body = try await request.body.collect(
            upTo: boundary == nil ? WebLimits.bodyBytesMax : WebLimits.uploadBytesMax)
        let form =
            if let boundary {
                try UploadForm(Array(body.readableBytesView), boundary: boundary).form
            } else {
                try FormData(String(buffer: body))
            }
        guard CSRFToken.matches(form[CSRFToken.fieldName], for: token) else {
            throw Self.foreignForm
        }
        request.body = RequestBody(buffer: body)
    }

    private static let foreignForm = Problem(
        .forbidden, title: "The form does not belong to this session",
        detail: "It was opened before signing in, or by another site. Nothing was changed.",
        remedy: "Open the page again and send the form from there.")
}

/// The cookie that holds a session's secret.
struct SessionCookie: Sendable {
    let isTLS: Bool

    /// `__Host-`: no subdomain and no plain http can plant it.
    var name: String { isTLS ? "__Host-session" : "session" }
    private var attributes: String {
        "; Path=/; HttpOnly; SameSite=Lax" + (isTLS ? "; Secure" : "")
    }

    func read(_ request: Request) -> SecretToken? {
        request.cookie(name).flatMap { SecretToken(String($0)) }
    }

    /// Lives as long as the browser window; the session itself ends earlier when idle.
    func set(_ token: SecretToken) -> String { "\(name)=\(token.text)\(attributes)" }
    var cleared: String { "\(name)=; Max-Age=0\(attributes)" }
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
