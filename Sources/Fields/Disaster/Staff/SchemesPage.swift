import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/staff/schemes`: which colours each bridge uses, with a picture of every stage; and the colours
/// of a scheme themselves. A change shows on the bridge at once and can be taken back.
struct SchemesPage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("staff/schemes") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await show(request, context)
        }
        router.post("staff/schemes") { request, context in
            try await choose(request, context)
        }
        router.get("staff/schemes/:scheme") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await edit(SchemeForm(showing: try await find(context)), request, context)
        }
        router.post("staff/schemes/:scheme") { request, context in
            try await change(request, context)
        }
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let state = try await DisasterState.load(city)
        let query = request.uri.queryParameters
        let model = SchemesModel(
            state, was: query["was"].map(String.init), bridge: query["bridge"].map(String.init),
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render(
                    "disaster/staff-schemes", model, links: context.links),
                audience: .staff),
            to: request, context)
    }

    private func choose(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.commandLamps)
        let form = try await request.readForm()
        let state = try await DisasterState.load(city)
        guard let light = state.bridges.first(where: { $0.bridge.id.name == form["bridge"] }),
            state.schemes.contains(where: { $0.schemeID == form["scheme"] })
        else {
            throw Problem(
                .badRequestData, title: "The bridge or the scheme is not known",
                detail: "Nothing was changed.", remedy: "Open the page again.")
        }
        var bridge = light.bridge
        let was = bridge.schemeID
        bridge.schemeID = form["scheme"]
        try await city.apply(
            StaffChange(
                action: "choose-scheme", noun: bridge.id.text, detail: "\(was) → \(form["scheme"])",
                facts: bridge.facts),
            by: session)
        let query = "?bridge=\(bridge.id.name.percentEncoded)&was=\(was.percentEncoded)"
        return .afterChange(context.links.to(DisasterPaths.staffSchemes + query))
    }

    // MARK: - One scheme

    private func find(_ context: CityRequestContext) async throws -> BridgeScheme {
        let id = try context.parameters.require("scheme")
        let schemes = try await city.broker.nouns(BridgeScheme.self)
        guard let scheme = schemes.first(where: { $0.schemeID == id }) else {
            throw Problem(
                .notFound, title: "The scheme is not known", detail: "No scheme is called \(id).")
        }
        return scheme
    }

    private func edit(
        _ form: SchemeForm, _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let words = StageWords(try await city.broker.nouns(StageText.self))
        let model = SchemeModel(
            form, words: words, isSaved: request.uri.queryParameters["saved"] != nil,
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("disaster/staff-scheme", model, links: context.links),
                audience: .staff,
                crumbs: [
                    .init(
                        city.pages.texts["staffSchemes"][context.language],
                        path: context.links.to(DisasterPaths.staffSchemes))
                ]),
            to: request, context)
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.commandLamps)
        let posted = try await request.readForm()
        let form = SchemeForm(reading: posted, for: try await find(context))
        guard form.errors.isEmpty, posted["action"] == "save" else {
            return try await edit(form, request, context)
        }
        try await city.apply(
            StaffChange(
                action: "edit-scheme", noun: form.scheme.id.text, detail: form.scheme.schemeID,
                facts: form.scheme.facts),
            by: session)
        return .afterChange(
            context.links.to("\(DisasterPaths.staffSchemes)/\(form.scheme.schemeID)?saved=1"))
    }
}

/// The lights of a scheme as typed.
struct SchemeForm: Sendable {
    private(set) var scheme: BridgeScheme
    /// By standing.
    private(set) var errors: [FloodStage.Standing: String] = [:]

    init(showing scheme: BridgeScheme) { self.scheme = scheme }

    init(reading form: FormData, for scheme: BridgeScheme) {
        self.scheme = scheme
        for standing in FloodStage.Standing.allCases {
            read(standing, form)
        }
    }

    private mutating func read(_ standing: FloodStage.Standing, _ form: FormData) {
        let key = standing.rawValue
        if form["\(key).pattern"] == "calm" {
            guard !standing.isAlert else {
                errors[standing] = "危険を知らせる段階に、平常のあかりは使えません。"
                return
            }
            scheme.steps[standing] = .calm
            return
        }
        guard let pattern = LampCommand.Pattern(rawValue: form["\(key).pattern"]),
            let colour = LampCommand.Colour(hex: form["\(key).colour"].uppercased())
        else {
            errors[standing] = "色と光り方を選んでください。"
            return
        }
        let light =
            pattern == .off
            ? BridgeScheme.Light.dark : BridgeScheme.Light(colour: colour, pattern: pattern)
        guard light.isVisible || !standing.isAlert else {
            errors[standing] = "危険を知らせる段階は、消せません。"
            return
        }
        scheme.steps[standing] = .light(light)
    }
}

/// Bridges with the schemes they may use.
struct SchemesModel {
    struct Scheme {
        let id: String
        let name: String
        let path: String
        let isChosen: Bool
        let rows: [SchemeRow]
    }

    struct Bridge {
        let card: BridgeCard
        let bridgeID: String
        let schemes: [Scheme]
        let was: String?
    }

    let title: String
    let formToken: String
    let bridges: [Bridge]
    let empty: EmptyState?

    init(
        _ state: DisasterState, was: String?, bridge: String?, formToken: String, links: Links,
        texts: Texts
    ) {
        let language = links.language
        title = texts["staffSchemes"][language]
        self.formToken = formToken
        bridges = state.bridges.enumerated().map { number, light in
            let shown = state.gauge(light.bridge.gaugeID)?.stage?.standing
            let isChanged = light.bridge.id.name == bridge && was != light.bridge.schemeID
            return Bridge(
                card: BridgeCard(light, number: number, now: state.now, language, texts: texts),
                bridgeID: light.bridge.id.name,
                schemes: state.schemes.filter { $0.isValid(at: state.now) }.map { scheme in
                    Scheme(
                        id: scheme.schemeID, name: scheme.name[language],
                        path: links.to("\(DisasterPaths.staffSchemes)/\(scheme.schemeID)"),
                        isChosen: scheme.schemeID == light.bridge.schemeID,
                        rows: SchemeRow.rows(
                            of: scheme, shown: shown, words: state.words, language))
                },
                was: isChanged ? was : nil)
        }
        empty =
            bridges.isEmpty ? EmptyState(texts["bridgeNone"][language], icon: "lamp") : nil
    }
}

/// The form of one scheme.
struct SchemeModel {
    struct Choice {
        let value: String
        let words: String
        let isChosen: Bool
    }

    struct Row {
        let key: String
        let stage: String
        let swatch: String
        let light: String
        let colour: String
        let patterns: [Choice]
        let error: String?
    }

    let title: String
    let formToken: String
    let path: String
    let rows: [Row]
    let failed: Notice?
    let saved: Notice?

    init(
        _ form: SchemeForm, words: StageWords, isSaved: Bool, formToken: String, links: Links,
        texts: Texts
    ) {
        let language = links.language
        let scheme = form.scheme
        title = scheme.name[language]
        self.formToken = formToken
        path = links.to("\(DisasterPaths.staffSchemes)/\(scheme.schemeID)")
        let standings = FloodStage.Standing.allCases.sorted { $0.severity > $1.severity }
        let shown = SchemeRow.rows(of: scheme, shown: nil, words: words, language)
        rows = zip(standings, shown).map { standing, row in
            Row(
                key: standing.rawValue, stage: row.stage, swatch: row.swatch, light: row.light,
                colour: Self.light(scheme, standing).colour.hex,
                patterns: Self.patterns(scheme, standing, language, texts),
                error: form.errors[standing])
        }
        failed =
            form.errors.isEmpty
            ? nil
            : Notice(
                .bad, title: texts["staffNotSaved"][language],
                text: texts["staffNotSavedText"][language])
        saved = isSaved ? Notice(.good, title: texts["staffSaved"][language]) : nil
    }

    private static func light(
        _ scheme: BridgeScheme, _ standing: FloodStage.Standing
    ) -> BridgeScheme.Light {
        guard case .light(let light)? = scheme.steps[standing] else { return scheme.calm.light }
        return light
    }

    private static func patterns(
        _ scheme: BridgeScheme, _ standing: FloodStage.Standing, _ language: Language,
        _ texts: Texts
    ) -> [Choice] {
        let isCalm = scheme.steps[standing] == .calm
        let chosen = light(scheme, standing).pattern
        let lights = LampCommand.Pattern.allCases.filter { $0 != .off || !standing.isAlert }
            .map { pattern in
                Choice(
                    value: pattern.rawValue, words: LightWords.name(of: pattern)[language],
                    isChosen: !isCalm && pattern == chosen)
            }
        guard !standing.isAlert else { return lights }
        return [
            Choice(value: "calm", words: texts["staffCalmLight"][language], isChosen: isCalm)
        ] + lights
    }
}
