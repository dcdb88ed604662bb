import CityKernel
import CityPlaces
import CityPlatform
import CityVocabulary
import CityWeb

/// The city's map of this field: boundary and neighbours from the city's folder, marks from the
/// broker. One legend and one set of marks everywhere.
///
/// Plan: 防災 統合型GIS.
struct CityMap: Sendable {
    private let ground: MapGround
    private var frame: GeoBox { ground.frame }

    init(_ configuration: CityConfiguration) { ground = MapGround(configuration) }

    /// How much of the city a picture shows, and whether its marks lead on.
    enum Extent {
        /// The whole city; every mark is a link.
        case whole
        /// The marks with some room around them, for a narrow screen; every mark is a link.
        case narrow
        /// The same as one light image that leads to the map.
        case image
    }

    func picture(
        _ state: DisasterState, links: Links, texts: Texts, extent: Extent
    ) -> MapPicture {
        let language = links.language
        let symbols = symbols(state, links, areLinks: extent != .image)
        let near = GeoBox(around: symbols.map(\.point).filter(frame.contains), roomMetres: 400)
        var picture = MapPicture(
            id: extent == .narrow ? "city-map-narrow" : "city-map",
            title: texts["mapTitle"][language], summary: texts["mapDescription"][language],
            frame: extent == .whole ? frame : near ?? frame, words: Self.words(language))
        ground.lay(under: &picture)
        picture.symbols = symbols
        if extent != .image { picture.listLink = links.to(DisasterPaths.shelters) }
        picture.style =
            switch extent {
            case .whole: "wide"
            case .narrow: "narrow"
            case .image: nil
            }
        return picture
    }

    private func symbols(
        _ state: DisasterState, _ links: Links, areLinks: Bool
    ) -> [MapSymbol] {
        let language = links.language
        let gauges = state.gauges.compactMap { gauge in
            gauge.location.map {
                MapSymbol(
                    Self.kind(gauge, among: state.gauges.count), at: $0,
                    label: gauge.name[language],
                    link: areLinks ? links.to(DisasterPaths.river(gauge)) : nil)
            }
        }
        let bridges = state.bridges.compactMap { light in
            light.bridge.location.map {
                MapSymbol(
                    .bridge(colour: Self.colour(light.command)), at: $0,
                    label: light.bridge.name[language],
                    link: areLinks ? links.to(DisasterPaths.light) : nil)
            }
        }
        let shelters = state.shelters.filter { $0.hazards.contains(.flood) }.map { shelter in
            MapSymbol(
                .shelter(Self.state(shelter)), at: shelter.location,
                label: shelter.name[language],
                link: areLinks ? links.to(DisasterPaths.shelter(shelter.id)) : nil)
        }
        return gauges + bridges + shelters
    }

    /// More gauges than this would hide each other: the calm ones are then dots, so that those that
    /// are not stand out.
    private static let wholeGaugesMax = 30

    private static func kind(
        _ gauge: DisasterState.Gauge, among count: Int
    ) -> MapSymbol.Kind {
        let level = level(gauge.stage)
        return count > wholeGaugesMax && level == 0 ? .gaugeCalm : .gauge(level: level)
    }

    private static func colour(_ command: LampCommand?) -> String? {
        guard let command, BridgeScheme.Light(command).isVisible else { return nil }
        return command.colour.hex
    }

    /// The national level that a stage corresponds to; `nil` when there is no reading.
    static func level(_ stage: FloodStage?) -> Int? {
        guard let stage else { return 0 }
        return switch stage.standing {
        case .missing, .missingDanger: nil
        case .normal: 0
        case .watch: 1
        case .caution: 2
        case .evacuationJudgement: 3
        case .danger: 4
        case .overflow: 5
        }
    }

    private static func state(_ shelter: Shelter) -> MapSymbol.ShelterState {
        switch shelter.status {
        case .open: .open
        case .full: .full
        case .closed: .closed
        }
    }

    private static func words(_ language: Language) -> MapWords {
        switch language {
        case .japanese: .japanese
        case .easyJapanese: .easyJapanese
        case .english: .english
        }
    }
}
