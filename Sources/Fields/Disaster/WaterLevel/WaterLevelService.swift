import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary

/// 水位と氾濫段階: where each river stands against its dated thresholds.
struct WaterLevelService: CityService {
    let manifest = ServiceManifest(
        id: "disaster.water-level", ring: .field,
        title: LocalizedText("水位と氾濫段階", easy: "川の あぶなさ", en: "Water level and stage"),
        summary: LocalizedText(
            "水位を基準水位とくらべて川の段階を決めます。欠測は平常としません。",
            easy: "川の 水の 高さから、あぶなさを きめます。",
            en: "Decides each river's stage from its level; silence is never taken for calm."),
        planItems: ["B1", "B2"], reads: [WaterLevelObserved.entityType],
        writes: [
            FloodThresholds.entityType, FloodStage.entityType, StageText.entityType,
        ], uses: [.broker, .web], publishes: [FloodStage.entityType, FloodThresholds.entityType])

    func rules() -> [any Rule] { [FloodStageRule()] }
}
