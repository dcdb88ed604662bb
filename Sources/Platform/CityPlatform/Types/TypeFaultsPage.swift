import CityBroker
import CityIdentity
import CityKernel
import CityVocabulary
package import CityWeb
import Hummingbird

/// `/staff/types`: who sends data that does not fit the description of its type, how often, and what
/// was wrong last. Counted since the program began.
package struct TypeFaultsPage: Sendable {
    package static let path = "/staff/types"
    package static let menuItem = MenuItem(
        path: path,
        words: LocalizedText(
            "型に合わないデータ", easy: "きまりに あわない データ", en: "Data that does not fit"),
        icon: "data")

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/types") { request, context in
            try context.requireStaff(.viewStaffPages)
            let model = TypeFaultsModel(city, language: context.language, links: context.links)
            return try city.pages.respond(
                with: Page(
                    title: model.title,
                    body: try city.pages.render("typefaults", model, links: context.links),
                    audience: .staff),
                to: request, context)
        }
    }
}

/// The page's plain values.
struct TypeFaultsModel {
    struct Row {
        var type: String
        var typePath: String
        var writer: String
        var count: String
        var last: String
        var age: String
    }

    /// Rows of the page; those with most faults.
    static let rowsMax = 200

    var title: String
    var summary: String
    var rows: [Row]
    var hasRows: Bool
    var empty: EmptyState?

    init(_ city: City, language: Language, links: Links) {
        let texts = city.pages.texts
        title = TypeFaultsPage.menuItem.words[language]
        let mode = city.broker.inspection?.mode ?? .off
        summary = texts["typeFaults-\(mode.rawValue)"][language]
        let now = city.clock.now
        rows = (city.broker.inspection?.counted ?? []).prefix(Self.rowsMax).map { tally in
            Row(
                type: NounTitle.of(tally.type)[language],
                typePath: links.to(DeveloperPaths.type(tally.type)), writer: tally.writer,
                count: Int64(tally.count).grouped,
                last: "\(tally.last.attribute) \(tally.last.message)",
                age: tally.lastAt.spokenAge(in: language, at: now))
        }
        hasRows = !rows.isEmpty
        empty = rows.isEmpty ? EmptyState(texts["typeFaultsNone"][language], icon: "check") : nil
    }
}
