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
            return try await show(request, context, form: ReadingForm(now: city.clock.now))
        }
        router.post("staff/readings") { request, context in
            try await enter(request, context)
        }
    }

    private func show(
        _ request: Request, _ context: CityRequestContext, form: ReadingForm
    ) async throws -> Response {
        let state = try await DisasterState.load(city)
        let model = StaffHomeModel(
            state, form: form, isSaved: request.uri.queryParameters["saved"] != nil,
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("disaster/staff-home", model, links: context.links),
                audience: .staff, refreshSeconds: PortalPage.refreshSeconds,
                bands: city.bands(state, context.language)),
            to: request, context)
    }

    private func enter(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.enterReadings)
        let keys = Set(city.configuration.gauges.map(\.id))
        let form = ReadingForm(
            reading: try await request.readForm(), gauges: keys, now: city.clock.now)
        guard let reading = form.reading, let gauge = city.configuration.gauge(form.gauge) else {
            return try await show(request, context, form: form)
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

/// A reading typed by a person at the river or on the telephone.
struct ReadingForm: Sendable {
    let gauge: String
    let level: String
    let clock: String
    private(set) var errors: [String: String] = [:]
    private(set) var reading: FloodReading?

    /// A time of day that lies further ahead than this means yesterday.
    static let aheadMinutesMax = 5

    init(now: Timestamp) {
        gauge = ""
        level = ""
        clock = now.spokenClock
    }

    init(reading form: FormData, gauges: Set<String>, now: Timestamp) {
        gauge = form["gauge"]
        level = form["level"]
        clock = form["clock"]
        if !gauges.contains(gauge) { errors["gauge"] = "観測所を選んでください。" }
        let centimetres = TypedMetres.centimetres(level)
        if centimetres == nil { errors["level"] = "「\(level)」はメートルの数ではありません。例: 3.40" }
        let instant = Self.instant(clock, now)
        if instant == nil { errors["clock"] = "「\(clock)」は時刻ではありません。例: 3:50" }
        guard errors.isEmpty, let centimetres, let instant else { return }
        reading = FloodReading(
            levelCentimetres: centimetres, observedAt: instant, quality: .manual)
    }

    /// `3:50` of today, or of yesterday when today's is still to come.
    private static func instant(_ clock: String, _ now: Timestamp) -> Timestamp? {
        let parts = clock.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
            return nil
        }
        let civil = CivilTime(now)
        let today = CivilTime(
            year: civil.year, month: civil.month, day: civil.day, hour: parts[0],
            minute: parts[1]
        ).timestamp
        return today <= now + .minutes(aheadMinutesMax) ? today : today - .days(1)
    }
}

/// The queue, and what stands behind it.
struct StaffHomeModel {
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

    init(
        _ state: DisasterState, form: ReadingForm, isSaved: Bool, formToken: String,
        links: Links, texts: Texts
    ) {
        let language = links.language
        title = texts["staffHome"][language]
        self.formToken = formToken
        let waiting = state.gauges.filter { gauge in
            gauge.stage.map { $0.standing.isAlert || $0.isMissing } ?? false
        }.sorted { left, right in
            let severity = (left.severity, right.severity)
            if severity.0 != severity.1 { return severity.0 > severity.1 }
            return (left.stage?.since ?? state.now) < (right.stage?.since ?? state.now)
        }
        queue = waiting.map { PortalModel.row($0, state, links, texts) }
        calm =
            queue.isEmpty
            ? EmptyState(texts["staffNothingWaits"][language], icon: "check") : nil
        bridges = state.bridges.enumerated().map {
            BridgeCard($0.element, number: $0.offset, now: state.now, language, texts: texts)
        }
        schemesPath = links.to(DisasterPaths.staffSchemes)
        sheltersOpen = "\(state.shelters.count { $0.status == .open }) / \(state.shelters.count)"
        sheltersPath = links.to(DisasterPaths.staffShelters)
        fields = Self.fields(form, state, language, texts)
        failed =
            form.errors.isEmpty
            ? nil
            : Notice(
                .bad, title: texts["staffNotSaved"][language],
                text: texts["staffNotSavedText"][language])
        saved = isSaved ? Notice(.good, title: texts["staffSaved"][language]) : nil
    }

    private static func fields(
        _ form: ReadingForm, _ state: DisasterState, _ language: Language, _ texts: Texts
    ) -> [FormField] {
        [
            FormField(
                "gauge", label: texts["riverName"][language],
                kind: .select(
                    state.gauges.map { .init($0.key, $0.fullName(in: language)) }),
                value: form.gauge, error: form.errors["gauge"]),
            FormField(
                "level", label: texts["riverLevel"][language] + " (m)", value: form.level,
                error: form.errors["level"], charactersMax: 8),
            FormField(
                "clock", label: texts["riverTime"][language], value: form.clock,
                hint: texts["staffClockHint"][language], error: form.errors["clock"],
                charactersMax: 5),
        ]
    }
}

extension DisasterState.Gauge {
    fileprivate var severity: Int { stage?.standing.severity ?? -1 }
}
