import CityKernel
import CityVocabulary
import CityWeb

/// The list of shelters with its filters.
struct SheltersModel {
    struct Row {
        let name: String
        let path: String
        let status: String
        let statusStyle: String
        let distance: String?
        let crowding: String?
        let isForFlood: Bool
        let people: String?
    }

    /// The nearest places, when the reader said where they are.
    struct Near {
        let title: String
        let rows: [Row]
    }

    let title: String
    let town: FormField
    /// The reader's position, kept while they change the other conditions.
    let near: String?
    let isOpenOnly: Bool
    let isAll: Bool
    let lang: String?
    let nearest: Near?
    let rows: [Row]
    let hasNearest: Bool
    /// 「もっと遠い避難所 23か所」; `nil` when there are none.
    let farther: String?
    let pager: Pager?
    let empty: EmptyState?
    let hasTowns: Bool
    let noneOpen: Notice?
    let mapPath: String
    let map: Picture?

    /// Shown as near; the others stand behind one press.
    static let nearestMax = 5

    init(
        _ state: DisasterState, finder: ShelterFinder, place: ReaderPlace?, page: Substring?,
        towns: [String], map: Picture?, links: Links, texts: Texts
    ) {
        let language = links.language
        title = texts["shelterTitle"][language]
        town = Self.townField(towns, place?.town, language, texts)
        hasTowns = !towns.isEmpty
        near = place.flatMap { $0.town == nil ? $0.query : nil }
        isOpenOnly = finder.isOpenOnly
        isAll = !finder.isFloodOnly
        lang = links.isLanguageInQuery ? language.rawValue : nil
        let found = finder.find(state.shelters)
        let nearest = place == nil ? [] : found.prefix(Self.nearestMax)
        hasNearest = !nearest.isEmpty
        self.nearest =
            nearest.isEmpty
            ? nil
            : Near(
                title: texts["shelterNearTitle"][language].replacing(
                    "{place}", with: place?.town ?? texts["shelterWhereYouAre"][language]),
                rows: nearest.map { Self.row($0, links) })
        let others = Array(found.dropFirst(nearest.count))
        let part = Pager.part(
            of: others, asked: page, path: links.pathWithQuery(without: ["page", "lang"]),
            links: links, texts: texts)
        rows = part.rows.map { Self.row($0, links) }
        pager = part.pager
        farther =
            others.isEmpty
            ? nil
            : texts["shelterFarther"][language].replacing("{n}", with: "\(others.count)")
        empty =
            found.isEmpty
            ? EmptyState(
                texts["shelterNothing"][language], text: texts["shelterNothingText"][language],
                icon: "shelter") : nil
        let isAnyOpen = state.shelters.contains { $0.status == .open }
        noneOpen =
            isAnyOpen
            ? nil
            : Notice(
                title: texts["shelterNoneOpen"][language],
                text: texts["shelterNoneOpenText"][language])
        mapPath = links.to(DisasterPaths.map)
        self.map = map
    }

    private static func townField(
        _ towns: [String], _ chosen: String?, _ language: Language, _ texts: Texts
    ) -> FormField {
        FormField(
            "town", label: texts["shelterTown"][language],
            kind: .select(
                [.init("", texts["shelterTownAny"][language])] + towns.map { .init($0, $0) }),
            value: chosen ?? "", hint: texts["shelterNearHint"][language], isRequired: false)
    }

    private static func row(_ found: ShelterFinder.Found, _ links: Links) -> Row {
        let shelter = found.shelter
        let language = links.language
        return Row(
            name: shelter.name[language], path: links.to(DisasterPaths.shelter(shelter.id)),
            status: ShelterWords.status(shelter)[language],
            statusStyle: ShelterWords.statusStyle(shelter),
            distance: found.metres.map(ShelterWords.distance),
            crowding: ShelterWords.crowding(shelter.crowding)?[language],
            isForFlood: shelter.hazards.contains(.flood), people: shelter.acceptedPeople)
    }
}

/// One shelter.
struct ShelterModel {
    struct Fact {
        let words: String
        let value: String
    }

    let name: String
    let status: String
    let statusStyle: String
    let since: Age?
    let crowding: Share?
    let flood: Notice
    let only: Notice?
    let facts: [Fact]
    let actions: [Action]

    init(_ shelter: Shelter, now: Timestamp, links: Links, texts: Texts) {
        let language = links.language
        name = shelter.name[language]
        status = ShelterWords.status(shelter)[language]
        statusStyle = ShelterWords.statusStyle(shelter)
        since = shelter.statusSince.map {
            Age($0, now: now, language: language, oldAfter: .hours(24))
        }
        crowding = ShelterWords.crowding(shelter.crowding).map {
            Share(
                texts["shelterCrowding"][language], words: $0[language],
                percent: ShelterWords.percent(shelter.crowding))
        }
        flood =
            shelter.hazards.contains(.flood)
            ? Notice(.good, title: texts["shelterUsableInFlood"][language])
            : Notice(.warning, title: texts["shelterNotInFlood"][language])
        only = shelter.acceptedPeople.map {
            Notice(.warning, title: texts["shelterOnlyFor"][language], text: $0)
        }
        facts = Self.facts(shelter, language, texts)
        actions = [
            Action(
                texts["shelterMap"][language], path: links.to(DisasterPaths.map), icon: "map",
                weight: .second)
        ]
    }

    private static func facts(
        _ shelter: Shelter, _ language: Language, _ texts: Texts
    ) -> [Fact] {
        let hazards = Shelter.Hazard.allCases.filter(shelter.hazards.contains)
            .map { ShelterWords.hazard($0)[language] }
        let comma = language == .english ? ", " : "、"
        return [
            Fact(words: texts["shelterAddress"][language], value: shelter.address),
            Fact(
                words: texts["shelterUsableFor"][language],
                value: hazards.isEmpty
                    ? texts["shelterUnknown"][language] : hazards.joined(separator: comma)),
            Fact(
                words: texts["shelterForStaying"][language],
                value: texts[shelter.isForStaying ? "shelterYes" : "shelterNo"][language]),
            Fact(
                words: texts["shelterCapacity"][language],
                value: shelter.capacity.map { "\($0)" } ?? texts["shelterUnknown"][language]),
        ]
    }
}
