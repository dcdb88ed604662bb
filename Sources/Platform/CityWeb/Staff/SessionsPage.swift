import CityIdentity
import CityKernel
import Hummingbird

/// `/staff/sessions`: where a member of staff is signed in, each to be ended, and the way to another
/// password.
struct SessionsPage: Sendable {
    static let path = "/staff/sessions"

    let identity: Identity
    let pages: PageRenderer
    let clock: any CityClock

    func addRoutes(to router: CityRouter) {
        router.get("/staff/sessions") { request, context in
            let session = try Self.session(context)
            let now = clock.now
            let all = try await identity.listSessions(of: session.staff.id)
            return try await pages.respondToStaff("staff/sessions", to: request, context) { desk in
                SessionsModel(
                    title: desk.say("mySessions"), formToken: desk.formToken,
                    sessions: all.map {
                        SessionRow(
                            $0, isThis: $0.id == session.id, at: now, pages.texts, desk.language)
                    })
            }
        }
        router.post("/staff/sessions/:id/end") { _, context -> Response in
            let session = try Self.session(context)
            let id = try context.parameters.require("id", as: Int64.self)
            try await identity.revokeSession(id, of: session.staff.id)
            return .seeOther(context.links.to(Self.path), cookie: nil)
        }
    }

    private static func session(_ context: CityRequestContext) throws -> StaffSession {
        guard case .staff(let session) = context.principal else { throw IdentityError.notSignedIn }
        return session
    }
}

struct SessionsModel: TitledModel {
    let title: String
    let formToken: String
    let sessions: [SessionRow]
}

/// One browser that is signed in, in lists of one's own.
struct SessionRow: Sendable {
    let id: Int64
    let device: String
    let since: String
    let seen: String
    let isThis: Bool

    init(
        _ session: Session, isThis: Bool, at now: Timestamp, _ texts: Texts, _ language: Language
    ) {
        id = session.id
        device = DeviceWords.name(of: session.device, language, texts)
        since = session.createdAt.spoken(in: language, at: now)
        seen = session.lastSeenAt.spokenAge(in: language, at: now)
        self.isThis = isThis
    }
}
