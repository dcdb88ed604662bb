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
        try await city.staffPage("staff-table", to: request, context) { state, desk in
            StaffTableModel(thresholdsOf: state, desk)
        }
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
        let earlier = try await city.earlierStates(of: thresholds.id, "editions")
        let isSaved = request.uri.queryParameters["saved"] != nil
        let crumb = Page.Crumb(
            city.pages.texts["staffThresholds"][context.language],
            path: DisasterPaths.staffThresholds)
        return try await city.staffPage(
            "staff-thresholds", to: request, context, crumbs: [crumb]
        ) { state, desk in
            ThresholdsModel(
                form, gauge: gauge, thresholds: thresholds, earlier: earlier, preview: preview,
                isSaved: isSaved, now: state.now, desk: desk)
        }
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
        let earlier = try await city.earlierStates(of: thresholds.id, "editions")
        guard earlier.indices.contains(number) else {
            throw Problem.earlierStateIsGone
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
