import CityIdentity
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/staff`: what waits for me, the oldest danger first; and the entry of readings by hand.
struct StaffHomePage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("staff") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await show(ReadingForm(now: city.clock.now), request, context)
        }
        router.post("staff/readings") { request, context in
            try await enter(request, context)
        }
    }

    private func show(
        _ form: ReadingForm, _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let isSaved = request.uri.queryParameters["saved"] != nil
        return try await city.staffPage(
            "staff-home", to: request, context, refreshSeconds: PortalPage.refreshSeconds
        ) { StaffHomeModel($0, form: form, isSaved: isSaved, desk: $1) }
    }

    private func enter(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.enterReadings)
        let keys = Set(city.configuration.gauges.map(\.id))
        let form = ReadingForm(
            reading: try await request.readForm(), gauges: keys, now: city.clock.now)
        guard let reading = form.reading, let gauge = city.configuration.gauge(form.gauge) else {
            return try await show(form, request, context)
        }
        let observed = WaterLevelObserved(
            id: gauge.entityID, levelCentimetres: reading.levelCentimetres,
            observedAt: reading.observedAt, quality: .manual)
        try await city.apply(
            StaffChange(
                action: "enter-reading", noun: gauge.entityID.text,
                detail: "\(form.level) m, \(reading.observedAt.iso8601Japan)",
                facts: observed.facts),
            by: session)
        return .afterChange(context.links.to(DisasterPaths.staff + "?saved=1"))
    }
}

/// The queue, and what stands behind it.
struct StaffHomeModel: TitledModel {
    let title: String
    let formToken: String
    let queue: [PortalModel.GaugeRow]
    let calm: EmptyState?
    let bridges: [BridgeCard]
    let schemesPath: String
    let sheltersOpen: String
    let sheltersPath: String
    let fields: [FormField]
    let failed: Notice?
    let saved: Notice?

    init(_ state: DisasterState, form: ReadingForm, isSaved: Bool, desk: StaffDesk) {
        title = desk.say("staffHome")
        formToken = desk.formToken
        let waiting = state.gauges.filter { gauge in
            gauge.stage.map { $0.standing.isAlert || $0.isMissing } ?? false
        }.sorted { left, right in
            let severity = (left.severity, right.severity)
            if severity.0 != severity.1 { return severity.0 > severity.1 }
            return (left.stage?.since ?? state.now) < (right.stage?.since ?? state.now)
        }
        queue = waiting.map { PortalModel.row($0, state, desk.links, desk.texts) }
        calm = queue.isEmpty ? EmptyState(desk.say("staffNothingWaits"), icon: "check") : nil
        bridges = state.bridges.enumerated().map {
            BridgeCard(
                $0.element, number: $0.offset, now: state.now, desk.language, texts: desk.texts)
        }
        schemesPath = desk.links.to(DisasterPaths.staffSchemes)
        sheltersOpen = "\(state.shelters.count { $0.status == .open }) / \(state.shelters.count)"
        sheltersPath = desk.links.to(DisasterPaths.staffShelters)
        fields = Self.fields(form, state, desk)
        failed = desk.notSaved(form.errors)
        saved = desk.saved(isSaved)
    }

    private static func fields(
        _ form: ReadingForm, _ state: DisasterState, _ desk: StaffDesk
    ) -> [FormField] {
        let language = desk.language
        return [
            FormField(
                "gauge", label: desk.say("riverName"),
                kind: .select(
                    state.gauges.map { .init($0.key, $0.fullName(in: language)) }),
                value: form.gauge, error: form.errors["gauge"]?[language]),
            FormField(
                "level", label: desk.say("riverLevel") + " (m)", value: form.level,
                error: form.errors["level"]?[language], charactersMax: 8),
            FormField(
                "clock", label: desk.say("riverTime"), value: form.clock,
                hint: desk.say("staffClockHint"), error: form.errors["clock"]?[language],
                charactersMax: 5),
        ]
    }
}

extension DisasterState.Gauge {
    fileprivate var severity: Int { stage?.standing.severity ?? -1 }
}
