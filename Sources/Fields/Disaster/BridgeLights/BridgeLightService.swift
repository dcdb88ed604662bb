import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary

/// ライティング防災アラート: what the bridge's lamps show, after stage, scheme and sun.
struct BridgeLightService: CityService {
    let manifest = ServiceManifest(
        id: "disaster.bridge-lights", ring: .field,
        title: LocalizedText("橋のあかり", easy: "はしの あかり", en: "Bridge lights"),
        summary: LocalizedText(
            "川の段階に応じて、橋のあかりの色と光り方を決めます。",
            easy: "川が あぶないとき、はしの あかりの 色を かえます。",
            en: "Decides colour and pattern of the bridge's light from the river's stage."),
        planItems: ["B2"], reads: [FloodStage.entityType, StageText.entityType],
        writes: [Bridge.entityType, BridgeScheme.entityType, LampCommand.entityType],
        uses: [.broker, .web], publishes: [LampCommand.entityType])

    func rules() -> [any Rule] { [LampRule()] }
}
