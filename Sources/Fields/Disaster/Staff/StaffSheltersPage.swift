import CityIdentity
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb
import Hummingbird

/// `/staff/shelters`: open, full, closed and crowding in one click each, with undo.
struct StaffSheltersPage: Sendable {
    let city: City

    func addRoutes(to router: CityRouter) {
        router.get("staff/shelters") { request, context in
            try context.requireStaff(.viewStaffPages)
            let asked = StaffSheltersModel.Asked(request)
            return try await city.staffPage("staff-shelters", to: request, context) {
                StaffSheltersModel($0, asked, desk: $1)
            }
        }
        router.post("staff/shelters") { request, context in
            try await change(request, context)
        }
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.operateShelters)
        let form = try await request.readForm()
        guard let id = EntityID("urn:ngsi-ld:Shelter:\(form["shelter"])"),
            let before = try await city.broker.nouns(Shelter.self).first(where: { $0.id == id })
        else {
            throw Problem(
                .notFound, title: "The shelter is not known", detail: form["shelter"])
        }
        let shelter = try before.operated(by: form, at: city.clock.now)
        try await city.apply(
            StaffChange(
                action: "operate-shelter", noun: id.text,
                detail: "\(shelter.status.rawValue), \(shelter.crowding.rawValue)",
                facts: shelter.operation.map {
                    Fact(id, type: Shelter.entityType, $0.name, $0.attribute)
                }),
            by: session)
        let was = "\(before.status.rawValue).\(before.crowding.rawValue)"
        let asked = StaffSheltersModel.Asked(request).query
        return .afterChange(
            context.links.to(
                "\(DisasterPaths.staffShelters)?changed=\(id.name.percentEncoded)&was=\(was)"
                    + asked))
    }
}

extension Shelter {
    /// - Throws: `Problem` when the form says neither a state nor a crowding.
    fileprivate func operated(by form: FormData, at now: Timestamp) throws -> Shelter {
        var shelter = self
        if let status = Shelter.Status(rawValue: form["status"]) {
            shelter.status = status
            // A place that opens or closes starts without a word about its crowding.
            shelter.crowding =
                Shelter.Crowding(rawValue: form["crowding"])
                ?? (status == .full ? .full : .unknown)
        } else if let crowding = Shelter.Crowding(rawValue: form["crowding"]) {
            shelter.crowding = crowding
        } else {
            throw Problem(
                .badRequestData, title: "The form says no state",
                detail: "One of status and crowding is needed.")
        }
        if shelter.status != status || shelter.statusSince == nil { shelter.statusSince = now }
        return shelter
    }
}
