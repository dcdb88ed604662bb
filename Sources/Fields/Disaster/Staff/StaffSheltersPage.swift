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
            return try await show(request, context)
        }
        router.post("staff/shelters") { request, context in
            try await change(request, context)
        }
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let state = try await DisasterState.load(city)
        let query = request.uri.queryParameters
        let model = StaffSheltersModel(
            state, changed: query["changed"].map(String.init), was: query["was"].map(String.init),
            formToken: context.staff?.formToken ?? "", links: context.links,
            texts: city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render(
                    "disaster/staff-shelters", model, links: context.links),
                audience: .staff),
            to: request, context)
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let session = try context.requireStaff(.operateShelters)
        let form = try await request.readForm()
        guard let id = EntityID("urn:ngsi-ld:Shelter:\(form["shelter"])"),
            let entity = try await city.broker.nouns(Shelter.self).first(where: { $0.id == id })
        else {
            throw Problem(
                .notFound, title: "The shelter is not known", detail: form["shelter"])
        }
        var shelter = entity
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
        if shelter.status != entity.status || shelter.statusSince == nil {
            shelter.statusSince = city.clock.now
        }
        try await city.apply(
            StaffChange(
                action: "operate-shelter", noun: id.text,
                detail: "\(shelter.status.rawValue), \(shelter.crowding.rawValue)",
                facts: shelter.operation.map {
                    Fact(id, type: Shelter.entityType, $0.name, $0.attribute)
                }),
            by: session)
        let was = "\(entity.status.rawValue).\(entity.crowding.rawValue)"
        return .afterChange(
            context.links.to(
                "\(DisasterPaths.staffShelters)?changed=\(id.name.percentEncoded)&was=\(was)"))
    }
}

/// Shelters with their buttons, open ones first.
struct StaffSheltersModel {
    struct Button {
        let value: String
        let words: String
        let isCurrent: Bool
    }

    struct Row {
        let id: String
        let name: String
        let path: String
        let status: String
        let statusStyle: String
        let since: String?
        let isForFlood: Bool
        let states: [Button]
        let crowding: [Button]
        let isOpen: Bool
    }

    struct Undo {
        let id: String
        let words: String
        let status: String
        let crowding: String
    }

    let title: String
    let formToken: String
    let summary: String
    let undo: Undo?
    let rows: [Row]
    let empty: EmptyState?

    init(
        _ state: DisasterState, changed: String?, was: String?, formToken: String, links: Links,
        texts: Texts
    ) {
        let language = links.language
        title = texts["staffShelters"][language]
        self.formToken = formToken
        let open = state.shelters.count { $0.status == .open }
        summary = "\(texts["shelterOpen"][language]) \(open) / \(state.shelters.count)"
        undo = Self.undo(state.shelters, changed, was, language)
        var finder = ShelterFinder()
        finder.isFloodOnly = false
        rows = finder.find(state.shelters).map { Self.row($0.shelter, state.now, links) }
        empty =
            rows.isEmpty ? EmptyState(texts["shelterNothing"][language], icon: "shelter") : nil
    }

    private static func undo(
        _ shelters: [Shelter], _ changed: String?, _ was: String?, _ language: Language
    ) -> Undo? {
        let before = (was ?? "").split(separator: ".").map(String.init)
        guard let shelter = shelters.first(where: { $0.id.name == changed }), before.count == 2,
            Shelter.Status(rawValue: before[0]) != nil,
            Shelter.Crowding(rawValue: before[1]) != nil
        else { return nil }
        return Undo(
            id: shelter.id.name,
            words: "\(shelter.name[language]): \(ShelterWords.status(shelter)[language])",
            status: before[0], crowding: before[1])
    }

    private static func row(_ shelter: Shelter, _ now: Timestamp, _ links: Links) -> Row {
        let language = links.language
        let verbs: [(Shelter.Status, LocalizedText)] = [
            (.open, LocalizedText("開ける", en: "Open")),
            (.full, LocalizedText("満員", en: "Full")),
            (.closed, LocalizedText("閉める", en: "Close")),
        ]
        return Row(
            id: shelter.id.name, name: shelter.name[language],
            path: links.to(DisasterPaths.shelter(shelter.id)),
            status: ShelterWords.status(shelter)[language],
            statusStyle: ShelterWords.statusStyle(shelter),
            since: shelter.statusSince?.spoken(in: language, at: now),
            isForFlood: shelter.hazards.contains(.flood),
            states: verbs.map { status, words in
                Button(
                    value: status.rawValue, words: words[language],
                    isCurrent: shelter.statusSince != nil && status == shelter.status)
            },
            crowding: [.empty, .some, .crowded].map { (crowding: Shelter.Crowding) in
                Button(
                    value: crowding.rawValue,
                    words: ShelterWords.crowding(crowding)?[language] ?? "",
                    isCurrent: crowding == shelter.crowding)
            },
            isOpen: shelter.status == .open)
    }
}
