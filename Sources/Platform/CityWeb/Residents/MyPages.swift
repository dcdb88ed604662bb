import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird
import Logging

/// マイページ: signing in as a resident, one's own sessions, and leaving.
///
/// Nobody needs it to be safe: what warns and guides is open to all.
package struct MyPages: Sendable {
    static let signInPath = "/my/sign-in"
    /// Where the provider sends people back to.
    package static let callbackPath = "/my/callback"
    package static let menuItem = MenuItem(
        path: ResidentMiddleware.path,
        words: LocalizedText("マイページ", easy: "わたしの ページ", en: "My page"), icon: "person")

    let identity: Identity
    let signIn: OpenIDSignIn
    let pages: PageRenderer
    let clock: any CityClock
    let logger: Logger
    private let cookie: SessionCookie
    private let pending: SessionCookie

    init(
        identity: Identity, signIn: OpenIDSignIn, pages: PageRenderer, clock: any CityClock,
        logger: Logger, isTLS: Bool
    ) {
        self.identity = identity
        self.signIn = signIn
        self.pages = pages
        self.clock = clock
        self.logger = logger
        cookie = .resident(isTLS: isTLS)
        pending = SessionCookie("sign-in", isTLS: isTLS, secondsMax: 600)
    }

    func addRoutes(to router: CityRouter) {
        router.get("/my") { request, context in try await show(nil, request, context) }
        // A link, not a form: browsers hold a form to this site, and the provider is another.
        router.get("/my/sign-in") { request, context in try await begin(request, context) }
        router.get("/my/callback") { request, context in try await complete(request, context) }
        router.post("/my/sign-out") { request, context -> Response in
            if let token = cookie.read(request) { try await identity.signOutResident(token) }
            return .seeOther(context.links.to(ResidentMiddleware.path), cookie: cookie.cleared)
        }
        router.post("/my/sessions/:id/end") { request, context -> Response in
            let person = try context.requireResident()
            let id = try context.parameters.require("id", as: Int64.self)
            try await identity.revokeSession(id, of: person.session.resident)
            return .seeOther(context.links.to(ResidentMiddleware.path), cookie: nil)
        }
        router.get("/my/leave") { request, context in
            let person = try context.requireResident()
            return try respond(
                "resident/leave",
                LeaveModel(
                    title: pages.texts["myLeave"][context.language], formToken: person.formToken),
                request, context)
        }
        router.post("/my/leave") { request, context -> Response in
            let person = try context.requireResident()
            try await identity.leave(person.session.resident)
            return .seeOther(context.links.to(ResidentMiddleware.path), cookie: cookie.cleared)
        }
    }

    // MARK: - Signing in

    private func begin(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let next = Self.safeNext(request.uri.queryParameters["next"].map(String.init) ?? "")
        do {
            let (address, secret) = try await signIn.begin(next: context.links.to(next))
            return .seeOther(address, cookie: pending.set(secret))
        } catch let refusal as SignInRefusal {
            return try await refuse(refusal, request, context)
        }
    }

    private func complete(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let query = request.uri.queryParameters
        func value(_ name: String) -> String? { query[Substring(name)].map(String.init) }
        do {
            let (signedIn, next) = try await signIn.complete(
                .init(
                    code: value("code"), state: value("state"), issuer: value("iss"),
                    error: value("error")),
                secret: pending.read(request),
                device: request.headers[.userAgent].map { String($0.prefix(120)) } ?? "",
                replacing: cookie.read(request))
            var response = Response.seeOther(next, cookie: cookie.set(signedIn.token))
            response.headers.append(HTTPField(name: .setCookie, value: pending.cleared))
            return response
        } catch let refusal as SignInRefusal {
            return try await refuse(refusal, request, context)
        }
    }

    private func refuse(
        _ refusal: SignInRefusal, _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        logger.notice("sign-in refused", metadata: ["reason": "\(refusal)"])
        let key =
            switch refusal {
            case .unavailable: "mySignInUnavailable"
            case .cancelled: "mySignInCancelled"
            case .unknownSignIn: "mySignInOld"
            case .invalid: "mySignInInvalid"
            }
        let status: HTTPResponse.Status =
            switch refusal {
            case .unavailable: .badGateway
            case .cancelled: .ok
            case .unknownSignIn, .invalid: .badRequest
            }
        var response = try await show(
            Notice(
                refusal == .cancelled ? .plain : .bad,
                title: pages.texts["signInFailed"][context.language],
                text: pages.texts[key][context.language]),
            request, context, status: status)
        response.headers.append(HTTPField(name: .setCookie, value: pending.cleared))
        return response
    }

    /// Only a resident's own paths: a link from outside must not send a fresh session elsewhere.
    static func safeNext(_ asked: String) -> String {
        let isOurs =
            ResidentMiddleware.isOwnPath(String(asked.prefix { $0 != "?" }))
            && !asked.contains("//") && !asked.contains("\\")
            && asked.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
        return isOurs ? asked : ResidentMiddleware.path
    }

    // MARK: - The page

    private func show(
        _ notice: Notice?, _ request: Request, _ context: CityRequestContext,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let language = context.language
        let next = Self.safeNext(request.uri.queryParameters["next"].map(String.init) ?? "")
        var sessions: [SessionRow] = []
        if let person = context.resident {
            let now = clock.now
            sessions = try await identity.listSessions(of: person.session.resident).map {
                SessionRow(
                    $0, isThis: $0.id == person.session.id, at: now, pages.texts, language)
            }
        }
        return try respond(
            "resident/my",
            MyModel(
                title: pages.texts["myTitle"][language], notice: notice,
                isSignedIn: context.resident != nil,
                signIn: Action(
                    pages.texts["mySignIn"][language],
                    path: context.links.to(
                        next == ResidentMiddleware.path
                            ? Self.signInPath : "\(Self.signInPath)?next=\(next)"),
                    icon: "person"),
                formToken: context.resident?.formToken ?? "", sessions: sessions),
            request, context, status: status)
    }

    private func respond(
        _ template: String, _ model: some TitledModel, _ request: Request,
        _ context: CityRequestContext, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let body = try pages.render(template, model, links: context.links)
        return try pages.respond(
            with: Page(title: model.title, body: body, status: status), to: request, context)
    }
}

struct MyModel: TitledModel {
    let title: String
    let notice: Notice?
    let isSignedIn: Bool
    let signIn: Action
    let formToken: String
    let sessions: [SessionRow]
}

struct LeaveModel: TitledModel {
    let title: String
    let formToken: String
}

/// What a browser calls itself, in a word that its owner knows.
enum DeviceWords {
    private static let known = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
    ]

    static func name(of device: String, _ language: Language, _ texts: Texts) -> String {
        known.first { device.contains($0.0) }?.1 ?? texts["myDeviceUnknown"][language]
    }
}

extension CityRequestContext {
    /// The resident who asks.
    /// - Throws: `IdentityError.notSignedIn`, which leads to the page to sign in.
    package func requireResident() throws -> SignedInPerson {
        guard let resident else { throw IdentityError.notSignedIn }
        return resident
    }
}
