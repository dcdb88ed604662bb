import CityBroker
import CityKernel
import CityVocabulary
package import CityWeb
import Hummingbird

/// `/developers/types`: every kind of data there is; `/developers/types/{type}`: what it means, its
/// attributes with units, and one of it as it is now.
///
/// Plan: データ連携基盤, データカタログ
package struct TypesPage: Sendable {
    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("developers/types") { request, context in
            try await city.pages.cached(request, context, topics: []) { links in
                let model = try await TypesModel(city, links: links)
                return Page(
                    title: model.title,
                    body: try city.pages.render("developers/types", model, links: links),
                    canonicalPath: DeveloperPaths.types, assets: [.reference],
                    crumbs: [.developers(city, links)])
            }
        }
        router.get("developers/types/:type") { request, context in
            let name = try context.parameters.require("type")
            return try await city.pages.cached(request, context, topics: [name]) { links in
                let model = try await TypeModel(name, city, links: links)
                return Page(
                    title: model.title,
                    body: try city.pages.render("developers/type", model, links: links),
                    canonicalPath: DeveloperPaths.type(name), assets: [.reference],
                    crumbs: [
                        .developers(city, links),
                        .init(
                            city.pages.texts["developersTypes"][links.language],
                            path: DeveloperPaths.types),
                    ])
            }
        }
    }
}

extension Page.Crumb {
    static func developers(_ city: City, _ links: Links) -> Page.Crumb {
        .init(
            city.pages.texts["developersTitle"][links.language], path: DeveloperPaths.home)
    }
}

/// The list of types: those that the catalogue describes, and whatever else vendors have written.
struct TypesModel {
    var title: String
    var rows: [RowLink]

    init(_ city: City, links: Links) async throws {
        let texts = city.pages.texts
        title = texts["developersTypes"][links.language]
        var counts: [String: Int] = [:]
        for type in try await city.broker.listTypes() {
            counts[type] = try await city.broker.findType(type)?.entities
        }
        let known = TypeCatalogue.all.map(\.type)
        let others = counts.keys.filter { !known.contains($0) }.sorted()
        rows = (known + others).map { type in
            let words = NounTitle.of(type)[links.language]
            return RowLink(
                words == type ? type : "\(words) \(type)",
                path: links.to(DeveloperPaths.type(type)), icon: "data",
                note: texts["developersCountWords"][links.language]
                    .replacing("{n}", with: Int64(counts[type] ?? 0).grouped))
        }
    }
}

/// One type.
struct TypeModel {
    struct Attribute {
        var name: String
        var summary: String
        var kind: String
        var unit: String
        var isRequired: Bool
    }

    struct Fact {
        var words: String
        var value: String
    }

    var title: String
    var type: String
    var summary: String?
    var facts: [Fact]
    var attributes: [Attribute]
    /// One entity as it is now, as the API gives it; `nil` when there is none.
    var sample: String?
    var sampleCall: String
    var samplePath: String

    init(_ type: String, _ city: City, links: Links) async throws {
        let (texts, language) = (city.pages.texts, links.language)
        let described = TypeCatalogue.find(type)
        let found = try await city.broker.findType(type)
        guard described != nil || found != nil else {
            throw Problem(
                .notFound, title: "The type is not known",
                detail: "Nothing of the type \(type.prefix(80)) is here.",
                remedy: "Choose one at \(DeveloperPaths.types).")
        }
        title = NounTitle.of(type)[language]
        self.type = type
        summary = described?.summary[language]
        facts = Self.facts(described, count: found?.entities ?? 0, texts, language)
        let written = (found?.attributes ?? []).map(\.name)
        let names = (described?.attributes.map(\.name) ?? [])
        attributes =
            (described?.attributes ?? []).map { Self.attribute($0, texts, language) }
            + written.filter { !names.contains($0) }.map {
                Attribute(name: $0, summary: "", kind: "", unit: "", isRequired: false)
            }
        samplePath = "/ngsi-ld/v1/entities?type=\(type.percentEncoded)&limit=1"
        sampleCall = "curl 'BASE\(samplePath)'"
        var query = EntityQuery(type: type, limit: 1)
        query.wantsCount = false
        sample = try await city.broker.entities(query).entities.first.map { entity in
            NGSILDCodec().json(entity).pretty
        }
    }

    private static func facts(
        _ described: TypeDescription?, count: Int, _ texts: Texts, _ language: Language
    ) -> [Fact] {
        var facts = [Fact(words: texts["developersCount"][language], value: "\(count)")]
        if let described {
            if let model = described.smartDataModel {
                facts.append(Fact(words: "Smart Data Models", value: model))
            }
            if let layout = described.municipalLayout {
                facts.append(Fact(words: texts["developersLayout"][language], value: layout))
            }
            facts.append(
                Fact(words: texts["developersOwner"][language], value: described.owner[language]))
            facts.append(
                Fact(
                    words: texts["flowPersonal"][language],
                    value: texts[described.isPersonal ? "developersPersonal" : "flowNoPersonal"][
                        language]))
        }
        return facts
    }

    private static func attribute(
        _ described: AttributeDescription, _ texts: Texts, _ language: Language
    ) -> Attribute {
        Attribute(
            name: described.name, summary: described.summary[language],
            kind: described.value.words(texts, language), unit: described.unitCode ?? "",
            isRequired: described.isRequired)
    }
}

extension AttributeDescription.Value {
    fileprivate func words(_ texts: Texts, _ language: Language) -> String {
        switch self {
        case .number: texts["valueNumber"][language]
        case .text: texts["valueText"][language]
        case .truth: "true / false"
        case .time: texts["valueTime"][language]
        case .choice(let words), .choices(let words): words.joined(separator: " / ")
        case .words: "LanguageProperty"
        case .place: "GeoProperty"
        case .reference: "Relationship"
        case .document: "JSON"
        }
    }
}

extension JSONValue {
    /// Two spaces a level, one member a line: for people.
    var pretty: String {
        var text = ""
        write(into: &text, depth: 0)
        return text
    }

    private func write(into text: inout String, depth: Int) {
        let (margin, outer) = (
            String(repeating: "  ", count: depth + 1), String(repeating: "  ", count: depth)
        )
        if let object, !object.isEmpty {
            text += "{\n"
            for (number, member) in object.enumerated() {
                text += margin + JSONValue.string(member.key).text + ": "
                member.value.write(into: &text, depth: depth + 1)
                text += number == object.count - 1 ? "\n" : ",\n"
            }
            text += outer + "}"
        } else if let array, array.contains(where: { $0.object != nil || $0.array != nil }) {
            text += "[\n"
            for (number, value) in array.enumerated() {
                text += margin
                value.write(into: &text, depth: depth + 1)
                text += number == array.count - 1 ? "\n" : ",\n"
            }
            text += outer + "]"
        } else {
            text += self.text
        }
    }
}
