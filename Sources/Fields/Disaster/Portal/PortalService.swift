import CityKernel
import CityPlatform
import CityVocabulary
import CityWeb

/// 防災ポータル: what is it, what now, how fresh; and the registers of places it shows.
///
/// Plan: 防災 防災ポータルサイト.
struct PortalService: CityService {
    let manifest = ServiceManifest(
        id: "disaster.portal", ring: .field,
        title: LocalizedText("防災ポータル", easy: "ぼうさいの ページ", en: "Disaster portal"),
        summary: LocalizedText(
            "川の水位、橋のあかり、避難所を一つのページで示します。位置は保存しません。",
            easy: "川、はしの あかり、にげる 場所を 見せます。",
            en: "Shows rivers, bridge lights and shelters on one page; keeps nobody's position."),
        planItems: ["B1", "B5", "A7"],
        reads: [
            WaterLevelObserved.entityType, FloodThresholds.entityType, FloodStage.entityType,
            StageText.entityType, Bridge.entityType, BridgeScheme.entityType,
            LampCommand.entityType, CameraStill.entityType,
        ],
        writes: [Shelter.entityType, Town.entityType, HeritageSite.entityType],
        uses: [.broker, .places, .web, .identity],
        publishes: [Shelter.entityType, Town.entityType, HeritageSite.entityType])

    func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        DisasterOpening.places(configuration, into: collector)
    }

    var face: ServiceFace {
        ServiceFace(
            templates: DisasterField.templates,
            texts: Texts.ofDisaster.overridden(by: .ofDisasterStaff),
            citizenMenu: [
                MenuItem(
                    path: DisasterPaths.portal,
                    words: LocalizedText("いま", easy: "いま", en: "Now"), icon: "home"),
                MenuItem(
                    path: DisasterPaths.rivers,
                    words: LocalizedText("川の水位", easy: "川の 水", en: "Rivers"), icon: "river"),
                MenuItem(
                    path: DisasterPaths.shelters,
                    words: LocalizedText("避難所", easy: "ひなんじょ", en: "Shelters"),
                    icon: "shelter"),
                MenuItem(
                    path: DisasterPaths.light,
                    words: LocalizedText("橋のあかり", easy: "はしの あかり", en: "Bridge light"),
                    icon: "lamp"),
                MenuItem(
                    path: DisasterPaths.map,
                    words: LocalizedText("地図", easy: "ちず", en: "Map"), icon: "map"),
            ],
            staffMenu: [
                MenuItem(
                    path: DisasterPaths.staff,
                    words: LocalizedText("本部", easy: "ほんぶ", en: "Headquarters"),
                    icon: "home"),
                MenuItem(
                    path: DisasterPaths.staffShelters,
                    words: LocalizedText("避難所", easy: "ひなんじょ", en: "Shelters"), icon: "shelter"),
                MenuItem(
                    path: DisasterPaths.staffThresholds,
                    words: LocalizedText("基準水位", easy: "あぶなさの 高さ", en: "Thresholds"), icon: "river"),
                MenuItem(
                    path: DisasterPaths.staffSchemes,
                    words: LocalizedText("配色", easy: "あかりの いろ", en: "Light schemes"), icon: "lamp"),
            ])
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        let map = CityMap(city.configuration)
        PortalPage(city: city).addRoutes(to: router)
        PortalMap(city: city, map: map).addRoutes(to: router)
        SheltersPage(city: city).addRoutes(to: router)
        MapPage(city: city, map: map).addRoutes(to: router)
        StaffHomePage(city: city).addRoutes(to: router)
        StaffSheltersPage(city: city).addRoutes(to: router)
    }
}
