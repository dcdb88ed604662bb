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
            let query = request.uri.queryParameters
            return try await city.staffPage("staff-schemes", to: request, context) {
                SchemesModel(
                    $0, was: query["was"].map(String.init),
                    bridge: query["bridge"].map(String.init), desk: $1)
            }
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
        let earlier = try await city.earlierStates(of: form.scheme.id, "stages")
        let isSaved = request.uri.queryParameters["saved"] != nil
        let crumb = Page.Crumb(
            city.pages.texts["staffSchemes"][context.language], path: DisasterPaths.staffSchemes)
        return try await city.staffPage(
            "staff-scheme", to: request, context, crumbs: [crumb]
        ) { state, desk in
            SchemeModel(form, earlier: earlier, isSaved: isSaved, state, desk)
        }
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.commandLamps)
        let posted = try await request.readForm()
        let scheme = try await find(context)
        if let number = Int(posted["restore"]) {
            return try await restore(number, scheme, session, context)
        }
        let form = SchemeForm(reading: posted, for: scheme)
        guard form.errors.isEmpty, posted["action"] == "save" else {
            return try await edit(form, request, context)
        }
        return try await keep(form.scheme, "edit-scheme", session, context)
    }

    private func restore(
        _ number: Int, _ scheme: BridgeScheme, _ session: StaffSession,
        _ context: CityRequestContext
    ) async throws -> Response {
        let earlier = try await city.earlierStates(of: scheme.id, "stages")
        guard earlier.indices.contains(number) else { throw Problem.earlierStateIsGone }
        return try await keep(
            try scheme.with(stages: earlier[number].value), "restore-scheme", session, context)
    }

    private func keep(
        _ scheme: BridgeScheme, _ action: String, _ session: StaffSession,
        _ context: CityRequestContext
    ) async throws -> Response {
        try await city.apply(
            StaffChange(
                action: action, noun: scheme.id.text, detail: scheme.schemeID,
                facts: scheme.facts),
            by: session)
        return .afterChange(
            context.links.to("\(DisasterPaths.staffSchemes)/\(scheme.schemeID)?saved=1"))
    }
}

extension BridgeScheme {
    /// The same scheme with the lights of an earlier state.
    func with(stages: JSONValue) throws -> BridgeScheme {
        var entity = entity
        for index in entity.attributes.indices where entity.attributes[index].name == "stages" {
            entity.attributes[index].attribute.value = stages
        }
        return try BridgeScheme(entity)
    }
}
