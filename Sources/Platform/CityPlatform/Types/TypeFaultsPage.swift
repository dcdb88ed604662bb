package import CityBroker
import CityIdentity
import CityKernel
import CityVocabulary
package import CityWeb
import Hummingbird

/// `/staff/types`: who sends data that does not fit the description of its type, how often, and what
/// was wrong last: in the city's own data and in that of every tenant.
package struct TypeFaultsPage: Sendable {
    package static let path = "/staff/types"
    package static let menuItem = MenuItem(
        path: path,
        words: LocalizedText(
            "型に合わないデータ", easy: "あわない データ", en: "Data that does not fit"),
        icon: "data")

    private let city: City
    private let tenants: TenantDirectory

    package init(city: City, tenants: TenantDirectory) {
        self.city = city
        self.tenants = tenants
    }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/types") { request, context in
            try context.requireStaff(.viewStaffPages)
            let found = try await faults()
            return try await city.pages.respondToStaff("typefaults", to: request, context) {
                TypeFaultsModel(found, city, desk: $0)
            }
        }
    }

    /// Of the city itself first, then of tenants by name.
    private func faults() async throws -> [TypeFaultsModel.Found] {
        var found = [
            TypeFaultsModel.Found(
                tenant: nil, tallies: try await city.broker.typeFaults(limit: Self.rowsMax))
        ]
        for (name, _) in try await TenantDirectory.list(in: city.store) {
            guard let broker = try await tenants.find(name) else { continue }
            found.append(
                .init(tenant: name, tallies: try await broker.typeFaults(limit: Self.rowsMax)))
        }
        return found
    }

    /// Rows of the page; those with most faults.
    static let rowsMax = 200
}

/// The page's plain values.
struct TypeFaultsModel: TitledModel {
    /// What one tenant's writers sent; `nil` for the city itself.
    struct Found {
        var tenant: String?
        var tallies: [Inspection.Tally]
    }

    struct Row {
        var type: String
        var typePath: String
        var tenant: String
        var writer: String
        var count: String
        var last: String
        var age: String
    }

    let title: String
    let summary: String
    let rows: [Row]
    let hasRows: Bool
    let empty: EmptyState?

    init(_ found: [Found], _ city: City, desk: StaffDesk) {
        title = TypeFaultsPage.menuItem.words[desk.language]
        summary = desk.say("typeFaults-\((city.broker.inspection?.mode ?? .off).rawValue)")
        let now = city.clock.now
        rows = found.flatMap { one in one.tallies.map { (one.tenant, $0) } }
            .sorted { $0.1.count > $1.1.count }
            .prefix(TypeFaultsPage.rowsMax)
            .map { tenant, tally in
                Row(
                    type: NounTitle.of(tally.type)[desk.language],
                    typePath: desk.links.to(DeveloperPaths.type(tally.type)),
                    tenant: tenant ?? city.configuration.name[desk.language],
                    writer: tally.writer, count: Int64(tally.count).grouped,
                    last: "\(tally.last.attribute): \(tally.last.message[desk.language])",
                    age: tally.lastAt.spokenAge(in: desk.language, at: now))
            }
        hasRows = !rows.isEmpty
        empty = rows.isEmpty ? EmptyState(desk.say("typeFaultsNone"), icon: "check") : nil
    }
}
