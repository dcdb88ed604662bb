import CityKernel
import CityVocabulary
import CityWeb

/// What the front page shows.
struct PortalModel {
    struct Camera {
        let name: String
        let path: String
        let seen: Age
    }

    struct Shelters {
        let count: String
        let isAnyOpen: Bool
        let nearest: RowLink?
        let path: String
    }

    struct GaugeRow {
        let name: String
        let path: String
        let stage: RiverCard.StageTag?
        let level: String
        let seen: String?
    }

    let order: LevelTag
    /// 「球磨川 人吉: 氾濫危険」.
    let placeName: String?
    let stage: RiverCard.StageTag?
    let doNow: String
    let actions: [Action]
    let river: RiverCard?
    let bridges: [BridgeCard]
    let bridgePath: String
    let camera: Camera?
    let shelters: Shelters
    let gauges: [GaugeRow]
    let hasGauges: Bool
    let riversPath: String
    let mapPath: String
    let map: Picture?

    /// - Parameters:
    ///   - history: of the gauge that stands for the city.
    ///   - map: the picture of the city, when the city has a boundary.
    init(
        _ state: DisasterState, history: [FloodReading], hours: Int, place: ReaderPlace?,
        map: Picture?, links: Links, texts: Texts
    ) {
        let language = links.language
        let face = state.face
        let standing = face?.stage?.standing
        order = LevelTag(.none, words: texts["portalOrderElsewhere"][language])
        placeName = face?.fullName(in: language)
        stage = standing.map { RiverCard.StageTag($0, words: state.words, language) }
        // Where a city has written no words for the stage, its name stands alone.
        let text = standing.flatMap { state.words.doNow($0) ?? state.words.name($0) }
        doNow = (text ?? texts["portalTitle"])[language]
        river = face.map {
            RiverCard(
                $0, history: history, hours: hours, words: state.words, now: state.now,
                links: links, texts: texts)
        }
        actions = Self.actions(doNow, place, links, texts)
        bridges = state.bridges.enumerated().map {
            BridgeCard($0.element, number: $0.offset, now: state.now, language, texts: texts)
        }
        bridgePath = links.to(DisasterPaths.light)
        camera = state.cameras.lazy.compactMap { Self.camera($0, state.now, language) }.first
        shelters = Self.shelters(state, place, links, texts)
        gauges = state.gauges.dropFirst().prefix(Self.gaugesMax).map {
            Self.row($0, state, links, texts)
        }
        hasGauges = !gauges.isEmpty
        riversPath = links.to(DisasterPaths.rivers)
        mapPath = links.to(DisasterPaths.map)
        self.map = map
    }

    /// More gauges than this stand on their own page.
    static let gaugesMax = 4

    private static func actions(
        _ doNow: String, _ place: ReaderPlace?, _ links: Links, _ texts: Texts
    ) -> [Action] {
        let language = links.language
        let town = place?.town.map { "?town=" + $0.percentEncoded } ?? ""
        // An SMS is written by the phone itself: it needs no script and leaves no trace with us.
        let message = "\(texts["portalTitle"][language]): \(doNow)".percentEncoded
        return [
            Action(
                texts["portalFindShelter"][language],
                path: links.to(DisasterPaths.shelters + town), icon: "shelter"),
            Action(
                texts["portalTellFamily"][language], path: "sms:?&body=\(message)",
                icon: "family", weight: .second),
        ]
    }

    private static func camera(
        _ still: CameraStill, _ now: Timestamp, _ language: Language
    ) -> Camera? {
        guard let path = still.path, let takenAt = still.takenAt else { return nil }
        let staleAfter = Duration.minutes(still.staleAfterMinutes)
        return Camera(
            name: still.name[language], path: path,
            seen: Age(takenAt, now: now, language: language, oldAfter: staleAfter))
    }

    private static func shelters(
        _ state: DisasterState, _ place: ReaderPlace?, _ links: Links, _ texts: Texts
    ) -> Shelters {
        let open = state.shelters.filter { $0.status == .open && $0.hazards.contains(.flood) }
        let nearest =
            place == nil
            ? nil : ShelterFinder.nearestOpen(state.shelters, to: place?.point)
        return Shelters(
            count: "\(open.count)", isAnyOpen: !open.isEmpty,
            nearest: nearest.map { found in
                RowLink(
                    found.shelter.name[links.language],
                    path: links.to(DisasterPaths.shelter(found.shelter.id)), icon: "shelter",
                    note: found.metres.map(ShelterWords.distance))
            },
            path: links.to(DisasterPaths.shelters))
    }

    static func row(
        _ gauge: DisasterState.Gauge, _ state: DisasterState, _ links: Links, _ texts: Texts
    ) -> GaugeRow {
        let language = links.language
        let observedAt = gauge.stage?.observedAt ?? gauge.reading?.observedAt
        let level = gauge.stage?.levelCentimetres ?? gauge.reading?.levelCentimetres
        let isMissing = gauge.stage?.isMissing ?? (level == nil)
        return GaugeRow(
            name: gauge.fullName(in: language),
            path: links.to(DisasterPaths.river(gauge)),
            stage: gauge.stage.map {
                RiverCard.StageTag($0.standing, words: state.words, language)
            },
            level: isMissing
                ? RiverWords.missing[language]
                : level.map { Metres.text(centimetres: $0) + " m" }
                    ?? RiverWords.missing[language],
            seen: observedAt?.spokenAge(in: language, at: state.now))
    }
}
