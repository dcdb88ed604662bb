import CityIdentity
import CityKernel
import Hummingbird

/// `/my/family`: for whom a resident may act, who may act for them, and the code that shows a clerk
/// whose account it is.
struct FamilyPages: Sendable {
    static let path = "/my/family"
    private static let formBytesMax = 8 * 1_024

    let identity: Identity
    let pages: PageRenderer
    let clock: any CityClock
    let isTLS: Bool

    func addRoutes(to router: CityRouter) {
        router.get("my/family") { request, context in try await show(request, context) }
        router.post("my/family/code") { request, context in
            let person = try context.requireResident()
            let code = try await identity.issueCounterCode(to: person.session.resident)
            return try await show(request, context, code: code)
        }
        router.post("my/family/offer") { request, context in
            try await offer(request, context)
        }
        router.get("my/family/take") { request, context in try await ask(request, context) }
        router.post("my/family/take") { request, context -> Response in
            let person = try context.requireResident()
            let form = try await request.readForm(upTo: Self.formBytesMax)
            guard let secret = SecretToken(form["offer"]) else { throw Problem.noOffer }
            let right = try await identity.takeMandate(secret, by: person.session.resident)
            try await identity.setNickname(
                form["nickname"], of: right.id, by: person.session.resident)
            return .seeOther(context.links.to(Self.path), cookie: nil)
        }
        router.post("my/family/:id") { request, context -> Response in
            let person = try context.requireResident()
            let id = try context.parameters.require("id", as: Int64.self)
            let form = try await request.readForm(upTo: Self.formBytesMax)
            if form["end"].isEmpty {
                try await identity.setNickname(
                    form["nickname"], of: id, by: person.session.resident)
            } else {
                try await identity.endMandate(id, by: person.session.resident)
            }
            return .seeOther(context.links.to(Self.path), cookie: nil)
        }
    }

    private func offer(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let person = try context.requireResident()
        let form = try await request.readForm(upTo: Self.formBytesMax)
        let matters = Set(form.all("matters").compactMap(Representation.Matter.init(rawValue:)))
        // The last day counts whole.
        guard let day = Timestamp(iso8601: form["until"] + "T00:00:00+09:00") else {
            throw Problem(
                .badRequestData,
                saying: LocalizedText(
                    "終わりの日を入れてください", easy: "おわりの 日を 入れて ください", en: "Give the last day"),
                LocalizedText(
                    "日付が読めません。カレンダーから選ぶか、2027-03-31 のように入れてください。",
                    easy: "日を えらんで ください。(れい: 2027-03-31)",
                    en: "The date cannot be read. Write it as 2027-03-31."))
        }
        let secret = try await identity.offerMandate(
            by: person.session.resident, in: matters, until: day + .days(1))
        let site = (isTLS ? "https://" : "http://") + (request.head.authority ?? "")
        let path = context.links.to("\(Self.path)/take?offer=\(secret.text)")
        return try await show(request, context, offer: site + path)
    }

    private func ask(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let person = try context.requireResident()
        let text = request.uri.queryParameters["offer"].map(String.init) ?? ""
        guard let secret = SecretToken(text), let found = try await identity.findMandate(secret)
        else { throw Problem.noOffer }
        let language = context.language
        let model = MandateModel(
            title: pages.texts["familyTake"][language], formToken: person.formToken, offer: text,
            matters: found.matters.sorted().map { $0.title[language] },
            until: (found.endsAt - .seconds(1)).spokenDate(in: language, withYear: true),
            nickname: FamilyModel.nickname("", pages.texts, language))
        return try respond("resident/mandate", model, request, context)
    }

    private func show(
        _ request: Request, _ context: CityRequestContext, code: CounterCode? = nil,
        offer: String? = nil
    ) async throws -> Response {
        let person = try context.requireResident()
        let rights = try await identity.listRepresentations(of: person.session.resident)
        let model = FamilyModel(
            rights, of: person, code: code, offer: offer, at: clock.now, pages.texts,
            context.language)
        return try respond("resident/family", model, request, context)
    }

    private func respond(
        _ template: String, _ model: some TitledModel, _ request: Request,
        _ context: CityRequestContext
    ) throws -> Response {
        let body = try pages.render(template, model, links: context.links)
        return try pages.respond(
            with: Page(
                title: model.title, body: body,
                crumbs: [
                    .init(MyPages.menuItem.words[context.language], path: ResidentMiddleware.path)
                ]),
            to: request, context)
    }
}

/// What `/my/family` shows.
struct FamilyModel: TitledModel {
    struct Row {
        let id: String
        let ground: String
        let nickname: String?
        let nicknameField: FormField?
        let matters: String
        let until: String
        /// Whether the reader may end it.
        let canEnd: Bool
    }

    struct Choice {
        let value: String
        let words: String
    }

    let title: String
    let formToken: String
    let farewell: Notice?
    let code: String?
    let codeUntil: String?
    /// The address to hand on; shown once.
    let offer: String?
    let acting: [Row]
    let acted: [Row]
    let choices: [Choice]
    let until: FormField

    init(
        _ rights: [Representation], of person: SignedInPerson, code: CounterCode?, offer: String?,
        at now: Timestamp, _ texts: Texts, _ language: Language
    ) {
        title = texts["familyTitle"][language]
        formToken = person.formToken
        let me = person.session.resident.id
        let gone = rights.filter { $0.endedByAge(at: now) }
        farewell =
            gone.isEmpty
            ? nil
            : Notice(
                .plain, title: texts["familyOfAge"][language],
                text: texts[
                    gone.contains { $0.subjectID == me } ? "familyOfAgeMe" : "familyOfAgeChild"
                ][language])
        self.code = code?.spoken
        codeUntil = code.map { texts["familyCodeUntil"][language] + " " + $0.expiresAt.spokenClock }
        self.offer = offer
        let holding = rights.filter { $0.holds(at: now) }
        acting = holding.filter { $0.agentID == me }.map {
            Self.row($0, isAgent: true, texts, language)
        }
        acted = holding.filter { $0.subjectID == me }.map {
            Self.row($0, isAgent: false, texts, language)
        }
        choices = Representation.Matter.allCases.map {
            Choice(value: $0.rawValue, words: $0.title[language])
        }
        until = FormField(
            "until", label: texts["familyUntil"][language], kind: .input(type: "date"),
            hint: texts["familyUntilHint"][language])
    }

    private static func row(
        _ right: Representation, isAgent: Bool, _ texts: Texts, _ language: Language
    ) -> Row {
        let matters = right.matters.sorted().map { $0.title[language] }
        return Row(
            id: String(right.id),
            ground: texts[right.ground == .guardian ? "familyGuardian" : "familyProxy"][language],
            nickname: isAgent && !right.nickname.isEmpty ? right.nickname : nil,
            nicknameField: isAgent ? nickname(right.nickname, texts, language, right.id) : nil,
            matters: right.ground == .guardian
                ? texts["familyAll"][language] : matters.joined(separator: " / "),
            until: texts["familyUntil"][language] + ": "
                + (right.endsAt - .seconds(1)).spokenDate(in: language, withYear: true),
            canEnd: right.ground == .proxy)
    }

    static func nickname(
        _ value: String, _ texts: Texts, _ language: Language, _ id: Int64? = nil
    ) -> FormField {
        FormField(
            "nickname", label: texts["familyNickname"][language], value: value,
            hint: id == nil ? texts["familyNicknameHint"][language] : nil, isRequired: false,
            charactersMax: Representation.nicknameCharactersMax)
    }
}

/// An offer, before it is taken.
struct MandateModel: TitledModel {
    let title: String
    let formToken: String
    let offer: String
    let matters: [String]
    let until: String
    let nickname: FormField
}
