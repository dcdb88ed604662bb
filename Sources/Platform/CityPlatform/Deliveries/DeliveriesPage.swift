import CityIdentity
import CityKernel
import CityStore
package import CityWeb
import Hummingbird

/// `/staff/deliveries`: what the city could not deliver, to be sent again or given up.
package struct DeliveriesPage: Sendable {
    package static let path = "/staff/deliveries"
    package static let menuItem = MenuItem(
        path: path,
        words: LocalizedText("届かなかったもの", easy: "とどかなかった もの", en: "Undelivered"),
        icon: "out")

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/deliveries") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await show(request, context)
        }
        router.post("staff/deliveries") { request, context in
            try await decide(request, context)
        }
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let asked = request.uri.queryParameters["page"].flatMap { Int($0) } ?? 1
        let (letters, counts, page) = try await city.store.read { connection in
            let counts = try Outbox.counts(in: connection)
            let last = max((counts.dead - 1) / Pager.rowsMax + 1, 1)
            let page = min(max(asked, 1), last)
            let letters = try Outbox.listNewestDeadLetters(
                limit: Pager.rowsMax, offset: (page - 1) * Pager.rowsMax, in: connection)
            return (letters, counts, page)
        }
        let pager = Pager(
            page: page, of: counts.dead, path: Self.path, links: context.links,
            texts: city.pages.texts)
        let model = DeliveriesModel(
            letters, counts, pager, formToken: context.staff?.formToken ?? "",
            language: context.language, texts: city.pages.texts, now: city.clock.now)
        return try city.pages.respond(
            with: Page(
                title: Self.menuItem.words[context.language],
                body: try city.pages.render("deliveries", model, links: context.links),
                audience: .staff),
            to: request, context)
    }

    private func decide(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.manageKeys)
        let form = try await request.readForm()
        guard let id = Int64(form["letter"]),
            ["resend", "resendAll", "discard"].contains(form["decision"])
        else {
            throw Problem(
                .badRequestData, title: "The form names no letter",
                detail: "A letter and a decision are needed.")
        }
        let isResent = form["decision"] != "discard"
        let isOfAll = form["decision"] == "resendAll"
        let isKnown = try await city.store.write { transaction in
            let isKnown =
                isOfAll
                ? try Outbox.resendDeadLetters(like: id, in: transaction) > 0
                : isResent
                    ? try Outbox.resendDeadLetter(id, in: transaction)
                    : try Outbox.discardDeadLetter(id, in: transaction)
            guard isKnown else { return false }
            try Identity.record(
                AuditEntry(
                    actor: session.staff.id,
                    action: isResent ? "delivery.resend" : "delivery.discard",
                    noun: "delivery:\(id)", detail: isOfAll ? "all of its receiver" : ""),
                in: transaction)
            return true
        }
        guard isKnown else {
            throw Problem(
                .notFound, title: "The letter is not there any more",
                detail: "Somebody has decided on it meanwhile.", remedy: "Read the list again.")
        }
        return .afterChange(context.links.to(Self.path))
    }
}

/// The page's plain values.
struct DeliveriesModel {
    struct Letter {
        var id: String
        var kind: String
        var receiver: String
        var reason: String
        var attempts: String
        var age: String
    }

    var title: String
    var summary: String
    var formToken: String
    var letters: [Letter]
    var pager: Pager?
    var empty: EmptyState?
    var hasLetters: Bool

    init(
        _ letters: [DeadLetter], _ counts: OutboxCounts, _ pager: Pager?, formToken: String,
        language: Language,
        texts: Texts, now: Timestamp
    ) {
        title = DeliveriesPage.menuItem.words[language]
        summary = texts["deliveriesWaiting"][language].replacing("{n}", with: "\(counts.waiting)")
        self.formToken = formToken
        self.letters = letters.map {
            Letter(
                id: String($0.id), kind: $0.kind, receiver: $0.receiver, reason: $0.reason,
                attempts: String($0.attempts), age: $0.diedAt.spokenAge(in: language, at: now))
        }
        hasLetters = !letters.isEmpty
        self.pager = pager
        empty = letters.isEmpty ? EmptyState(texts["deliveriesNone"][language], icon: "check") : nil
    }
}
