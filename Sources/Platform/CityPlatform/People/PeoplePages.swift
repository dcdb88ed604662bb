import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/staff/people`: accounts of staff, their duties, and passwords that were lost.
package struct PeoplePages: Sendable {
    static let path = "/staff/people"
    package static let menuItem = MenuItem(
        path: path, words: LocalizedText("職員と担当", easy: "しょくいんと しごと", en: "Staff"),
        icon: "person")

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/people") { request, context in try await show(request, context) }
        router.post("staff/people") { request, context in
            try context.requireStaff(.manageStaff)
            let form = try await request.readForm()
            let made = try await city.identity.hire(
                login: form["login"], displayName: form["name"], duties: Self.duties(form),
                by: context.principal)
            return try await show(request, context, made: made)
        }
        router.post("staff/people/:id") { request, context in
            try await change(request, context)
        }
    }

    private static func duties(_ form: FormData) -> Set<Duty> {
        Set(form.all("duties").compactMap(Duty.init(rawValue:)))
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        try context.requireStaff(.manageStaff)
        let id = try context.parameters.require("id")
        guard var staff = try await city.identity.listStaff().first(where: { $0.id == id }) else {
            throw IdentityError.unknownStaff
        }
        let form = try await request.readForm()
        if !form["reset"].isEmpty {
            let made = try await city.identity.resetPassword(
                login: staff.login, by: context.principal)
            return try await show(request, context, made: made)
        }
        staff.displayName = form["name"]
        staff.duties = Self.duties(form)
        staff.isActive = form["active"] == "yes"
        try await city.identity.update(staff, by: context.principal)
        return .afterChange(context.links.to(Self.path))
    }

    private func show(
        _ request: Request, _ context: CityRequestContext, made: NewStaff? = nil
    ) async throws -> Response {
        try context.requireStaff(.manageStaff)
        let staff = try await city.identity.listStaff()
        return try await city.pages.respondToStaff("people/people", to: request, context) {
            PeopleModel(staff, made: made, desk: $0)
        }
    }
}

/// Everybody on the staff.
struct PeopleModel: TitledModel {
    struct Choice {
        let value: String
        let words: String
        let isChosen: Bool
    }

    struct Row {
        let login: String
        let name: String
        let path: String
        let duties: String
        let isActive: Bool
        let choices: [Choice]
    }

    struct Made {
        let login: String
        let password: String
    }

    let title: String
    let formToken: String
    let path: String
    let made: Made?
    let rows: [Row]
    let fields: [FormField]
    let choices: [Choice]

    init(_ staff: [Staff], made: NewStaff?, desk: StaffDesk) {
        title = PeoplePages.menuItem.words[desk.language]
        formToken = desk.formToken
        path = desk.links.to(PeoplePages.path)
        self.made = made.map { Made(login: $0.staff.login, password: $0.password) }
        rows = staff.map { one in
            Row(
                login: one.login, name: one.displayName,
                path: desk.links.to(PeoplePages.path + "/" + one.id),
                duties: one.duties.sorted().map(\.title).joined(separator: "・"),
                isActive: one.isActive, choices: Self.choices(one.duties))
        }
        fields = [
            FormField(
                "login", label: desk.say("signInLogin"), hint: desk.say("peopleLoginHint"),
                autocomplete: "off"),
            FormField("name", label: desk.say("peopleName"), autocomplete: "off"),
        ]
        choices = Self.choices([])
    }

    private static func choices(_ chosen: Set<Duty>) -> [Choice] {
        Duty.allCases.map {
            Choice(value: $0.rawValue, words: $0.title, isChosen: chosen.contains($0))
        }
    }
}
