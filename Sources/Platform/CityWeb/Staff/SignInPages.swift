package import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// The doors of staff: signing in, changing the password, signing out.
package struct SignInPages: Sendable {
    static let signInPath = "/staff/sign-in"
    static let passwordPath = "/staff/password"
    static let formBytesMax = 8 * 1_024

    private let identity: Identity
    private let pages: PageRenderer
    private let cookie: SessionCookie

    package init(identity: Identity, pages: PageRenderer, isTLS: Bool) {
        self.identity = identity
        self.pages = pages
        self.cookie = SessionCookie(isTLS: isTLS)
    }

    package func addRoutes(to router: CityRouter) {
        router.get("/staff/sign-in") { request, context in
            let next = request.uri.queryParameters["next"].map(String.init) ?? ""
            return try form(.init(next: next), request, context)
        }
        router.post("/staff/sign-in") { request, context in
            try await signIn(request, context)
        }
        router.post("/staff/sign-out") { request, context -> Response in
            if let token = cookie.read(request) { try await identity.signOut(token) }
            return .seeOther(context.links.to(Self.signInPath), cookie: cookie.cleared)
        }
        router.get("/staff/password") { request, context in
            try passwordForm(nil, request, context)
        }
        router.post("/staff/password") { request, context in
            try await changePassword(request, context)
        }
    }

    // MARK: - Signing in

    private struct SignInForm {
        var login = ""
        var next = ""
        var error: String?
    }

    private func signIn(_ request: Request, _ context: CityRequestContext) async throws -> Response
    {
        let form = try await request.readForm(upTo: Self.formBytesMax)
        let next = Self.safeNext(form["next"])
        do {
            let signedIn = try await identity.signIn(
                Credentials(
                    login: form["login"], password: form["password"],
                    address: context.addressForLimits,
                    device: request.headers[.userAgent].map { String($0.prefix(120)) } ?? ""),
                replacing: cookie.read(request))
            let isFirst = signedIn.session.staff.mustChangePassword
            return .seeOther(
                context.links.to(isFirst ? Self.passwordPath : next),
                cookie: cookie.set(signedIn.token))
        } catch let error as IdentityError {
            let problem = error.problem
            let words = pages.refusal(error, context.language)
            return try self.form(
                SignInForm(login: form["login"], next: next, error: words), request, context,
                status: problem.kind.status)
        }
    }

    private func form(
        _ form: SignInForm, _ request: Request, _ context: CityRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let language = context.language
        let model = SignInModel(
            title: pages.texts["signInTitle"][language], next: form.next,
            error: form.error.map {
                Notice(.bad, title: pages.texts["signInFailed"][language], text: $0)
            },
            fields: [
                FormField(
                    "login", label: pages.texts["signInLogin"][language], value: form.login,
                    autocomplete: "username",
                    charactersMax: IdentityConfiguration.loginCharactersMax),
                FormField(
                    "password", label: pages.texts["signInPassword"][language],
                    kind: .input(type: "password"), autocomplete: "current-password"),
            ])
        let body = try pages.render("staff/sign-in", model, links: context.links)
        return try pages.respond(
            with: Page(title: model.title, body: body, audience: .staff, status: status),
            to: request, context)
    }

    /// Only paths of staff: a link from outside must not send a fresh session elsewhere.
    static func safeNext(_ asked: String) -> String {
        let isOurs =
            StaffMiddleware.isStaffPath(String(asked.prefix { $0 != "?" }))
            && !asked.contains("//") && !asked.contains("\\")
            && asked.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
        return isOurs ? asked : StaffMiddleware.path
    }

    // MARK: - Changing the password

    private func changePassword(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        guard case .staff(let session) = context.principal else { throw IdentityError.notSignedIn }
        let form = try await request.readForm(upTo: Self.formBytesMax)
        do {
            try await identity.changePassword(
                of: session, current: form["current"], new: form["new"],
                address: context.addressForLimits)
        } catch let error as IdentityError {
            let problem = error.problem
            let words = pages.refusal(error, context.language)
            return try passwordForm(words, request, context, status: problem.kind.status)
        }
        // Every session of this person has ended or goes on as identity decides; look again.
        return .seeOther(context.links.to(StaffMiddleware.path), cookie: nil)
    }

    private func passwordForm(
        _ error: String?, _ request: Request, _ context: CityRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        guard let staff = context.staff else { throw IdentityError.notSignedIn }
        let language = context.language
        let model = PasswordModel(
            title: pages.texts["passwordTitle"][language], formToken: staff.formToken,
            error: error.map {
                Notice(.bad, title: pages.texts["passwordFailed"][language], text: $0)
            },
            fields: [
                FormField(
                    "current", label: pages.texts["passwordCurrent"][language],
                    kind: .input(type: "password"), autocomplete: "current-password"),
                FormField(
                    "new", label: pages.texts["passwordNew"][language],
                    kind: .input(type: "password"),
                    hint: pages.texts["passwordRule"][language].replacing(
                        "{count}", with: "\(identity.configuration.passwordCharactersMin)"),
                    autocomplete: "new-password"),
            ])
        let body = try pages.render("staff/password", model, links: context.links)
        return try pages.respond(
            with: Page(title: model.title, body: body, audience: .staff, status: status),
            to: request, context)
    }
}

extension PageRenderer {
    /// Why identity said no, in the reader's words. What is wrong with a new password is told by
    /// the rule beside its field; the register's own sentence is Japanese.
    fileprivate func refusal(_ error: IdentityError, _ language: Language) -> String {
        switch error {
        case .wrongCredentials: texts["refusedCredentials"][language]
        case .tooManyAttempts(let seconds):
            texts["refusedAttempts"][language].replacing("{seconds}", with: "\(seconds)")
        case .busy: texts["refusedBusy"][language]
        case .unacceptable(_, let reason) where language == .japanese: reason
        default: texts["problemInputDo"][language]
        }
    }
}

struct SignInModel {
    let title: String
    let next: String
    let error: Notice?
    let fields: [FormField]
}

struct PasswordModel {
    let title: String
    let formToken: String
    let error: Notice?
    let fields: [FormField]
}

extension Response {
    /// 303: the browser reads `path` next.
    static func seeOther(_ path: String, cookie: String?) -> Response {
        var headers: HTTPFields = [.location: path, .cacheControl: "no-store"]
        if let cookie { headers[.setCookie] = cookie }
        return Response(status: .seeOther, headers: headers)
    }
}

extension CityRequestContext {
    /// Counts attempts by address; identity keeps only a hash of it.
    package var addressForLimits: String { remoteAddress?.ipAddress ?? "local" }
}
