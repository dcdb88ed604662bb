import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/staff/device-models/{id}` and `/staff/device-models/new`: what the devices of one make have in
/// common, tried on a message before it holds.
struct ModelPage: Sendable {
    let city: City
    let register: DeviceRegister

    func addRoutes(to router: CityRouter) {
        router.get("staff/device-models/new") { request, context in
            try context.requireStaff(.manageDevices)
            return try await show(ModelForm(), nil, request, context)
        }
        router.post("staff/device-models/new") { request, context in
            let session = try context.requireStaff(.manageDevices)
            return try await change(nil, session, request, context)
        }
        router.get("staff/device-models/:model") { request, context in
            try context.requireStaff(.viewStaffPages)
            let model = try find(context)
            return try await show(ModelForm(showing: model), model, request, context)
        }
        router.post("staff/device-models/:model") { request, context in
            let session = try context.requireStaff(.manageDevices)
            return try await change(try find(context), session, request, context)
        }
    }

    private func find(_ context: CityRequestContext) throws -> DeviceModel {
        let id = try context.parameters.require("model")
        let editions = register.book.contents.models[id]
        // A model whose first edition is still to come can be looked at and changed.
        guard let model = editions?.edition(at: city.clock.now)?.value ?? editions?.last?.value
        else {
            throw Problem(
                .notFound, title: "The model is not known", detail: String(id.prefix(80)))
        }
        return model
    }

    private func change(
        _ present: DeviceModel?, _ session: StaffSession, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        let posted = try await request.readForm()
        let form = ModelForm(reading: posted, present: present)
        guard let model = form.model, posted["action"] == "save" else {
            return try await show(form, present, request, context)
        }
        var refusal: Problem?
        if present == nil, register.book.contents.models[model.id] != nil {
            refusal = SettingFault.problem(
                "id", "この番号の機種はもうあります", remedy: "ほかの番号にしてください。")
        } else {
            do {
                try await register.keep(
                    model, by: session.staff.id, validFrom: form.validFrom)
            } catch let problem as Problem {
                refusal = problem
            }
        }
        if let refusal { return try await show(form, present, request, context, refusal) }
        return .afterChange(context.links.to(EdgePaths.model(model.id) + "?saved=1"))
    }

    private func show(
        _ form: ModelForm, _ present: DeviceModel?, _ request: Request,
        _ context: CityRequestContext, _ refusal: Problem? = nil
    ) async throws -> Response {
        let editions = present.map { register.book.contents.models[$0.id] ?? [] } ?? []
        let model = ModelModelOfPage(
            form, present: present, editions: editions, authors: try await Authors.of(city),
            refusal: refusal,
            isSaved: request.uri.queryParameters["saved"] != nil,
            mayEdit: context.mayEditDevices, formToken: context.staff?.formToken ?? "",
            now: city.clock.now, links: context.links, texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("edge/model", model, links: context.links),
                audience: .staff,
                crumbs: [
                    .init(
                        DevicesPage.menuItem.words[context.language],
                        path: context.links.to(EdgePaths.devices))
                ]),
            to: request, context)
    }
}
