import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityStore
import CityWeb
import Hummingbird

/// `/staff/devices/{id}` and `/staff/devices/new`: one device, how it fares, what it says, commands.
struct DevicePage: Sendable {
    static let commandsShown = 10

    let city: City
    let register: DeviceRegister
    let desk: CommandDesk

    func addRoutes(to router: CityRouter) {
        router.get("staff/devices/new") { request, context in
            try context.requireStaff(.manageDevices)
            let form = DeviceForm(newKey: SecretToken(random: .system).text)
            return try await show(form, nil, request, context)
        }
        router.post("staff/devices/new") { request, context in
            let session = try context.requireStaff(.manageDevices)
            return try await save(
                try await request.readForm(), nil, session, request, context)
        }
        router.get("staff/devices/:device") { request, context in
            try context.requireStaff(.viewStaffPages)
            let device = try find(context)
            return try await show(DeviceForm(showing: device), device, request, context)
        }
        router.post("staff/devices/:device") { request, context -> Response in
            let session = try context.requireStaff(.manageDevices)
            let form = try await request.readForm()
            let device = try find(context)
            switch form["action"] {
            case "retire", "revive":
                var changed = device
                changed.isActive = form["action"] == "revive"
                try await register.keep(changed, by: session.staff.id)
                return .afterChange(context.links.to(EdgePaths.device(device.id) + "?saved=1"))
            case "command": return try await command(form, device, session, context)
            default: return try await save(form, device, session, request, context)
            }
        }
    }

    private func find(_ context: CityRequestContext) throws -> Device {
        let id = try context.parameters.require("device")
        guard let device = register.book.contents.devices[id] else {
            throw Problem(
                .notFound, title: "The device is not known", detail: String(id.prefix(80)))
        }
        return device
    }

    private func save(
        _ posted: FormData, _ present: Device?, _ session: StaffSession, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        let now = city.clock.now
        var form = DeviceForm(
            reading: posted, present: present, cityID: city.configuration.id
        ) { register.book.contents.model($0, at: now)?.entityType }
        if present == nil, let id = form.device?.id, register.book.contents.devices[id] != nil {
            form.add(
                SettingFault.problem(
                    "id", "この番号の装置はもうあります", remedy: "ほかの番号にするか、その装置を直してください。"))
        }
        guard let device = form.device else {
            return try await show(form, present, request, context)
        }
        do {
            try await register.keep(device, by: session.staff.id)
        } catch let problem as Problem {
            form.add(problem)
            return try await show(form, present, request, context)
        }
        return .afterChange(context.links.to(EdgePaths.device(device.id) + "?saved=1"))
    }

    /// The same door as every other writer's: the command's attribute.
    private func command(
        _ form: FormData, _ device: Device, _ session: StaffSession,
        _ context: CityRequestContext
    ) async throws -> Response {
        guard let known = register.book.find(device.id, at: city.clock.now),
            known.model.commands.contains(form["command"]), !form["value"].isEmpty
        else {
            throw Problem(
                .badRequestData, title: "The command cannot be sent",
                detail: "A command of this device and a value are needed.")
        }
        let (name, text) = (form["command"], String(form["value"].prefix(1_000)))
        // A number or JSON is sent as such, everything else as text.
        let value = (try? JSONValue(parsing: text.utf8)) ?? .string(text)
        let broker = city.broker
        try await city.store.write { transaction in
            try broker.apply(
                [
                    Fact(
                        device.entityID, type: known.model.entityType, name, .property(value))
                ], source: "staff:\(session.staff.id)", in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: session.staff.id, action: "device.command",
                    noun: "device:\(device.id)", detail: name), in: transaction)
        }
        return .afterChange(context.links.to(EdgePaths.device(device.id) + "?sent=1"))
    }

    private func show(
        _ form: DeviceForm, _ device: Device?, _ request: Request,
        _ context: CityRequestContext
    ) async throws -> Response {
        let now = city.clock.now
        let contents = register.book.contents
        var found = DeviceModelOfPage.Found()
        if let device {
            found.state = try await register.state(of: device.id)
            found.entity = try await city.broker.entity(device.entityID)
            found.editions = try await register.editions(.device, device.id)
            found.commands = try await city.store.read {
                try CommandStore.listRecent(
                    of: device.id, limit: Self.commandsShown, in: $0)
            }
        }
        let query = request.uri.queryParameters
        let model = DeviceModelOfPage(
            device, form: form, contents, found, authors: try await Authors.of(city),
            isSaved: query["saved"] != nil,
            isSent: query["sent"] != nil, mayEdit: context.mayEditDevices,
            formToken: context.staff?.formToken ?? "", now: now, links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("edge/device", model, links: context.links),
                audience: .staff,
                crumbs: [
                    .init(
                        DevicesPage.menuItem.words[context.language],
                        path: context.links.to(EdgePaths.devices))
                ]),
            to: request, context)
    }
}
