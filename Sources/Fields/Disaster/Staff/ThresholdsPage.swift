import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/staff/thresholds`: the dated thresholds of every gauge; a new edition is checked, tried against
/// the river as it is, kept with source and name, and can be taken back.
struct ThresholdsPage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("staff/thresholds") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await list(request, context)
        }
        router.get("staff/thresholds/:gauge") { request, context in
            let session = try context.requireStaff(.viewStaffPages)
            let (gauge, thresholds) = try await find(context)
            let now = city.clock.now
            let form = ThresholdsForm(
                showing: thresholds.edition(at: now), staffName: session.staff.displayName,
                now: now)
            return try await show(form, gauge, thresholds, request, context)
        }
        router.post("staff/thresholds/:gauge") { request, context in
            try await change(request, context)
        }
    }

    // MARK: - Reading

    private func list(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let state = try await DisasterState.load(city)
        let texts = city.pages.texts
        let title = texts["staffThresholds"][context.language]
        let columns = ThresholdsForm.levels.map {
            Table.Column(StageWords.thresholdShort($0)[context.language], isNumber: true)
        }
        let model = StaffTableModel(
            title: title,
            table: Table(
                caption: title, hidesCaption: true,
                columns: [.init(texts["riverName"][context.language])] + columns,
                rows: state.gauges.filter { $0.thresholds != nil }.map { gauge in
                    let levels = gauge.levels(at: state.now)
                    let path = context.links.to(DisasterPaths.thresholds(gauge))
                    return [.init(gauge.fullName(in: context.language), path: path)]
                        + ThresholdsForm.levels.map { level in
                            .init(levels[level].map { Metres.text(centimetres: $0) } ?? "—")
                        }
                }))
        return try city.pages.respond(
            with: Page(
                title: title,
                body: try city.pages.render("disaster/staff-table", model, links: context.links),
                audience: .staff),
            to: request, context)
    }

    private func find(
        _ context: CityRequestContext
    ) async throws -> (DisasterState.Gauge, FloodThresholds) {
        let key = try context.parameters.require("gauge")
        let state = try await DisasterState.load(city)
        guard let gauge = state.gauge(key: key) else {
            throw Problem(
                .notFound, title: "The gauge is not known",
                detail: "This city has no gauge \(key).")
        }
        // A gauge without thresholds gets its first edition here.
        return (gauge, gauge.thresholds ?? FloodThresholds(gaugeID: gauge.id, editions: []))
    }

    private func show(
        _ form: ThresholdsForm, _ gauge: DisasterState.Gauge, _ thresholds: FloodThresholds,
        _ request: Request, _ context: CityRequestContext, preview: Notice? = nil
    ) async throws -> Response {
        let earlier = try await earlierStates(of: thresholds)
        let model = ThresholdsModel(
            form, gauge: gauge, thresholds: thresholds, earlier: earlier, preview: preview,
            isSaved: request.uri.queryParameters["saved"] != nil, now: city.clock.now,
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render(
                    "disaster/staff-thresholds", model, links: context.links),
                audience: .staff,
                crumbs: [
                    .init(
                        city.pages.texts["staffThresholds"][context.language],
                        path: context.links.to(DisasterPaths.staffThresholds))
                ]),
            to: request, context)
    }

    /// What the history keeps, newest first, without the present one.
    private func earlierStates(of thresholds: FloodThresholds) async throws -> [Attribute] {
        let now = city.clock.now
        let all = try await city.broker.history(
            of: thresholds.id, "editions",
            in: Timestamp(microseconds: 0)...now + .days(1), limit: ThresholdsModel.earlierMax + 1)
        return Array(all.dropLast().reversed())
    }

    // MARK: - Changing

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.editThresholds)
        let posted = try await request.readForm()
        let (gauge, thresholds) = try await find(context)
        if let number = Int(posted["restore"]) {
            return try await restore(number, gauge, thresholds, session, context)
        }
        let form = ThresholdsForm(reading: posted, for: thresholds)
        guard let changed = form.added(to: thresholds), posted["action"] == "save" else {
            let preview = try await preview(form, gauge, thresholds, context)
            return try await show(
                form, gauge, thresholds, request, context, preview: preview)
        }
        return try await keep(changed, "set-thresholds", gauge, session, context)
    }

    private func keep(
        _ changed: FloodThresholds, _ action: String, _ gauge: DisasterState.Gauge,
        _ session: StaffSession, _ context: CityRequestContext
    ) async throws -> Response {
        let levels = changed.edition(at: city.clock.now)?.levels ?? [:]
        let said = levels.sorted { $0.key < $1.key }
            .map { "\($0.key.rawValue) \(Metres.text(centimetres: $0.value))" }
        try await city.apply(
            StaffChange(
                action: action, noun: changed.id.text, detail: said.joined(separator: ", "),
                facts: changed.facts),
            by: session)
        return .afterChange(context.links.to(DisasterPaths.thresholds(gauge) + "?saved=1"))
    }

    private func restore(
        _ number: Int, _ gauge: DisasterState.Gauge, _ thresholds: FloodThresholds,
        _ session: StaffSession, _ context: CityRequestContext
    ) async throws -> Response {
        let earlier = try await earlierStates(of: thresholds)
        guard earlier.indices.contains(number) else {
            throw Problem(
                .conflict, title: "The earlier state is not there any more",
                detail: "Someone changed the thresholds meanwhile.",
                remedy: "Open the page again.")
        }
        var entity = thresholds.entity
        for index in entity.attributes.indices where entity.attributes[index].name == "editions" {
            entity.attributes[index].attribute.value = earlier[number].value
        }
        return try await keep(
            try FloodThresholds(entity), "restore-thresholds", gauge, session, context)
    }

    /// What the river's stage would be right now.
    private func preview(
        _ form: ThresholdsForm, _ gauge: DisasterState.Gauge, _ thresholds: FloodThresholds,
        _ context: CityRequestContext
    ) async throws -> Notice? {
        guard let changed = form.added(to: thresholds) else { return nil }
        let texts = city.pages.texts
        let language = context.language
        let readings = try await city.history(
            of: gauge.id, hours: FloodStageRule.historyHours)
        let stage = FloodStageDecision(
            readings: readings, thresholds: changed, previous: gauge.stage, now: city.clock.now
        ).stage()
        let words = StageWords(try await city.broker.nouns(StageText.self))
        let now = gauge.stage.map { words.name($0.standing)[language] }
        let then = stage.map { words.name($0.standing)[language] }
        let none = texts["riverNoStage"][language]
        return Notice(
            stage?.standing == gauge.stage?.standing ? .plain : .warning,
            title: texts["staffPreview"][language],
            text: "\(now ?? none) → \(then ?? none)")
    }
}

/// A page of staff that is a title and a table.
struct StaffTableModel {
    let title: String
    let table: Table
}

/// The form of one gauge's thresholds, its editions and what they were before.
struct ThresholdsModel {
    struct Earlier {
        let number: Int
        let words: String
        let when: String
    }

    let title: String
    let formToken: String
    let path: String
    let fields: [FormField]
    let failed: Notice?
    let saved: Notice?
    let preview: Notice?
    let editions: Table
    let earlier: [Earlier]
    let hasEarlier: Bool

    /// Earlier states shown; the audit has them all.
    static let earlierMax = 10

    init(
        _ form: ThresholdsForm, gauge: DisasterState.Gauge, thresholds: FloodThresholds,
        earlier: [Attribute], preview: Notice?, isSaved: Bool, now: Timestamp,
        formToken: String, links: Links, texts: Texts
    ) {
        let language = links.language
        title = gauge.fullName(in: language)
        self.formToken = formToken
        path = links.to(DisasterPaths.thresholds(gauge))
        fields = Self.fields(form, language, texts)
        failed =
            form.errors.isEmpty
            ? nil
            : Notice(
                .bad, title: texts["staffNotSaved"][language],
                text: texts["staffNotSavedText"][language])
        saved = isSaved ? Notice(.good, title: texts["staffSaved"][language]) : nil
        self.preview = preview
        editions = Self.table(thresholds.editions, now, language, texts)
        self.earlier = earlier.enumerated().map { number, attribute in
            let levels = attribute.value.array?.last?["levelsCentimetres"]?.object
            let said = (levels ?? JSONObject()).map { key, value in
                let level = FloodStage.Level(rawValue: key) ?? .normal
                let metres = Metres.text(centimetres: Int(value.integer ?? 0))
                return "\(StageWords.thresholdShort(level)[language]) \(metres)"
            }
            return Earlier(
                number: number, words: said.joined(separator: " / "),
                when: (attribute.modifiedAt ?? attribute.createdAt)?
                    .spoken(in: language, at: now) ?? "")
        }
        hasEarlier = !earlier.isEmpty
    }

    private static func fields(
        _ form: ThresholdsForm, _ language: Language, _ texts: Texts
    ) -> [FormField] {
        let levels = ThresholdsForm.levels.map { level in
            FormField(
                level.rawValue, label: StageWords.threshold(level)[language] + " (m)",
                kind: .input(type: "text"), value: form.typed[level.rawValue] ?? "",
                error: form.errors[level.rawValue], isRequired: false, charactersMax: 8)
        }
        return levels + [
            FormField(
                "validFrom", label: texts["riverValidFrom"][language],
                kind: .input(type: "date"), value: form.typed["validFrom"] ?? "",
                error: form.errors["validFrom"]),
            FormField(
                "source", label: texts["riverSource"][language],
                value: form.typed["source"] ?? "", hint: texts["staffSourceHint"][language],
                error: form.errors["source"],
                charactersMax: ThresholdsForm.textCharactersMax),
            FormField(
                "approvedBy", label: texts["staffApprovedBy"][language],
                value: form.typed["approvedBy"] ?? "", error: form.errors["approvedBy"],
                charactersMax: ThresholdsForm.textCharactersMax),
        ]
    }

    private static func table(
        _ editions: [FloodThresholds.Edition], _ now: Timestamp, _ language: Language,
        _ texts: Texts
    ) -> Table {
        Table(
            caption: texts["staffEditions"][language], hidesCaption: true,
            columns: [.init(texts["riverValidFrom"][language])]
                + ThresholdsForm.levels.map {
                    .init(StageWords.thresholdShort($0)[language], isNumber: true)
                } + [.init(texts["riverSource"][language])],
            rows: editions.reversed().map { edition in
                let from = edition.validFrom.spokenDate(in: language, withYear: true)
                let to = edition.validTo.map {
                    ($0 - .days(1)).spokenDate(in: language, withYear: true)
                }
                let levels = ThresholdsForm.levels.map { level in
                    Table.Cell(
                        edition.levels[level].map { Metres.text(centimetres: $0) } ?? "—")
                }
                return [.init("\(from) 〜 \(to ?? "")")] + levels
                    + [.init("\(edition.source)(\(edition.approvedBy))")]
            })
    }
}
