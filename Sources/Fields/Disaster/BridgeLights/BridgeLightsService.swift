import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb

/// Tells the river's stage by the light of the bridges.
///
/// Plan: 防災 ライティング防災アラート.
struct BridgeLightsService: CityService {
    let manifest = ServiceManifest(
        id: "disaster.bridge-lights", ring: .field,
        title: LocalizedText("橋のあかり", easy: "はしの あかり", en: "Bridge lights"),
        summary: LocalizedText(
            "川の段階と配色から、橋が何色でどう光るかを決めます。",
            easy: "川が あぶない とき、はしの あかりの 色を かえます。",
            en: "Decides how the bridges shine from the river's stage and the chosen colours."),
        planItems: ["B2"], reads: [FloodStage.entityType, StageText.entityType],
        writes: [Bridge.entityType, BridgeScheme.entityType, LampCommand.entityType],
        uses: [.broker, .web, .identity],
        publishes: [Bridge.entityType, BridgeScheme.entityType, LampCommand.entityType])

    func rules() -> [any Rule] { [LampRule()] }

    func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        DisasterOpening.bridgeLights(configuration, into: collector)
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        LightPage(city: city).addRoutes(to: router)
        SchemesPage(city: city).addRoutes(to: router)
    }
}
