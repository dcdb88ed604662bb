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
    private let frame: GeoBox
    private let boundary: MapLayer
    private let neighbours: MapLayer

    /// Reads the layers once. A file that is absent or wrong leaves its layer out: the marks and the
    /// list still say where things are, and `cityos check` names the mistake.
    init(_ configuration: CityConfiguration) {
        frame = configuration.boundingBox
        boundary = Self.layer("boundarySimplified", configuration)
        neighbours = Self.layer("neighboursSimplified", configuration)
    }

    private static func layer(_ name: String, _ configuration: CityConfiguration) -> MapLayer {
        guard let path = configuration.files[name],
            let text = configuration.text(of: path, into: DiagnosticCollector()),
            // A layer that cannot be read is left off the map; `cityos check` names the fault.
            let json = try? JSONValue(parsing: text), let layer = try? MapLayer(geoJSON: json)
        else { return MapLayer() }
        return layer
    }

    /// - Parameter isWhole: the whole city with a link on each mark; otherwise the marks with some
    ///   room around them, as one light picture that leads to the whole.
    func picture(
        _ state: DisasterState, links: Links, texts: Texts, isWhole: Bool
    ) -> MapPicture {
        let language = links.language
        let symbols = symbols(state, links, areLinks: isWhole)
        let near = GeoBox(
            around: symbols.filter { !$0.isFarOff(frame) }.map(\.point), roomMetres: 400)
        var picture = MapPicture(
            id: "city-map", title: texts["mapTitle"][language],
            summary: texts["mapDescription"][language],
            frame: isWhole ? frame : near ?? frame, words: Self.words(language))
        picture.boundary = boundary
        picture.neighbours = neighbours
        picture.symbols = symbols
        if isWhole { picture.listLink = links.to(DisasterPaths.shelters) }
        return picture
    }

    private func symbols(
        _ state: DisasterState, _ links: Links, areLinks: Bool
    ) -> [MapSymbol] {
        let language = links.language
        let gauges = state.gauges.compactMap { gauge in
            gauge.location.map {
                MapSymbol(
                    .gauge(level: Self.level(gauge.stage)), at: $0, label: gauge.name[language],
                    link: areLinks ? links.to(DisasterPaths.river(gauge)) : nil)
            }
        }
        let shelters = state.shelters.filter { $0.hazards.contains(.flood) }.map { shelter in
            MapSymbol(
                .shelter(Self.state(shelter)), at: shelter.location,
                label: shelter.name[language],
                link: areLinks ? links.to(DisasterPaths.shelter(shelter.id)) : nil)
        }
        return gauges + shelters
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

extension MapSymbol {
    fileprivate func isFarOff(_ box: GeoBox) -> Bool { !box.contains(point) }
}
