package import CityKernel

/// The words by which citizens and staff know each noun; the same as in `docs/glossary.md`.
package enum NounTitle {
    private static let titles: [String: LocalizedText] = [
        "WaterLevelObserved": LocalizedText(
            "水位観測", easy: "川の 水の 高さ", en: "Water level observed"),
        "FloodThresholds": LocalizedText(
            "基準水位", easy: "あぶない 水の 高さの きまり", en: "Flood thresholds"),
        "FloodStage": LocalizedText("氾濫段階", easy: "川の あぶなさ", en: "Flood stage"),
        "StageText": LocalizedText(
            "段階のことば", easy: "あぶなさの ことば", en: "Words of each stage"),
        "Bridge": LocalizedText("橋", easy: "はし", en: "Bridge"),
        "BridgeScheme": LocalizedText(
            "橋のあかりの配色", easy: "はしの あかりの 色の きまり", en: "Bridge light scheme"),
        "LampCommand": LocalizedText("橋のあかり", easy: "はしの あかり", en: "Bridge light"),
        "LampState": LocalizedText(
            "あかりの送信状態", easy: "あかりが とどいたか", en: "Light transmission"),
        "Shelter": LocalizedText("避難所", easy: "にげる ところ", en: "Shelter"),
        "CameraStill": LocalizedText("河川カメラ", easy: "川の しゃしん", en: "River camera"),
        "Town": LocalizedText("町", easy: "まち", en: "Town"),
        "HeritageSite": LocalizedText("文化財", easy: "むかしから ある もの", en: "Heritage site"),
        "Device": LocalizedText("装置", easy: "きかい", en: "Device"),
        "WeatherObserved": LocalizedText("気象観測", easy: "天気", en: "Weather observed"),
        "WaterObserved": LocalizedText("水の観測", easy: "水", en: "Water observed"),
        "FloodMonitoring": LocalizedText(
            "浸水の監視", easy: "水が たまった ところ", en: "Flood monitoring"),
        "AirQualityObserved": LocalizedText("大気の観測", easy: "空気", en: "Air quality"),
        "Alert": LocalizedText("警報・事故", easy: "あぶない しらせ", en: "Alert"),
        "Streetlight": LocalizedText("街路灯", easy: "道の あかり", en: "Street light"),
        "ParkingSpot": LocalizedText("駐車ます", easy: "車を とめる ところ", en: "Parking spot"),
        "OffStreetParking": LocalizedText("駐車場", easy: "車を とめる 場所", en: "Car park"),
        "Vehicle": LocalizedText("車両", easy: "車", en: "Vehicle"),
        "PointOfInterest": LocalizedText("地図の地点", easy: "地図の 場所", en: "Point of interest"),
        "PublicFacility": LocalizedText("公共施設", easy: "みんなの たてもの", en: "Public facility"),
        "EvacuationSite": LocalizedText(
            "指定緊急避難場所", easy: "にげる 場所", en: "Evacuation site"),
        "EvacuationShelter": LocalizedText(
            "指定避難所", easy: "にげて くらす 場所", en: "Evacuation shelter"),
        "TouristFacility": LocalizedText("観光施設", easy: "見に 行く 場所", en: "Tourist facility"),
        "CulturalProperty": LocalizedText(
            "文化財(一覧)", easy: "むかしから ある もの", en: "Cultural property"),
        "PublicWiFi": LocalizedText("公衆無線LAN", easy: "Wi-Fi", en: "Public Wi-Fi"),
        "PublicToilet": LocalizedText("公衆トイレ", easy: "トイレ", en: "Public toilet"),
        "FireWater": LocalizedText("消防水利", easy: "火を けす 水", en: "Water for fire fighting"),
        "ChildcareFacility": LocalizedText(
            "子育て施設", easy: "子どもの 場所", en: "Childcare facility"),
        "MedicalInstitution": LocalizedText("医療機関", easy: "びょういん", en: "Medical institution"),
        "CareService": LocalizedText("介護サービス", easy: "かいご", en: "Care service"),
        "Event": LocalizedText("イベント", easy: "イベント", en: "Event"),
        "Population": LocalizedText("人口", easy: "人の 数", en: "Population"),
        "OpenDataset": LocalizedText("オープンデータ", easy: "市の データ", en: "Open dataset"),
        "Boundary": LocalizedText("市の区域", easy: "市の 形", en: "City area"),
    ]

    /// The noun's words, or its type name where the vocabulary has none (a vendor's own type).
    package static func of(_ entityType: String) -> LocalizedText {
        titles[entityType] ?? LocalizedText(entityType)
    }
}
