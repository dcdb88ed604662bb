import CityKernel
import CityPlatform
import CityWeb
import Hummingbird

extension City {
    /// The way of every staff page of this field: load the town as it is, make the model, answer.
    func staffPage(
        _ template: String, to request: Request, _ context: CityRequestContext,
        crumbs: [Page.Crumb] = [], refreshSeconds: Int? = nil,
        model make: (DisasterState, StaffDesk) async throws -> some TitledModel
    ) async throws -> Response {
        let state = try await DisasterState.load(self)
        return try await pages.respondToStaff(
            "disaster/" + template, to: request, context,
            page: {
                $0.crumbs = crumbs
                $0.refreshSeconds = refreshSeconds
                $0.bands = bands(state, context.language)
            },
            model: { try await make(state, $0) })
    }
}

extension StaffDesk {
    /// What stands over a form that was not kept.
    func notSaved(_ errors: some Collection) -> Notice? {
        errors.isEmpty
            ? nil : Notice(.bad, title: say("staffNotSaved"), text: say("staffNotSavedText"))
    }

    func saved(_ isSaved: Bool) -> Notice? {
        isSaved ? Notice(.good, title: say("staffSaved")) : nil
    }
}
