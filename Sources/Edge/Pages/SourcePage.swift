import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/staff/import-sources/{id}` and `/staff/import-sources/new`: a table pulled on a schedule.
struct SourcePage: Sendable {
    let city: City
    let desk: ImportDesk
    let puller: SourcePuller
    let imports: ImportsPage

    func addRoutes(to router: CityRouter) {
        router.get("staff/import-sources/new") { request, context in
            try context.requireStaff(.importTables)
            return try await show([:], nil, request, context)
        }
        router.post("staff/import-sources/new") { request, context in
            let session = try context.requireStaff(.importTables)
            return try await change(nil, session, request, context)
        }
        router.get("staff/import-sources/:source") { request, context in
            try context.requireStaff(.viewStaffPages)
            let edition = try await find(context)
            return try await show(Self.typed(edition.value), edition, request, context)
        }
        router.post("staff/import-sources/:source") { request, context in
            let session = try context.requireStaff(.importTables)
            return try await change(try await find(context), session, request, context)
        }
    }

    private func find(_ context: CityRequestContext) async throws -> Edition<ImportSource> {
        let id = try context.parameters.require("source")
        guard let edition = try await desk.sources().first(where: { $0.value.id == id }) else {
            throw Problem(
                .notFound, title: "The source is not known", detail: String(id.prefix(80)))
        }
        return edition
    }

    private static func typed(_ source: ImportSource) -> [String: String] {
        [
            "id": source.id, "name": source.name, "url": source.url,
            "mapping": source.mappingID,
            "intervalMinutes": DeviceWords.number(Double(source.intervalSeconds) / 60),
            "stepMinutes": String(source.stepMinutes),
            "followsLinks": source.followsLinks ? "1" : "0", "linkWords": source.linkWords,
        ]
    }

    private func change(
        _ present: Edition<ImportSource>?, _ session: StaffSession, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        let form = try await request.readForm()
        if let present, form["action"] == "pull" {
            try await puller.pull(present)
            return .afterChange(context.links.to(EdgePaths.source(present.value.id)))
        }
        var typed: [String: String] = [:]
        for name in [
            "id", "name", "url", "mapping", "intervalMinutes", "stepMinutes", "followsLinks",
            "linkWords",
        ] { typed[name] = form[name] }
        do {
            let isActive =
                switch form["action"] {
                case "stop": false
                case "start": true
                default: present?.value.isActive ?? true
                }
            let minutes = CellText.number(form["intervalMinutes"]) ?? 0
            let source = try ImportSource(
                id: present?.value.id ?? form["id"], name: form["name"], url: form["url"],
                stepMinutes: Int(min(max(CellText.number(form["stepMinutes"]) ?? 10, 0), 1e6)),
                intervalSeconds: Int(min(max(minutes * 60, 0), 1e9)),
                mappingID: form["mapping"], isActive: isActive,
                followsLinks: form["followsLinks"] == "1", linkWords: form["linkWords"])
            let isTaken = try await desk.sources().contains { $0.value.id == source.id }
            if present == nil, isTaken {
                throw SettingFault.problem(
                    "id", "この番号の取得元はもうあります", remedy: "ほかの番号にしてください。")
            }
            // What staff type must not lead into the city's own networks.
            try puller.outbound.outbound.check(source.address(at: city.clock.now))
            try await desk.keep(source, by: session.staff.id)
            return .afterChange(context.links.to(EdgePaths.source(source.id) + "?saved=1"))
        } catch let problem as Problem {
            return try await show(typed, present, request, context, refusal: problem)
        }
    }

    private func show(
        _ typed: [String: String], _ present: Edition<ImportSource>?, _ request: Request,
        _ context: CityRequestContext, refusal: Problem? = nil
    ) async throws -> Response {
        let now = city.clock.now
        let mappings = try await desk.mappings().values.compactMap { $0.edition(at: now)?.value }
        let model = SourceModel(
            typed, present: present?.value,
            health: present.map { puller.health(of: $0.value.id) } ?? SourceHealth(),
            mappings: mappings.sorted { $0.name < $1.name }, refusal: refusal,
            isSaved: request.uri.queryParameters["saved"] != nil,
            mayEdit: context.principal.may(.importTables),
            formToken: context.staff?.formToken ?? "", now: now, links: context.links,
            texts: city.pages.texts)
        return try await imports.respond(
            "edge/import-source", model, model.title, request, context)
    }
}

/// The plain values of a source's page.
struct SourceModel {
    let title: String
    let saved: Notice?
    let failed: Notice?
    let trouble: Notice?
    let lastGood: Age?
    let fields: [FormField]
    let isKnown: Bool
    let isActive: Bool
    let mayEdit: Bool
    let noMappings: EmptyState?
    let path: String
    let formToken: String

    init(
        _ typed: [String: String], present: ImportSource?, health: SourceHealth,
        mappings: [ImportMapping], refusal: Problem?, isSaved: Bool, mayEdit: Bool,
        formToken: String, now: Timestamp, links: Links, texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        func field(
            _ name: String, _ key: String, _ initial: String, hint: String? = nil
        )
            -> FormField
        {
            FormField(
                name, label: text(key), value: typed[name] ?? initial, hint: hint.map(text),
                charactersMax: 2_000)
        }
        title = present?.name ?? text("importSourceNew")
        saved = isSaved ? Notice(.good, title: text("deviceSaved")) : nil
        failed = refusal.map {
            Notice(
                .bad, title: text("deviceNotSaved"),
                text: "\($0.places.first?.message ?? $0.detail)。\($0.remedy ?? "")")
        }
        trouble = health.lastFailure.map {
            Notice(
                .bad, title: text("importSourceFailing"),
                text: [
                    health.lastFailureAt?.spoken(in: language, at: now), $0.sentence[language],
                ]
                .compactMap(\.self).joined(separator: " "))
        }
        lastGood = health.lastGoodAt.map {
            Age(
                $0, now: now, language: language,
                oldAfter: .seconds(present?.intervalSeconds ?? 0) * 3)
        }
        fields =
            (present == nil ? [field("id", "importID", "", hint: "importIDHint")] : []) + [
                field("name", "importName", ""),
                field("url", "importURL", "https://", hint: "importURLHint"),
                FormField(
                    "mapping", label: text("importMapping"),
                    kind: .select(mappings.map { .init($0.id, $0.name) }),
                    value: typed["mapping"] ?? ""),
                field("intervalMinutes", "importInterval", "60"),
                field("stepMinutes", "importStep", "10", hint: "importStepHint"),
                FormField(
                    "followsLinks", label: text("importFollow"),
                    kind: .select([.init("0", text("importNo")), .init("1", text("importYes"))]),
                    value: typed["followsLinks"] ?? "0", hint: text("importFollowHint")),
                field("linkWords", "importWords", "", hint: "importWordsHint"),
            ]
        isKnown = present != nil
        isActive = present?.isActive ?? true
        self.mayEdit = mayEdit && !mappings.isEmpty
        noMappings =
            mappings.isEmpty
            ? EmptyState(
                text("importNoMappings"), text: text("importNoMappingsText"), icon: "in",
                action: Action(text("importNew"), path: links.to(EdgePaths.newImport))) : nil
        path = links.to(present.map { EdgePaths.source($0.id) } ?? EdgePaths.newSource)
        self.formToken = formToken
    }
}
