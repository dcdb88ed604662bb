import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

/// `/staff/devices`: every device and how it fares, the worst first. Silence is danger here.
struct DevicesPage: Sendable {
    static let menuItem = MenuItem(
        path: EdgePaths.devices,
        words: LocalizedText("装置", easy: "きかい", en: "Devices"), icon: "device")

    let city: City
    let register: DeviceRegister

    func addRoutes(to router: CityRouter) {
        router.get("staff/devices") { request, context in
            try context.requireStaff(.viewStaffPages)
            let query = request.uri.queryParameters
            let model = DevicesModel(
                register.book.contents, try await register.states(),
                shows: query["standing"].flatMap { DeviceStanding(rawValue: String($0)) },
                search: query["q"].map(String.init) ?? "",
                page: query["page"], mayEdit: context.mayEditDevices,
                now: city.clock.now, links: context.links, texts: city.pages.texts)
            return try city.pages.respond(
                with: Page(
                    title: model.title,
                    body: try city.pages.render("edge/devices", model, links: context.links),
                    audience: .staff, refreshSeconds: 60),
                to: request, context)
        }
    }
}

extension CityRequestContext {
    var mayEditDevices: Bool { principal.may(.manageDevices) }
}
