import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb

/// Decides where each river stands, and keeps the thresholds that staff set.
///
/// Plan: 防災 防災ポータルサイト, ライティング防災アラート.
struct WaterLevelService: CityService {
    let manifest = ServiceManifest(
        id: "disaster.water-level", ring: .field,
        title: LocalizedText("川の段階", easy: "川の あぶなさ", en: "River stages"),
        summary: LocalizedText(
            "水位と基準水位から、川が今どの段階かを決めます。届かない水位は平常とみなしません。",
            easy: "川の 水の 高さから、どのくらい あぶないかを きめます。",
            en: "Decides each river's stage from its level; silence never counts as normal."),
        planItems: ["B1", "B2"], reads: [WaterLevelObserved.entityType],
        writes: [FloodThresholds.entityType, FloodStage.entityType, StageText.entityType],
        uses: [.broker, .web, .identity],
        publishes: [FloodThresholds.entityType, FloodStage.entityType])

    func rules() -> [any Rule] { [FloodStageRule()] }

    func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        DisasterOpening.waterLevel(configuration, into: collector)
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        RiversPage(city: city).addRoutes(to: router)
        ThresholdsPage(city: city).addRoutes(to: router)
    }
}
