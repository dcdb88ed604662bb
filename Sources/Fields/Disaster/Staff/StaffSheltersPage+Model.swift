import CityKernel
import CityVocabulary
import CityWeb
import Hummingbird

/// Shelters with their buttons, open ones first.
struct StaffSheltersModel: TitledModel {
    /// What the address says: the filter, the page of a long list, and what was just changed.
    struct Asked {
        var name = ""
        var state = ""
        var page: Substring?
        var changed: String?
        var was: String?

        init(_ request: Request) {
            let query = request.uri.queryParameters
            name = query["name"].map { String($0.prefix(40)) } ?? ""
            state = query["state"].map(String.init) ?? ""
            page = query["page"]
            changed = query["changed"].map(String.init)
            was = query["was"].map(String.init)
        }

        /// The filter and the page, to come back to after a change; begins with `&` or is empty.
        var query: String { filter + (page.map { "&page=\($0.filter(\.isNumber))" } ?? "") }

        var filter: String {
            (name.isEmpty ? "" : "&name=\(name.percentEncoded)")
                + (state.isEmpty ? "" : "&state=\(state.percentEncoded)")
        }

        func takes(_ shelter: Shelter) -> Bool {
            (name.isEmpty || shelter.name.japanese.contains(name)
                || shelter.address.contains(name))
                && (state.isEmpty || shelter.status.rawValue == state)
        }
    }

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
    let action: String
    let lang: String?
    let name: FormField
    let state: FormField
    let undo: Undo?
    let rows: [Row]
    let pager: Pager?
    let empty: EmptyState?

    init(_ state: DisasterState, _ asked: Asked, desk: StaffDesk) {
        title = desk.say("staffShelters")
        formToken = desk.formToken
        let open = state.shelters.count { $0.status == .open }
        summary = "\(desk.say("shelterOpen")) \(open) / \(state.shelters.count)"
        lang = desk.links.isLanguageInQuery ? desk.language.rawValue : nil
        let here = "\(DisasterPaths.staffShelters)?\(asked.query.dropFirst())"
        action = desk.links.to(asked.query.isEmpty ? DisasterPaths.staffShelters : here)
        (name, self.state) = Self.fields(asked, desk)
        undo = Self.undo(state.shelters, asked, desk.language)
        var finder = ShelterFinder()
        finder.isFloodOnly = false
        let found = finder.find(state.shelters).map(\.shelter).filter(asked.takes)
        let filter = asked.filter.isEmpty ? "" : "?\(asked.filter.dropFirst())"
        let part = Pager.part(
            of: found, asked: asked.page, path: DisasterPaths.staffShelters + filter,
            links: desk.links, texts: desk.texts)
        pager = part.pager
        rows = part.rows.map { Self.row($0, state.now, desk) }
        empty = rows.isEmpty ? EmptyState(desk.say("shelterNothing"), icon: "shelter") : nil
    }

    private static func fields(_ asked: Asked, _ desk: StaffDesk) -> (FormField, FormField) {
        let states: [(Shelter.Status, String)] = [
            (.open, "shelterStateOpen"), (.full, "shelterStateFull"),
            (.closed, "shelterStateClosed"),
        ]
        return (
            FormField(
                "name", label: desk.say("staffShelterName"), value: asked.name,
                isRequired: false, charactersMax: 40),
            FormField(
                "state", label: desk.say("shelterState"),
                kind: .select(
                    [.init("", desk.say("shelterTownAny"))]
                        + states.map { .init($0.rawValue, desk.say($1)) }),
                value: asked.state, isRequired: false)
        )
    }

    private static func undo(
        _ shelters: [Shelter], _ asked: Asked, _ language: Language
    ) -> Undo? {
        let before = (asked.was ?? "").split(separator: ".").map(String.init)
        guard let shelter = shelters.first(where: { $0.id.name == asked.changed }),
            before.count == 2, Shelter.Status(rawValue: before[0]) != nil,
            Shelter.Crowding(rawValue: before[1]) != nil
        else { return nil }
        return Undo(
            id: shelter.id.name,
            words: "\(shelter.name[language]): \(ShelterWords.status(shelter)[language])",
            status: before[0], crowding: before[1])
    }

    private static func row(_ shelter: Shelter, _ now: Timestamp, _ desk: StaffDesk) -> Row {
        let language = desk.language
        let verbs: [(Shelter.Status, String)] = [
            (.open, "staffOpenShelter"), (.full, "shelterStateFull"),
            (.closed, "staffCloseShelter"),
        ]
        return Row(
            id: shelter.id.name, name: shelter.name[language],
            path: desk.links.to(DisasterPaths.shelter(shelter.id)),
            status: ShelterWords.status(shelter)[language],
            statusStyle: ShelterWords.statusStyle(shelter),
            since: shelter.statusSince?.spoken(in: language, at: now),
            isForFlood: shelter.hazards.contains(.flood),
            states: verbs.map { status, words in
                Button(
                    value: status.rawValue, words: desk.say(words),
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
