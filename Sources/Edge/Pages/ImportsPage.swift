import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/staff/imports`: what comes in as tables: mappings, sources and the last runs.
struct ImportsPage: Sendable {
    static let runsShown = 20
    static let menuItem = MenuItem(
        path: EdgePaths.imports,
        words: LocalizedText("表の取り込み", easy: "ひょうを 入れる", en: "Imports"), icon: "in")

    let city: City
    let desk: ImportDesk
    let puller: SourcePuller

    func addRoutes(to router: CityRouter) {
        router.get("staff/imports") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await show(request, context)
        }
        router.get("staff/imports/new") { request, context in
            try context.requireStaff(.importTables)
            return try await upload(request, context)
        }
        router.post("staff/imports/new") { request, context in
            let session = try context.requireStaff(.importTables)
            let form = try await request.readUpload()
            guard let file = form.files["file"] else {
                return try await upload(
                    request, context, error: city.pages.texts["importNoFile"][context.language])
            }
            let id = try await desk.addDraft(
                file.bytes, fileName: file.name, by: session.staff.id)
            let from = form.form["from"].percentEncodedForQuery
            return .afterChange(context.links.to(EdgePaths.draft(id, mapping: from)))
        }
        router.get("staff/imports/runs/:run") { request, context in
            try context.requireStaff(.viewStaffPages)
            let id = Int64(try context.parameters.require("run")) ?? 0
            let run = try await desk.findRun(id)
            let model = ImportRunModel(run, now: city.clock.now, context.links, city.pages.texts)
            return try await respond("edge/import-run", model, model.title, request, context)
        }
    }

    func respond(
        _ template: String, _ model: Any, _ title: String, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        try city.pages.respond(
            with: Page(
                title: title,
                body: try city.pages.render(template, model, links: context.links),
                audience: .staff,
                crumbs: [
                    .init(
                        Self.menuItem.words[context.language],
                        path: context.links.to(EdgePaths.imports))
                ]),
            to: request, context)
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let sources = try await desk.sources()
        let model = ImportsModel(
            mappings: try await desk.mappings(),
            sources: sources.map { Self.listed($0.value, puller.health(of: $0.value.id)) }
                + puller.feeds.map { Self.listed($0, puller.health(of: $0.key)) },
            runs: try await desk.runs(limit: Self.runsShown),
            mayEdit: context.principal.may(.importTables), now: city.clock.now,
            links: context.links, texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("edge/imports", model, links: context.links),
                audience: .staff),
            to: request, context)
    }

    private static func listed(
        _ source: ImportSource, _ health: SourceHealth
    ) -> ListedSource {
        ListedSource(
            name: source.name, path: EdgePaths.source(source.id),
            interval: .seconds(source.intervalSeconds), isActive: source.isActive,
            health: health)
    }

    /// A feed of `city.yaml`: staff see it, the operator changes it.
    private static func listed(_ feed: LevelFeed, _ health: SourceHealth) -> ListedSource {
        ListedSource(
            name: feed.id, path: nil, interval: .seconds(feed.intervalSeconds), isActive: true,
            health: health)
    }

    private func upload(
        _ request: Request, _ context: CityRequestContext, error: String? = nil
    ) async throws -> Response {
        let texts = city.pages.texts
        let language = context.language
        let kept = try await desk.mappings().values.compactMap { $0.edition(at: city.clock.now) }
            .sorted { $0.value.name < $1.value.name }
            .map { FormField.Option("mapping:\($0.value.id)", $0.value.name) }
        let ready = Layout.all.map {
            FormField.Option(
                "layout:\($0.id)", "\(texts["importLayout"][language]) \($0.name[language])")
        }
        let model = UploadModel(
            title: texts["importNew"][language],
            formToken: context.staff?.formToken ?? "",
            failed: error.map { Notice(.bad, title: $0) },
            path: context.links.to(EdgePaths.newImport),
            fields: [
                FormField(
                    "from", label: texts["importFrom"][language],
                    kind: .select([.init("auto", texts["importAuto"][language])] + kept + ready),
                    value: request.uri.queryParameters["from"].map(String.init) ?? "auto",
                    hint: texts["importFromHint"][language])
            ])
        return try await respond("edge/import-new", model, model.title, request, context)
    }
}
