import CityBroker
import CityIdentity
import CityKernel
import CityPlaces
import CityVocabulary
package import CityWeb
import Hummingbird

/// `/staff/entities`: everything in the city's picture, by type, on a map and as a table, live;
/// `/staff/entities/{id}`: one entity with its values, who wrote them, their history and who is told.
///
/// Plan: データ連携基盤, 統合型GIS
package struct EntitiesPage: Sendable {
    package static let path = "/staff/entities"
    package static let menuItem = MenuItem(
        path: path, words: LocalizedText("街のデータ", easy: "街の データ", en: "City data"),
        icon: "data")

    /// Spans of history that a reader may choose, in hours.
    static let spans = [24, 168, 720]

    private let city: City
    private let ground: MapGround

    package init(city: City) {
        self.city = city
        ground = MapGround(city.configuration)
    }

    static func path(of id: EntityID) -> String { path + "/" + id.text.percentEncoded }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/entities") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await list(request, context)
        }
        router.get("staff/entities/:id") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await one(request, context)
        }
    }

    private func list(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let types = try await city.broker.listTypes()
        let asked = request.uri.queryParameters["type"].map(String.init)
        let type = asked.flatMap { types.contains($0) ? $0 : nil } ?? types.first
        var page = EntityPage(entities: [], count: 0)
        var placed: [Entity] = []
        let number = max(request.uri.queryParameters["page"].flatMap { Int($0) } ?? 1, 1)
        if let type {
            var query = EntityQuery(type: type, limit: Pager.rowsMax)
            query.offset = (min(number, EntitiesModel.pagesMax) - 1) * Pager.rowsMax
            query.wantsCount = true
            page = try await city.broker.entities(query)
            placed = try await places(of: type, page)
        }
        let now = city.clock.now
        return try await city.pages.respondToStaff(
            "entities/list", to: request, context,
            page: { $0.refreshSeconds = 60 },
            model: {
                EntitiesModel(
                    types, type: type, page, placed: placed, number: number, ground: ground,
                    now: now, desk: $0)
            })
    }

    /// What the map shows: the type's entities of all pages, as far as a map takes them.
    private func places(of type: String, _ page: EntityPage) async throws -> [Entity] {
        if page.entities.count == page.count { return page.entities }
        var found: [Entity] = []
        while found.count < MapPicture.joinedMax {
            var query = EntityQuery(type: type, limit: EntityQuery.limitMax)
            query.attributes = ["location", "name"]
            query.offset = found.count
            let part = try await city.broker.entities(query).entities
            found += part
            if part.count < EntityQuery.limitMax { break }
        }
        return found
    }

    private func one(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let text = try context.parameters.require("id")
        guard let id = EntityID(text.percentDecoded ?? text),
            let entity = try await city.broker.entity(id)
        else {
            throw Problem(
                .notFound, title: "The entity is not known",
                detail: "Nothing has the id \(text.prefix(120)).",
                remedy: "Choose one at \(Self.path).")
        }
        let asked = request.uri.queryParameters["hours"].flatMap { Int($0) }
        let hours = asked.flatMap { Self.spans.contains($0) ? $0 : nil } ?? Self.spans[0]
        let facts = try await EntityFacts(entity, hours: hours, city)
        return try await city.pages.respondToStaff(
            "entities/one", to: request, context,
            page: {
                $0.refreshSeconds = 60
                $0.crumbs = [.init(Self.menuItem.words[context.language], path: Self.path)]
            },
            model: { EntityModel(facts, ground, desk: $0) })
    }
}

/// Entities of one type.
struct EntitiesModel: TitledModel {
    /// How far one pages; whoever wants more asks the API.
    static let pagesMax = 10_000

    struct TypeDoor {
        let words: String
        let path: String
        let isCurrent: Bool
    }

    let title: String
    let types: [TypeDoor]
    let type: String
    let count: String
    let map: Picture?
    let table: Table?
    let pager: Pager?
    let empty: EmptyState?

    init(
        _ types: [String], type: String?, _ page: EntityPage, placed: [Entity], number: Int,
        ground: MapGround, now: Timestamp, desk: StaffDesk
    ) {
        title = EntitiesPage.menuItem.words[desk.language]
        self.type = type ?? ""
        self.types = types.map { name in
            TypeDoor(
                words: NounTitle.of(name)[desk.language],
                path: desk.links.to("\(EntitiesPage.path)?type=\(name.percentEncoded)"),
                isCurrent: name == type)
        }
        count = desk.say("developersCountWords")
            .replacing("{n}", with: Int64(page.count ?? page.entities.count).grouped)
        let path = "\(EntitiesPage.path)?type=\((type ?? "").percentEncoded)"
        pager = Pager(
            page: number, of: page.count ?? 0, path: path, at: "rows", links: desk.links,
            texts: desk.texts)
        map = ground.picture(of: placed, desk)
        let columns = Self.columns(page.entities)
        table =
            page.entities.isEmpty
            ? nil
            : Table(
                caption: NounTitle.of(type ?? "")[desk.language], hidesCaption: true,
                columns: [.init(desk.say("entityName"))]
                    + columns.map { .init($0, isNumber: Self.isNumber($0, page.entities)) }
                    + [.init(desk.say("entityChanged"))],
                rows: page.entities.map { entity in
                    [
                        .init(
                            entity.title(desk.language),
                            path: desk.links.to(EntitiesPage.path(of: entity.id)))
                    ]
                        + columns.map { .init(entity[$0]?.short(desk.language) ?? "") }
                        + [.init(entity.modifiedAt?.spokenAge(in: desk.language, at: now) ?? "")]
                })
        empty = page.entities.isEmpty ? EmptyState(desk.say("entityNone"), icon: "data") : nil
    }

    /// The attributes that most of the page's entities have, names and places aside: at most four.
    private static func columns(_ entities: [Entity]) -> [String] {
        var counts: [String: Int] = [:]
        var order: [String] = []
        for named in entities.flatMap(\.attributes)
        where named.name != "name" && named.attribute.kind != .geoProperty
            && named.attribute.kind != .jsonProperty
        {
            if counts[named.name] == nil { order.append(named.name) }
            counts[named.name, default: 0] += 1
        }
        return Array(
            order.enumerated().sorted {
                (counts[$1.element] ?? 0, $0.offset) < (counts[$0.element] ?? 0, $1.offset)
            }.prefix(4).map(\.element))
    }

    private static func isNumber(_ name: String, _ entities: [Entity]) -> Bool {
        entities.contains { $0[name]?.value.double != nil }
    }
}

extension Entity {
    /// Its name in the reader's language, or the last part of its id.
    func title(_ language: Language) -> String {
        self["name"]?.localizedText?[language] ?? id.name
    }
}

extension Attribute {
    /// The value for a cell.
    func short(_ language: Language) -> String {
        if let text = localizedText, value.string != nil || kind == .languageProperty {
            return String(text[language].prefix(60))
        }
        if let number = value.double { return JSONValue.number(number).text }
        if let words = value.array?.map({ $0.string ?? $0.text }) {
            return words.isEmpty ? "—" : String(words.joined(separator: ", ").prefix(60))
        }
        return value.isNull ? "—" : String(value.text.prefix(60))
    }
}
