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

    let title: String
    let town: FormField
    let isOpenOnly: Bool
    let isAll: Bool
    let lang: String?
    let count: Int
    let rows: [Row]
    let empty: EmptyState?
    let hasTowns: Bool
    let noneOpen: Notice?
    let mapPath: String

    init(
        _ state: DisasterState, finder: ShelterFinder, town: String?, towns: [String],
        links: Links, texts: Texts
    ) {
        let language = links.language
        title = texts["shelterTitle"][language]
        self.town = FormField(
            "town", label: texts["shelterTown"][language],
            kind: .select(
                [.init("", texts["shelterTownAny"][language])] + towns.map { .init($0, $0) }),
            value: town ?? "", hint: texts["shelterNearHint"][language], isRequired: false)
        hasTowns = !towns.isEmpty
        isOpenOnly = finder.isOpenOnly
        isAll = !finder.isFloodOnly
        lang = links.isLanguageInQuery ? language.rawValue : nil
        let found = finder.find(state.shelters)
        count = found.count
        rows = found.map { Self.row($0, links) }
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
