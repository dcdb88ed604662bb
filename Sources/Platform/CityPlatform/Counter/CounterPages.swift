import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/staff/residents`: a clerk opens the account of a resident who stands before the counter, and sees
/// to guardians, households and shops.
///
/// Plan: 窓口, 誰一人取り残さない
package struct CounterPages: Sendable {
    static let path = "/staff/residents"
    package static let menuItem = MenuItem(
        path: path, words: LocalizedText("住民の窓口", easy: "まどぐち", en: "Counter"),
        icon: "family")

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/residents") { request, context in
            try context.requireStaff(.serveResidents)
            return try await city.pages.respondToStaff(
                "counter/find", to: request, context, model: CounterFindModel.init)
        }
        router.post("staff/residents") { request, context in
            try context.requireStaff(.serveResidents)
            let form = try await request.readForm()
            let found = try await city.identity.readCounterCode(
                form["code"], by: context.principal)
            return Response.afterChange(context.links.to(Self.path + "/" + found.id))
        }
        router.get("staff/residents/:id") { request, context in
            try context.requireStaff(.serveResidents)
            return try await show(request, context)
        }
        router.post("staff/residents/:id") { request, context in
            try context.requireStaff(.serveResidents)
            return try await change(request, context)
        }
    }

    private func find(_ context: CityRequestContext) async throws -> Resident {
        try await city.identity.resident(
            try context.parameters.require("id"), for: context.principal)
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let resident = try await find(context)
        let identity = city.identity
        let rights = try await identity.listRepresentations(of: resident)
        let household = try await identity.household(of: resident.id)
        let shops = try await identity.listOrganisations(of: resident)
        let now = city.clock.now
        return try await city.pages.respondToStaff(
            "counter/resident", to: request, context,
            page: {
                $0.crumbs = [.init(Self.menuItem.words[context.language], path: Self.path)]
            },
            model: { CounterModel(resident, rights, household, shops, at: now, desk: $0) })
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let (resident, clerk, identity) = (
            try await find(context), context.principal, city.identity
        )
        let form = try await request.readForm()
        var next = resident.id
        switch form["action"] {
        case "child":
            let (child, _) = try await identity.registerChild(
                of: resident, turning18: try Self.majority(form["born"]),
                shown: try Self.shown(form), by: clerk)
            next = child.id
        case "guardian":
            let other = try await identity.readCounterCode(form["code"], by: clerk)
            _ = try await identity.addGuardian(
                other, of: resident, shown: try Self.shown(form), by: clerk)
        case "household":
            let other = try await identity.readCounterCode(form["code"], by: clerk)
            try await identity.join(other, householdOf: resident, by: clerk)
        case "shop":
            _ = try await identity.addOrganisation(
                named: form["name"], owner: resident, by: clerk)
        case "end":
            guard let id = Int64(form["right"]) else { throw Self.unreadable }
            try await identity.endRepresentation(id, by: clerk)
        default: throw Self.unreadable
        }
        return .afterChange(context.links.to(Self.path + "/" + next))
    }

    private static func majority(_ born: String) throws -> Timestamp {
        let parts = born.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3,
            let begins = Majority.begins(bornIn: parts[0], month: parts[1], day: parts[2])
        else {
            throw Problem(
                .badRequestData,
                saying: LocalizedText(
                    "生年月日を確かめてください", easy: "たんじょう日を たしかめて ください",
                    en: "Check the date of birth"),
                LocalizedText(
                    "この日付はありません。カレンダーから選ぶか、2015-04-01 のように入れてください。",
                    easy: "この 日は ありません。(れい: 2015-04-01)",
                    en: "There is no such date. Write it as 2015-04-01."))
        }
        return begins
    }

    private static func shown(_ form: FormData) throws -> ShownDocument {
        guard let shown = ShownDocument(rawValue: form["shown"]) else {
            throw Problem(
                .badRequestData,
                saying: LocalizedText(
                    "確かめた書類を選んでください", easy: "書類を えらんで ください", en: "Choose the document shown"),
                LocalizedText(
                    "書類の種類が選ばれていません。", easy: "書類が えらばれて いません。",
                    en: "No kind of document was chosen."))
        }
        return shown
    }

    private static let unreadable = Problem(
        .badRequestData,
        saying: LocalizedText("この操作は読めません", easy: "よめません", en: "This cannot be read"),
        LocalizedText(
            "何も変わっていません。ページを開き直してください。",
            easy: "なにも かわって いません。ページを 開き なおして ください。",
            en: "Nothing was changed. Open the page again."))
}

/// The way in: a code.
struct CounterFindModel: TitledModel {
    let title: String
    let formToken: String
    let code: FormField

    init(desk: StaffDesk) {
        title = desk.say("counterTitle")
        formToken = desk.formToken
        code = .counterCode(desk, "counterCode")
    }
}

/// One resident at the counter.
struct CounterModel: TitledModel {
    struct Right {
        let id: String
        let ground: String
        let agent: String
        let subject: String
        let until: String
        let holds: Bool
    }

    let title: String
    let formToken: String
    let path: String
    let since: String
    let rights: [Right]
    let members: [String]
    let shops: [String]
    let born: FormField
    let shown: FormField
    let code: FormField
    let shopName: FormField
    /// Whether somebody sees to this person as a guardian now.
    let isChild: Bool

    init(
        _ resident: Resident, _ rights: [Representation], _ household: Household?,
        _ shops: [Organisation], at now: Timestamp, desk: StaffDesk
    ) {
        let language = desk.language
        func name(_ id: String) -> String {
            desk.say("counterResident") + " " + id.prefix(6)
        }
        title = name(resident.id)
        formToken = desk.formToken
        path = desk.links.to(CounterPages.path + "/" + resident.id)
        since = resident.createdAt.spokenDate(in: language, withYear: true)
        self.rights = rights.map { right in
            Right(
                id: String(right.id),
                ground: desk.say(right.ground == .guardian ? "familyGuardian" : "familyProxy"),
                agent: name(right.agentID), subject: name(right.subjectID),
                until: (right.endsAt - .seconds(1)).spokenDate(in: language, withYear: true),
                holds: right.holds(at: now))
        }
        members = (household?.memberIDs ?? []).filter { $0 != resident.id }.map(name)
        self.shops = shops.map(\.name)
        born = FormField(
            "born", label: desk.say("counterBorn"), kind: .input(type: "date"),
            hint: desk.say("counterBornHint"))
        shown = FormField(
            "shown", label: desk.say("counterShown"),
            kind: .select(ShownDocument.allCases.map { .init($0.rawValue, $0.title[language]) }))
        code = .counterCode(desk, "counterOtherCode")
        shopName = FormField(
            "name", label: desk.say("counterShopName"),
            charactersMax: Organisation.nameCharactersMax)
        isChild = rights.contains {
            $0.subjectID == resident.id && $0.ground == .guardian && $0.holds(at: now)
        }
    }
}

extension FormField {
    fileprivate static func counterCode(_ desk: StaffDesk, _ label: String) -> FormField {
        FormField("code", label: desk.say(label), autocomplete: "off", charactersMax: 12)
    }
}
