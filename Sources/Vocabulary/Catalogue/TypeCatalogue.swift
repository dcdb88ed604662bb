import CityKernel

/// 型カタログ: every kind of data that this program knows, as vendors and other cities read it.
package enum TypeCatalogue {
    package static let all: [TypeDescription] =
        rivers + lights + places + shared

    package static func find(_ type: some StringProtocol) -> TypeDescription? {
        all.first { $0.type == type }
    }

    static let riverOffice = LocalizedText(
        "河川管理者(国・県)", easy: "川を まもる 人(国・県)", en: "River administrators")
    static let disasterSection = LocalizedText(
        "市 防災担当", easy: "市の ぼうさいの 人", en: "City, disaster section")
    private static let cultureSection = LocalizedText(
        "市 文化財担当", easy: "市の ぶんかの 人", en: "City, cultural section")
    private static let stages = FloodStage.Standing.allCases.map(\.rawValue)
    private static let observed: AttributeDescription = .init(
        "location", .place, LocalizedText("位置", easy: "ばしょ", en: "Position"))

    // MARK: - Rivers

    private static let rivers: [TypeDescription] = [
        TypeDescription(
            "WaterLevelObserved",
            summary: LocalizedText(
                "水位観測所が観測した水位。いつ観測したかと品質がつく。",
                easy: "川の 水の 高さです。はかった 時間が あります。",
                en: "Water level of a gauge, with the time of observation and a quality."),
            smartDataModel: "WaterObserved / FloodMonitoring", owner: riverOffice,
            attributes: [
                .init(
                    "waterLevel", .number(-100...1_000),
                    LocalizedText(
                        "水位(観測所の零点から)", easy: "水の 高さ",
                        en: "Level above the gauge's zero"),
                    unitCode: "MTR", isRequired: true),
                .init("name", .words, LocalizedText("観測所名", easy: "名前", en: "Name of the gauge")),
                .init(
                    "river", .words, LocalizedText("河川名", easy: "川の 名前", en: "Name of the river")),
                observed,
            ]),
        TypeDescription(
            "FloodThresholds",
            summary: LocalizedText(
                "観測所の基準水位。版ごとに、いつから・出典・承認がある。",
                easy: "あぶない 水の 高さの きまりです。",
                en: "Threshold levels of a gauge in dated editions with source and approval."),
            owner: disasterSection,
            attributes: [
                .init(
                    "gauge", .reference, LocalizedText("観測所", easy: "場所", en: "Gauge"),
                    isRequired: true),
                .init(
                    "editions", .document, LocalizedText("版", easy: "きまり", en: "Editions"),
                    isRequired: true),
                .init(
                    "staleAfterMinutes", .number(1...1_440),
                    LocalizedText("これより古いと遅れ", easy: "ふるく なる 時間", en: "Silence that counts as old"),
                    unitCode: "MIN"),
            ]),
        TypeDescription(
            "FloodStage",
            summary: LocalizedText(
                "水位と基準水位から市が決める川の段階。市の発令(警戒レベル)とは別。",
                easy: "川が どのくらい あぶないか です。",
                en: "Stage of the river by level and thresholds; not the city's order."),
            smartDataModel: "FloodMonitoring", owner: disasterSection,
            attributes: [
                .init(
                    "gauge", .reference, LocalizedText("観測所", easy: "場所", en: "Gauge"),
                    isRequired: true),
                .init(
                    "stage", .choice(stages), LocalizedText("段階", easy: "あぶなさ", en: "Stage"),
                    isRequired: true),
                .init(
                    "levelCentimetres", .number(-10_000...100_000),
                    LocalizedText("水位", easy: "水の 高さ", en: "Level"), unitCode: "CMT"),
                .init(
                    "trend", .choice(["rising", "falling", "steady", "unknown"]),
                    LocalizedText("傾き", easy: "うごき", en: "Trend")),
                .init(
                    "centimetresPerHour", .number(-10_000...10_000),
                    LocalizedText("上昇速度 (cm/時)", easy: "ふえる はやさ", en: "Rate of rise, cm/h")),
                .init(
                    "minutesToNext", .number(0...100_000),
                    LocalizedText("次の基準までの時間", easy: "つぎまでの 時間", en: "Time to the next threshold"),
                    unitCode: "MIN"),
                .init("since", .time, LocalizedText("この段階になった時刻", easy: "いつから", en: "Since when")),
            ]),
        TypeDescription(
            "StageText",
            summary: LocalizedText(
                "段階ごとの名前と「今すること」。三つの言葉で。",
                easy: "あぶなさの 名前と、いま する ことです。",
                en: "Name of each stage and what to do, in three languages."),
            owner: disasterSection,
            attributes: [
                .init(
                    "stage", .choice(stages), LocalizedText("段階", easy: "あぶなさ", en: "Stage"),
                    isRequired: true),
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init(
                    "doNow", .words, LocalizedText("今すること", easy: "いま すること", en: "What to do"),
                    isRequired: true),
            ]),
        TypeDescription(
            "CameraStill",
            summary: LocalizedText(
                "河川カメラの最新の静止画と、撮った時刻。", easy: "川の しゃしんです。",
                en: "Latest still of a river camera and when it was taken."),
            smartDataModel: "Camera", owner: riverOffice,
            attributes: [
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init(
                    "path", .text,
                    LocalizedText("画像の場所", easy: "しゃしんの ばしょ", en: "Path of the picture")),
                .init("takenAt", .time, LocalizedText("撮影時刻", easy: "とった 時間", en: "Taken at")),
                observed,
            ]),
    ]

    // MARK: - Lights

    private static let patterns = LampCommand.Pattern.allCases.map(\.rawValue)

    private static let lights: [TypeDescription] = [
        TypeDescription(
            "Bridge",
            summary: LocalizedText(
                "あかりで川の段階を知らせる橋。", easy: "あかりで しらせる はしです。",
                en: "A bridge that tells the river's stage by its lights."),
            smartDataModel: "Streetlight / StreetlightGroup", owner: disasterSection,
            attributes: [
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init(
                    "gauge", .reference, LocalizedText("従う観測所", easy: "場所", en: "Gauge it follows"),
                    isRequired: true),
                .init(
                    "scheme", .text, LocalizedText("配色", easy: "いろの きまり", en: "Scheme"),
                    isRequired: true),
                .init(
                    "duskPlace", .place,
                    LocalizedText("日没を計算する位置", easy: "ばしょ", en: "Where dusk is computed for"),
                    isRequired: true),
                observed,
            ]),
        TypeDescription(
            "BridgeScheme",
            summary: LocalizedText(
                "段階ごとの色と光り方。日付つき。", easy: "あかりの いろの きまりです。",
                en: "Colour and pattern for each stage, dated."),
            owner: disasterSection,
            attributes: [
                .init(
                    "scheme", .text, LocalizedText("配色の識別子", easy: "なまえ", en: "Id of the scheme"),
                    isRequired: true),
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init(
                    "stages", .document,
                    LocalizedText("段階ごとのあかり", easy: "あかり", en: "Light of each stage"),
                    isRequired: true),
                .init(
                    "validFrom", .time, LocalizedText("適用", easy: "いつから", en: "Valid from"),
                    isRequired: true),
            ]),
        TypeDescription(
            "LampCommand",
            summary: LocalizedText(
                "橋がいま光るべき色と光り方、そのわけ。", easy: "はしの いまの あかりです。",
                en: "What the bridge shall show now, and why."),
            smartDataModel: "StreetlightControlCabinet", owner: disasterSection,
            attributes: [
                .init(
                    "colour", .text,
                    LocalizedText("色 (#RRGGBB)", easy: "いろ", en: "Colour, #RRGGBB"),
                    isRequired: true),
                .init(
                    "pattern", .choice(patterns),
                    LocalizedText("光り方", easy: "ひかりかた", en: "Pattern"), isRequired: true),
                .init(
                    "brightnessPercent", .number(0...100),
                    LocalizedText("明るさ", easy: "あかるさ", en: "Brightness"), unitCode: "P1"),
                .init(
                    "isAlert", .truth,
                    LocalizedText("危険を知らせるあかりか", easy: "あぶないか", en: "Whether it warns")),
                .init("reason", .words, LocalizedText("わけ", easy: "わけ", en: "Reason")),
            ]),
        TypeDescription(
            "LampState",
            summary: LocalizedText(
                "あかりの信号が出ているか。送った数と最後の失敗。", easy: "あかりの しんごうが 出て いるか です。",
                en: "Whether the light signal leaves: frames sent, last failure."),
            smartDataModel: "Device", owner: disasterSection,
            attributes: [
                .init(
                    "bridge", .text, LocalizedText("橋", easy: "はし", en: "Bridge"), isRequired: true),
                .init(
                    "framesSent", .number(0...1e15),
                    LocalizedText("送った数", easy: "おくった かず", en: "Frames sent"), unitCode: "C62"),
                .init(
                    "framesFailed", .number(0...1e15),
                    LocalizedText("失敗した数", easy: "しっぱいの かず", en: "Frames failed"), unitCode: "C62"),
                .init(
                    "lastSentAt", .time,
                    LocalizedText("最後に送った時刻", easy: "さいごの 時間", en: "Last sent at")),
            ]),
    ]

    // MARK: - Places

    private static let places: [TypeDescription] = [
        TypeDescription(
            "Shelter",
            summary: LocalizedText(
                "指定緊急避難場所・指定避難所と、開いているか・混みぐあい。人の名は含まない。",
                easy: "にげる 場所です。あいて いるか わかります。",
                en: "Designated shelters, whether they are open and how crowded; names nobody."),
            smartDataModel: "PointOfInterest / EmergencyShelter", owner: disasterSection,
            attributes: [
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init(
                    "address", .text, LocalizedText("住所", easy: "ばしょ", en: "Address"),
                    isRequired: true),
                .init(
                    "location", .place, LocalizedText("位置", easy: "ばしょ", en: "Position"),
                    isRequired: true),
                .init(
                    "hazards", .choices(Shelter.Hazard.allCases.map(\.rawValue)),
                    LocalizedText("使える災害", easy: "つかえる さいがい", en: "Hazards it is for")),
                .init(
                    "capacity", .number(0...1_000_000),
                    LocalizedText("収容人数", easy: "なん人", en: "Capacity"), unitCode: "C62"),
                .init(
                    "status", .choice(Shelter.Status.allCases.map(\.rawValue)),
                    LocalizedText("開設", easy: "あいて いるか", en: "State")),
                .init(
                    "crowding", .choice(Shelter.Crowding.allCases.map(\.rawValue)),
                    LocalizedText("混みぐあい", easy: "こんで いるか", en: "Crowding")),
            ]),
        TypeDescription(
            "Town",
            summary: LocalizedText(
                "町・小字の代表点。", easy: "町の ばしょです。", en: "Representative point of a town."),
            smartDataModel: "AdministrativeArea",
            owner: LocalizedText("国土地理院ほか", en: "GSI and others"),
            attributes: [
                .init(
                    "name", .text, LocalizedText("町名", easy: "町の 名前", en: "Name"), isRequired: true),
                .init(
                    "location", .place, LocalizedText("位置", easy: "ばしょ", en: "Position"),
                    isRequired: true),
            ]),
        TypeDescription(
            "HeritageSite",
            summary: LocalizedText(
                "日本遺産の構成文化財など。", easy: "むかしから ある たいせつな ものです。",
                en: "Cultural properties, such as those of Japan Heritage."),
            smartDataModel: "PointOfInterest", owner: cultureSection,
            attributes: [
                .init(
                    "name", .words, LocalizedText("名前", easy: "名前", en: "Name"), isRequired: true),
                .init("designation", .text, LocalizedText("指定", easy: "しゅるい", en: "Designation")),
                .init("place", .text, LocalizedText("所在", easy: "ばしょ", en: "Place")),
                observed,
            ]),
    ]
}
