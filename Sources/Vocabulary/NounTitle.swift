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
        "Boundary": LocalizedText("市の区域", easy: "市の 形", en: "City area"),
    ]

    /// The noun's words, or its type name where the vocabulary has none (a vendor's own type).
    package static func of(_ entityType: String) -> LocalizedText {
        titles[entityType] ?? LocalizedText(entityType)
    }
}
